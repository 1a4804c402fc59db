"""The files a person brings: one by one, a folder of them, or a zip archive, which is read like a folder.

Files come from strangers: no name of theirs becomes a path, a link is not followed, and no more of them is
read or unpacked than a data set may have.
"""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar, cast

from lstm_core.data.own.foreign import foreign_archive
from lstm_core.errors import DataRefused
from lstm_core.files import open_regular

MAX_FILES = 300_000
MAX_FILE_BYTES = 2 * 2**30
"""Of one file as it is brought, and of what one that is packed unpacks to."""

_HEAD = 512
_MOST_REASON = 160

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """One file that was brought.

    Attributes:
        name: for messages; in an archive ``archive.zip: folder/file.png``.
        parts: the names of the folders it lies in below what was brought, and its own, outermost first.
        size: bytes.
        open: opens it to be read from its start.
    """

    name: str
    parts: tuple[str, ...]
    size: int
    open: Callable[[], IO[bytes]]

    def read(self, most: int) -> bytes:
        """The content. Raises `DataRefused` where it has more than ``most`` bytes or cannot be read."""
        with self.opened() as file:
            content = guarded(self.name, lambda: file.read(most + 1))
        if len(content) > most:
            raise DataRefused(
                f"{self.name} has more than {most:,} bytes, the most that is read of such a file."
            )
        return content

    def head(self) -> bytes:
        """The first bytes."""
        with self.opened() as file:
            return guarded(self.name, lambda: file.read(_HEAD))

    def opened(self) -> IO[bytes]:
        """As ``open``, with what goes wrong in words. Raises `DataRefused`."""
        return guarded(self.name, self.open)

    def on_disk(self, most: int = MAX_FILE_BYTES) -> IO[bytes]:
        """A real file with the content, for readers that ask for its size. Raises `DataRefused`."""
        opened = self.opened()
        try:
            opened.fileno()
            return opened
        except (OSError, AttributeError):
            with opened:
                return _copied(self.name, opened, most)


