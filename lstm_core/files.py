"""Files that are written whole or not at all, files read within bounds, and locks that the operating system
lets go."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from lstm_core.errors import LockHeld, StorageError

HOME_VARIABLE = "ROW_BY_ROW_HOME"
"""Environment variable that names the folder of what this program keeps."""

LOCK_SECONDS = 30.0
"""Every lock is held for milliseconds; who waits longer than this waits for a process that hangs."""


def home() -> Path:
    """The folder of runs and of people's own data: ``$ROW_BY_ROW_HOME``, or the user's data folder."""
    if chosen := os.environ.get(HOME_VARIABLE):
        # Of an unknown user's folder it makes no folder, where `Path.expanduser` would raise.
        return Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111
    import platformdirs

    return platformdirs.user_data_path("row-by-row")


@contextlib.contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path``; rename it onto ``path`` when the block ends well.

    A reader sees the old content or the new, never a mixture, also after a power cut. When the block
    raises, the temporary file is removed and ``path`` is as it was. The folder has to be there: one that
    was deleted meanwhile is not made again for the sake of one file.

    Raises:
        StorageError: the disk is full, or the folder is gone or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}")
    try:
        opened = temporary.open("xb")
    except OSError as error:
        raise StorageError(f"Cannot write in {path.parent}: {error.strerror or error}.") from error
    try:
        with opened as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all. Raises `StorageError`."""
    with write_whole(path) as file:
        file.write(text.encode())


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet. Raises `StorageError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {path} cannot be made: {error.strerror or error}.") from error


def open_regular(path: Path) -> IO[bytes]:
    """Open a file to read its bytes; what is no file on a disk is refused before a byte of it is read.

    A pipe would wait for a writer without end, and a device such as ``/dev/zero`` never ends.

    Raises:
        IsADirectoryError: it is a folder.
        OSError: as `open`; and where it is a pipe, a socket or a device.
    """
    file = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "It is a pipe or a device, not a file", str(path))
    return file


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a file of at most ``most`` bytes.

    Raises:
        StorageError: there is no such file, it cannot be read, is no file on a disk, or is larger.
    """
    try:
        with open_regular(path) as file:
            # A kernel's own file may have nothing to give at this moment.
            content = file.read(most + 1) or b""
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > most:
        raise StorageError(f"{path} is larger than {most:,} bytes, the most that is read here.")
    return content


@contextlib.contextmanager
def locked(path: Path, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock file ``path``, which the operating system lets go whatever ends this process.

    Args:
        path: of the lock file, in a folder that is there.
        seconds: how long to wait for another process; `LOCK_SECONDS` unless told.

    Raises:
        LockHeld: another process holds it for longer than that.
        StorageError: the file cannot be made.
    """
    lock = FileLock(path)
    try:
        if not path.parent.is_dir():  # the lock would make it, even where it was deleted on purpose
            raise StorageError(f"The folder {path.parent} is not there.")
        lock.acquire(timeout=LOCK_SECONDS if seconds is None else seconds)
    except Timeout as error:
        raise LockHeld(f"Another process keeps {path} locked. End that process and try again.") from error
    except OSError as error:
        raise StorageError(f"Cannot write in {path.parent}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether another process, or another lock of this one, holds the lock file ``path`` now.

    Raises:
        StorageError: the file cannot be made.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError as error:
        raise StorageError(f"Cannot write in {path.parent}: {error.strerror or error}.") from error
    lock.release()
    return False


def ends_whole(path: Path) -> bool:
    """Whether the last line of a file has its end, or there is none. Raises `OSError`."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def append_lines(path: Path, lines: bytes) -> None:
    """Append whole lines; after one that was torn, a new one begins. Raises `OSError`."""
    with path.open("ab") as file:
        file.write(lines if ends_whole(path) else b"\n" + lines)
