"""The training process's word about the fused way's operations, kept among the runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.missing_operations import note_obstacle, noted_obstacle


def test_nothing_is_in_the_way_before_a_training_process_looked(tmp_path: Path) -> None:
    assert noted_obstacle(tmp_path) == ""
    assert noted_obstacle(tmp_path / "nothing here") == ""


def test_the_latest_note_is_told(tmp_path: Path) -> None:
    for found in ("OSError: no library “β”", ""):
        note_obstacle(tmp_path, found)
        assert noted_obstacle(tmp_path) == found


@pytest.mark.parametrize("content", [b"", b"[1]", b'"text"', b"{}", b'{"obstacle": 3}', b"\xff\xfe"])
def test_a_damaged_note_says_nothing(content: bytes, tmp_path: Path) -> None:
    note_obstacle(tmp_path, "x")
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert noted_obstacle(tmp_path) == ""
