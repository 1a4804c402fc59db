"""What a training on another machine wrote since it was last asked, and how that is kept at home.

The status is read first on the node and written last at home, so at home, too, whatever a status tells of is
there before it, and whoever is killed between leaves a run that can go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lstm_core.errors import RunMissing, StorageError
from lstm_core.files import append_lines, make_folder, read_bounded, write_whole
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status

Stamp = tuple[int, int]
"""Of a file: when it was written, in nanoseconds, and its size."""

APART = ("run.json", "status.json", "control.json", "events.jsonl")
"""Files that do not travel whole: a name and wishes are the home's."""

SNAPSHOTS = "snapshots"
MOST_BYTES = 4_000_000_000


@dataclass(frozen=True)
class News:
    """What is new in a run folder.

    Attributes:
        status: of the run.
        events: whole lines that were added.
        files: those that were written, by their path in the folder.
        stamps: of all files that travel whole, for the next question.
        read: up to which byte the events are known now.
    """

    status: Status
    events: bytes
    files: Mapping[str, bytes]
    stamps: Mapping[str, Stamp]
    read: int


def news_of(run: Run, stamps: Mapping[str, Stamp], read: int) -> News:
    """What was written in ``run`` since its files had ``stamps`` and its events ``read`` bytes.

    Raises:
        RunDamaged, StorageError: it cannot be read at this moment.
    """
    status = run.status
    found = {path.relative_to(run.folder).as_posix(): path for path in _files(run.folder)}
    now: dict[str, Stamp] = {}
    files = {}
    for name, path in found.items():
        try:
            there = path.stat()
            now[name] = (there.st_mtime_ns, there.st_size)
            if stamps.get(name) != now[name]:
                files[name] = read_bounded(path, MOST_BYTES)
        except (FileNotFoundError, StorageError):  # a snapshot that was thinned out meanwhile
            now.pop(name, None)
    events = b""
    path = run.folder / "events.jsonl"
    if path.exists():
        with path.open("rb") as file:
            file.seek(read)
            events = file.read()
    events = events[: events.rfind(b"\n") + 1]
    return News(status, events, files, now, read + len(events))


def bring_home(run: Run, news: News) -> None:
    """Keep ``news`` in the run folder at home.

    Raises:
        RunMissing: the run was deleted.
        StorageError
    """
    try:
        for name, content in news.files.items():
            path = run.folder / name
            if path.parent != run.folder:
                make_folder(path.parent)
            with write_whole(path) as file:
                file.write(content)
        for path in (run.folder / SNAPSHOTS).glob("*.npz"):
            if f"{SNAPSHOTS}/{path.name}" not in news.stamps:
                path.unlink(missing_ok=True)
        if news.events:
            append_lines(run.folder / "events.jsonl", news.events)
    except (StorageError, OSError) as error:
        if not run.folder.is_dir():
            raise RunMissing(f"Run {run.id} is no longer there.") from error
        raise StorageError(f"Cannot write in {run.folder}: {error}.") from error
    if news.files or news.events or news.status != run.status:
        run.set_status(news.status)


def files_of(run: Run) -> dict[str, bytes]:
    """Everything in a run folder that a node needs to go on with it. Raises `StorageError`."""
    paths = [*_files(run.folder), *(run.folder / name for name in APART)]
    return {
        path.relative_to(run.folder).as_posix(): read_bounded(path, MOST_BYTES)
        for path in paths
        if path.exists()
    }


def _files(folder: Path) -> list[Path]:
    """Files that travel whole; none that is being written."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name not in APART
    ]
