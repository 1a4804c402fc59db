"""A person's collection of drawings: what their hand writes, and what it is.

    <root>/hand/drawings.jsonl      what happened, one line each; see `log_lines`

Whoever writes holds a lock and only appends, so that two windows never mix their lines, and what was kept
stays whatever ends the process. A last line without its end, as a power cut leaves it, is not taken into
account. Any other line that cannot be read is counted, and stays where it is.

A drawing that was deleted can be restored for an hour. Then its strokes leave the file, with whatever is
written next or when the dashboard starts: the file is written anew, whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from lstm_core.data.hand.kept_drawing import KeptDrawing, Origin
from lstm_core.data.hand.log_lines import (
    MOST_BYTES,
    Added,
    Line,
    Relabelled,
    Removed,
    Restored,
    drawing_of,
    from_bytes,
    line_of,
    to_bytes,
)
from lstm_core.data.info import MAX_CLASS_NAME
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.pen_drawing import PenDrawing
from lstm_core.errors import DataDamaged, DataMissing, DataRefused, InvalidValue, StorageError
from lstm_core.files import ends_whole, locked, make_folder, open_regular, write_whole

MOST_DRAWINGS = 5_000
MOST_FILE_BYTES = 2**28
"""Beyond this nothing is appended."""

RESTORABLE = 3_600.0
"""Seconds for which a drawing that was deleted stays in the file, so that it can be restored."""

_CHECKED_AT = 28
"""Rows and columns of the image that shows whether a drawing has enough ink to be read."""


@dataclass(frozen=True)
class Deleted:
    """A drawing that was deleted ``at`` so many seconds since the epoch."""

    drawing: KeptDrawing
    at: float


@dataclass(frozen=True)
class Collection:
    """What the file holds at one moment.

    Attributes:
        drawings: those that are there, by their identifiers, oldest first.
        removed: those that were deleted and can be restored.
        unreadable: how many lines cannot be read.
    """

    drawings: dict[str, KeptDrawing]
    removed: dict[str, Deleted]
    unreadable: int = 0


class OwnHand:
    """The collection under one root folder; several threads and processes may use it.

    Args:
        root: the home folder; made when first written to.
        clock: seconds since the epoch.
        new_id: 12 hexadecimal digits, others each time.
    """

    def __init__(
        self,
        root: Path,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:12],
    ) -> None:
        self.root = root
        self.clock = clock
        self.new_id = new_id
        self._known: tuple[tuple[int, ...], Collection] = ((), Collection({}, {}))
        self._reading = threading.Lock()

    @property
    def path(self) -> Path:
        return self.root / "hand" / "drawings.jsonl"

    @property
    def version(self) -> tuple[int, ...]:
        """Another one whenever the file changed; empty while there is none."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def collection(self) -> Collection:
        """Everything at this moment; read anew only when the file changed. Raises `StorageError`."""
        with self._reading:
            version = self.version
            if version != self._known[0]:
                self._known = (version, self._read())
            return self._known[1]

    def drawings(self) -> list[KeptDrawing]:
        """Those that are there, oldest first. Raises `StorageError`."""
        return list(self.collection().drawings.values())

    def add(
        self,
        drawing: PenDrawing,
        label: str,
        *,
        origin: Origin,
        read_as: str = "",
        classes: Sequence[str] = (),
    ) -> KeptDrawing:
        """Keep a drawing.

        Args:
            drawing: the strokes.
            label: name of the class that it shows.
            origin: why it is kept.
            read_as: what a network read, or nothing.
            classes: names of that network's classes.

        Raises:
            InvalidValue: there is no ink on it, it is too large, or the label is no name of a class.
            DataRefused: there are `MOST_DRAWINGS` already.
            StorageError: it cannot be written.
        """
        if not has_ink(drawing):
            raise InvalidValue("strokes", "more than a dot, with ink to be seen", "a blank drawing")
        kept = KeptDrawing(
            self.new_id(), label, drawing, origin, read_as[:MAX_CLASS_NAME], tuple(classes), self.clock()
        )
        self.add_all([kept])
        return kept

    def add_all(self, drawings: Sequence[KeptDrawing]) -> None:
        """Keep drawings, all of them or none. Raises as `add`."""
        lines = [line_of(kept) for kept in drawings]
        with self._writing() as now:
            if len(now.drawings) + len(lines) > MOST_DRAWINGS:
                raise DataRefused(
                    f"Your hand holds {len(now.drawings):,} drawings, and can hold {MOST_DRAWINGS:,}. "
                    "Delete some before you keep more."
                )
            self._append(lines)

    def relabel(self, drawing: str, label: str) -> None:
        """Say that a drawing shows something else. Raises `DataMissing`, `InvalidValue`, `StorageError`."""
        if not 0 < len(label) <= MAX_CLASS_NAME:
            raise InvalidValue("label", f"a text of 1 to {MAX_CLASS_NAME} characters", label)
        with self._writing() as now:
            _require([drawing], now.drawings)
            self._append([Relabelled(id=drawing, label=label, at=self.clock())])

    def remove(self, drawings: Sequence[str]) -> None:
        """Delete drawings; for `RESTORABLE` seconds `restore` brings them back.

        Raises `DataMissing`, `StorageError`.
        """
        with self._writing() as now:
            _require(drawings, now.drawings)
            self._append([Removed(ids=list(drawings), at=self.clock())])

    def restore(self, drawings: Sequence[str]) -> None:
        """Bring deleted drawings back. Raises `DataMissing`, `DataRefused` when full, `StorageError`."""
        with self._writing(forgetting=False) as now:
            _require(drawings, now.removed)
            if len(now.drawings) + len(drawings) > MOST_DRAWINGS:
                raise DataRefused(f"Your hand can hold {MOST_DRAWINGS:,} drawings. Delete some first.")
            self._append([Restored(ids=list(drawings), at=self.clock())])

    def clear(self) -> None:
        """Delete every drawing for good, also those that were deleted before; lines that cannot be read stay.

        Raises:
            StorageError: the file cannot be written anew.
        """
        with self._writing(forgetting=False):
            if not self.path.exists():
                return
            self._rewrite(lambda event: None)

    def forget(self) -> int:
        """Take drawings that can no longer be restored out of the file; how many they were.

        Raises:
            StorageError: the file cannot be read or written anew; it is as it was.
        """
        if not self._forgettable(self.collection()):
            return 0  # without a lock, which is a file
        with self._writing(forgetting=False):
            return self._forget()

    def _forget(self) -> int:
        """As `forget`, for who holds the lock."""
        gone = self._forgettable(self.collection())
        if gone:
            self._rewrite(lambda event: _without(event, gone))
        return len(gone)

    def _forgettable(self, now: Collection) -> set[str]:
        latest = self.clock() - RESTORABLE
        return {drawing for drawing, deleted in now.removed.items() if deleted.at <= latest}

    def _rewrite(self, change: Callable[[Line], Line | None]) -> None:
        """Write the file anew with every line changed, or without it; those that cannot be read stay."""
        with write_whole(self.path) as file:
            for line, event in self._lines():
                changed = event and change(event)
                if event is None or changed == event:
                    file.write(line if line.endswith(b"\n") else line + b"\n")
                elif changed is not None:
                    file.write(to_bytes(changed))

    def export(self) -> bytes:
        """The drawings that are there as a stroke file, one JSON object a line, oldest first.

        `lstm_core.data.own` reads such a file, and so does `lstm_core.data.hand.stroke_file`.
        """
        return b"".join(to_bytes(line_of(kept)) for kept in self.drawings())

    def _read(self) -> Collection:
        there: dict[str, KeptDrawing] = {}
        removed: dict[str, Deleted] = {}
        unreadable = 0
        for _, event in self._lines():
            try:
                _apply(event, there, removed)
            except DataDamaged:
                unreadable += 1
        order = sorted(there.values(), key=lambda kept: kept.kept_at)
        return Collection({kept.id: kept for kept in order}, removed, unreadable)

    def _lines(self) -> Iterator[tuple[bytes, Line | None]]:
        """Every line with what it says, None where it cannot be read; not a last one without its end."""
        try:
            with open_regular(self.path) as file:
                yield from _lines_of(file)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror or error}.") from error

    @contextlib.contextmanager
    def _writing(self, *, forgetting: bool = True) -> Iterator[Collection]:
        """Hold the lock; gives what is there, and no one else changes it meanwhile.

        Before, what can no longer be restored leaves the file, unless ``forgetting`` says otherwise.
        """
        make_folder(self.path.parent)
        with locked(self.path.with_suffix(".lock")):
            if forgetting:
                with contextlib.suppress(StorageError):  # another time, then
                    self._forget()
            yield self.collection()

    def _append(self, lines: Iterable[Line]) -> None:
        content = b"".join(map(to_bytes, lines))
        try:
            with self.path.open("ab") as file:
                before = file.tell()
                if before + len(content) > MOST_FILE_BYTES:
                    raise DataRefused(
                        f"{self.path} would have more than {MOST_FILE_BYTES // 2**20} MiB, since drawings "
                        "stay in it for an hour after they were deleted. Export your drawings, delete all "
                        "and import them again."
                    )
                try:
                    file.write(content if ends_whole(self.path) else b"\n" + content)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    with contextlib.suppress(OSError):
                        os.truncate(self.path, before)  # half a line of ours, on a disk that is full
                    raise
        except OSError as error:
            raise StorageError(f"Cannot write {self.path}: {error.strerror or error}.") from error


