"""How the training process ended, in words."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from lstm_core.runs.worker_end import STUCK, WorkerEnd, end_of_log, last_end, record


def test_an_end_is_kept(tmp_path: Path):
    assert last_end(tmp_path) is None
    record(tmp_path, -9, 123)
    end = last_end(tmp_path)
    assert end is not None
    assert (end.status, end.pid) == (-9, 123)
    record(tmp_path, 1, 124, number=2)
    assert last_end(tmp_path) == end
    second = last_end(tmp_path, 2)
    assert second is not None
    assert (second.status, second.pid) == (1, 124)


def test_an_end_that_cannot_be_kept_or_read_is_nobodys_fault(tmp_path: Path):
    record(tmp_path / "gone", 1, 1)
    assert not (tmp_path / "gone").exists()
    (tmp_path / "worker.exit").write_text("{")
    assert last_end(tmp_path) is None


@pytest.mark.parametrize(
    ("status", "by_itself", "words"),
    [
        (0, False, "ended with exit status 0"),
        (1, True, "ended with exit status 1"),
        (STUCK, True, "made no progress and was ended"),
        (-signal.SIGKILL, False, "was ended by signal SIGKILL, as the system does when memory runs out"),
        (-signal.SIGTERM, False, "was ended by signal SIGTERM"),
        (-signal.SIGILL, True, "was ended by signal SIGILL: the library was built for another processor"),
        (-signal.SIGSEGV, True, "was ended by signal SIGSEGV: a fault in a library"),
        (-200, True, "was ended by signal 200"),
    ],
)
def test_an_end_in_words(status: int, by_itself: bool, words: str):
    end = WorkerEnd(status=status, pid=1, time=0.0)
    assert (end.by_itself, end.words) == (by_itself, words)


def test_the_end_of_the_log_is_short(tmp_path: Path):
    assert end_of_log(tmp_path) == ""
    (tmp_path / "worker.log").write_bytes(b"first\n" * 10_000 + b"\xff\n" + b"x" * 5000 + b"\nlast\n")
    lines = end_of_log(tmp_path).splitlines()
    assert len(lines) <= 6
    assert lines[-1] == "last"
    assert max(map(len, lines)) <= 300
