"""Whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from lstm_core.errors import LockHeld, StorageError
from lstm_core.files import (
    append_lines,
    ends_whole,
    is_held,
    locked,
    make_folder,
    open_regular,
    read_bounded,
    write_text,
    write_whole,
)


def no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_text_is_written_and_replaced(tmp_path: Path):
    path = tmp_path / "note.txt"
    write_text(path, "one · two")
    write_text(path, "three")
    assert path.read_text() == "three"
    assert [file.name for file in path.parent.iterdir()] == ["note.txt"]


@pytest.mark.parametrize("blow", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_end_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path, blow: type[BaseException]):
    path = tmp_path / "weights.npz"
    write_text(path, "old")
    with pytest.raises(blow), write_whole(path) as file:  # noqa: PT012
        file.write(b"half of the new")
        raise blow
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("function", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_is_said_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str
):
    path = tmp_path / "status.json"
    write_text(path, "old")
    monkeypatch.setattr(function, no_space)
    with pytest.raises(StorageError, match=r"Cannot write .*status\.json: No space left on device\."):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["status.json"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "runs").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match=r"Cannot write in .*runs"):
        write_text(tmp_path / "runs" / "note.txt", "x")
    with pytest.raises(StorageError, match=r"folder .*runs.* cannot be made"):
        make_folder(tmp_path / "runs" / "deep")
    make_folder(tmp_path / "new" / "deep")
    make_folder(tmp_path / "new" / "deep")
    assert (tmp_path / "new" / "deep").is_dir()


def test_neither_a_file_nor_a_lock_makes_a_folder_again_that_was_deleted(tmp_path: Path):
    with pytest.raises(StorageError, match="Cannot write in"):
        write_text(tmp_path / "gone" / "note.txt", "x")
    with pytest.raises(StorageError, match="is not there"), locked(tmp_path / "gone" / "a.lock"):
        pass
    assert not (tmp_path / "gone").exists()


def test_a_lock_that_another_holds_is_waited_for_no_longer_than_wished(tmp_path: Path):
    with (
        locked(tmp_path / "a.lock"),
        pytest.raises(LockHeld, match="Another process keeps"),
        locked(tmp_path / "a.lock", 0.0),
    ):
        pass


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_file_has_the_usual_permissions(tmp_path: Path):
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("x")
    write_text(ours, "x")
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_file_is_read_up_to_its_bound(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(StorageError, match="larger than 4 bytes"):
        read_bounded(path, 4)


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError, match="a pipe or a device"):
        read_bounded(tmp_path / "pipe", 100)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
def test_a_device_is_not_read(device: str):
    with pytest.raises(OSError, match="a pipe or a device"):
        open_regular(Path(device))


def test_what_is_not_there_or_is_a_folder_is_said(tmp_path: Path):
    for path, message in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(StorageError, match=message):
            read_bounded(path, 100)


def test_whether_a_lock_is_held_is_seen_without_keeping_it(tmp_path: Path):
    path = tmp_path / "some.lock"
    assert not is_held(path)
    with locked(path):
        assert is_held(path)
    assert not is_held(path)


@pytest.mark.parametrize("before", [b"", b"one\n", b"one\nhal"])
def test_lines_are_appended_whole_and_after_a_torn_one_begins_another(tmp_path: Path, before: bytes):
    path = tmp_path / "lines"
    path.write_bytes(before)
    assert ends_whole(path) is (before[-3:] != b"hal")
    append_lines(path, b"two\n")
    assert ends_whole(path)
    assert path.read_bytes().splitlines() == [*before.splitlines(), b"two"]


def test_the_first_line_makes_the_file(tmp_path: Path):
    append_lines(tmp_path / "new", b"one\n")
    assert (tmp_path / "new").read_bytes() == b"one\n"