def guarded(name: str, read: Callable[[], T]) -> T:
    """What ``read`` gives; what goes wrong with the bytes of a file, as `DataRefused` that names it."""
    try:
        return read()
    except DataRefused:
        raise
    except MemoryError as error:
        raise DataRefused(f"{name} needs more memory than there is. Bring a part of it.") from error
    except OSError as error:
        raise DataRefused(f"{name} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, NotImplementedError) as error:
        raise DataRefused(f"{name} is cut short or broken ({reason(error)}).") from error


def reason(error: BaseException) -> str:
    """What an error says, in one short line of characters that can be seen."""
    said = "".join(c if c.isprintable() else " " for c in str(error) or type(error).__name__)
    return said.rstrip(".") if len(said) <= _MOST_REASON else f"{said[: _MOST_REASON - 1]}…"


def sources_of(path: Path, opened: ExitStack) -> Iterator[Source]:
    """Every file in what was brought: a file, a folder, or an archive; hidden ones are left out.

    Args:
        path: what was brought.
        opened: closes what has to stay open while the files are read.

    Raises:
        DataRefused: it is not there, cannot be read, or holds too many files.
    """
    if path.is_dir():
        yield from _in_folder(path, opened)
        return
    yield from _unpacked(of_file(path, (path.name,)), opened)


def of_file(path: Path, parts: tuple[str, ...]) -> Source:
    """One file on the disk. Raises `DataRefused`."""
    name = shown(path)
    if not os.path.lexists(path):
        raise DataRefused(f"{name} is not there.")
    size = guarded(name, path.stat).st_size
    if size > MAX_FILE_BYTES:
        raise DataRefused(
            f"{name} has {size:,} bytes; at most {MAX_FILE_BYTES:,} are read. Bring a part of it."
        )
    return Source(name, tuple(map(shown, parts)), size, lambda: open_regular(path))


def shown(path: Path | str) -> str:
    """A path in characters that can be written; a file's name may hold any bytes."""
    return os.fsencode(path).decode(errors="replace")


def of_content(name: str, content: bytes, opened: ExitStack) -> Iterator[Source]:
    """The files in one that was uploaded; ``opened`` as in `sources_of`."""
    base = PurePosixPath(name.replace("\\", "/")).name[-80:] or "the file"
    yield from _unpacked(Source(base, (base,), len(content), lambda: io.BytesIO(content)), opened)


def _in_folder(folder: Path, opened: ExitStack) -> Iterator[Source]:
    count = 0
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in sorted(files):
            path = Path(place, name)
            if _hidden(name) or path.is_symlink():
                continue
            if (count := count + 1) > MAX_FILES:
                raise DataRefused(
                    f"{shown(folder)} holds more than {MAX_FILES:,} files. Bring a part of them."
                )
            yield from _unpacked(
                of_file(path, (folder.absolute().name, *path.relative_to(folder).parts)), opened, inside=True
            )


def _refuse(error: OSError) -> None:
    raise DataRefused(f"{shown(error.filename)} cannot be read: {error.strerror}.") from error


def _hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX")) or name in ("Thumbs.db", "desktop.ini")


def _unpacked(source: Source, opened: ExitStack, inside: bool = False) -> Iterator[Source]:
    """``source`` itself, what a gzip file holds, or each file in a zip archive that is not NumPy's.

    An archive inside of an archive or of a folder is not opened.
    """
    head = source.head()
    if head.startswith(b"\x1f\x8b"):
        name = source.parts[-1].removesuffix(".gz")
        packed = source

        def open_unpacked() -> IO[bytes]:
            with packed.open() as file, gzip.GzipFile(fileobj=file) as content:
                return _copied(packed.name, cast("IO[bytes]", content), MAX_FILE_BYTES)

        with guarded(source.name, open_unpacked) as file:
            size = file.seek(0, os.SEEK_END)
        yield Source(source.name, (*source.parts[:-1], name), size, open_unpacked)
    elif head.startswith(b"PK"):
        file = opened.enter_context(source.opened())
        archive = guarded(source.name, lambda: opened.enter_context(zipfile.ZipFile(file)))
        members = [member for member in archive.infolist() if not member.is_dir()]
        if members and all(member.filename.endswith(".npy") for member in members):
            yield source
        elif inside:
            raise DataRefused(f"{source.name} is an archive inside of what was brought. Unpack it first.")
        else:
            yield from _in_archive(source, archive, members, opened)
    else:
        yield source


def _in_archive(
    source: Source, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], opened: ExitStack
) -> Iterator[Source]:
    if kind := foreign_archive([member.filename for member in members]):
        raise DataRefused(f"{source.name} is {kind}")
    if len(members) > MAX_FILES:
        raise DataRefused(
            f"{source.name} holds {len(members):,} files; at most {MAX_FILES:,} are read. Bring a "
            "part of them."
        )
    if (total := sum(member.file_size for member in members)) > MAX_FILE_BYTES:
        raise DataRefused(
            f"{source.name} unpacks to {total:,} bytes; at most {MAX_FILE_BYTES:,} are. Bring a part of it."
        )
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if not parts or any(_hidden(part) for part in parts if part not in (".", "..")):
            continue
        name = f"{source.name}: {'/'.join(parts)[-120:]}"
        if member.flag_bits & 1:
            raise DataRefused(f"{name} is encrypted. Unpack the archive and bring the folder.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataRefused(
                f"{name} is compressed in an unusual way. Unpack the archive and bring the folder."
            )
        yield from _unpacked(
            Source(name, parts, member.file_size, _opener(archive, member)), opened, inside=True
        )


def _opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(member)


def _copied(name: str, packed: IO[bytes], most: int) -> IO[bytes]:
    """``packed`` unpacked into a file that goes when it is closed. Raises `DataRefused`."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    total = 0
    try:
        while chunk := guarded(name, lambda: packed.read(2**20)):
            total += len(chunk)
            if total > most:
                raise DataRefused(f"{name} unpacks to more than {most:,} bytes. Bring a part of it.")
            file.write(chunk)
    except OSError as error:
        file.close()
        raise DataRefused(f"{name} cannot be unpacked: {error.strerror or error}.") from error
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