def has_ink(drawing: PenDrawing) -> bool:
    """Whether there is enough on it to be read: more than a dot, and not all of it erased."""
    return not is_blank(normalise(drawing.ink(), _CHECKED_AT, _CHECKED_AT))


def _lines_of(file: IO[bytes]) -> Iterator[tuple[bytes, Line | None]]:
    while line := file.readline(MOST_BYTES + 1):
        too_long = line
        while not too_long.endswith(b"\n") and len(too_long) > MOST_BYTES:
            too_long = file.readline(MOST_BYTES + 1)
            line += too_long
        event = None
        with contextlib.suppress(DataDamaged):
            event = from_bytes(line) if len(line) <= MOST_BYTES else None
        if event is not None or (line.endswith(b"\n") and line.strip()):
            yield line, event


def _apply(event: Line | None, there: dict[str, KeptDrawing], removed: dict[str, Deleted]) -> None:
    """Raises `DataDamaged` where it cannot be."""
    match event:
        case None:
            raise DataDamaged("A line cannot be read.")
        case Added():
            there[event.id] = drawing_of(event)
            removed.pop(event.id, None)
        case Relabelled():
            if event.id in there:
                there[event.id] = replace(there[event.id], label=event.label)
        case Removed():
            removed.update(
                {known: Deleted(there.pop(known), event.at) for known in event.ids if known in there}
            )
        case Restored():
            there.update({known: removed.pop(known).drawing for known in event.ids if known in removed})


def _without(event: Line, gone: set[str]) -> Line | None:
    """A line without drawings that are gone; None where it speaks of no other."""
    if isinstance(event, Added | Relabelled):
        return None if event.id in gone else event
    left = [drawing for drawing in event.ids if drawing not in gone]
    return event.model_copy(update={"ids": left}) if left else None


def _require(asked: Sequence[str], known: Container[str]) -> None:
    if missing := [drawing for drawing in asked if drawing not in known]:
        raise DataMissing(f"Your hand has no drawing {missing[0]!r} any more. Reload the page.")
