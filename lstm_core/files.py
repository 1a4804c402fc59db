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

from lstm_core.errors import StorageError

LOCK_SECONDS = 30.0
"""Every lock is held for milliseconds; who waits longer than this waits for a process that hangs."""


@contextlib.contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path``; rename it onto ``path`` when the block ends well.

    A reader sees the old content or the new, never a mixture, also after a power cut. When the block
    raises, the temporary file is removed and ``path`` is as it was.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, which the operating system lets go whatever ends this process.

    Raises:
        StorageError: the file cannot be made, or another process holds it without end.
    """
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise StorageError(f"Another process holds {path} and does not let go; end it.") from error
    except OSError as error:
        raise StorageError(f"Cannot write in {path.parent}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
