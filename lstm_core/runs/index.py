"""What the lists show of every run, kept so that a look costs next to nothing however many there are.

Opening all run folders takes milliseconds a run, most of it for ten thousand readings in every
``evaluation.json``. So what was read is remembered with the stamp of the files it came from, and read again
only where a stamp differs. Stamps are looked at when a writer touched ``runs/`` and, since other versions
and hands do not, also after a while, which is longer the more runs there are.

Between processes it is remembered in ``<root>/index.sqlite``. That is a cache and nothing else: it is made
again when it is missing, damaged or another version's, and where it cannot be written, one does without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lstm_core.errors import LstmError, RunDamaged, StorageError
from lstm_core.runs import marks
from lstm_core.runs.marks import Marks, marks_of
from lstm_core.runs.run import RUN_ID, Run
from lstm_core.runs.status import Identity, Status
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

FILE = "index.sqlite"
SHARE_OF_TIME = 0.002
"""The most of a processor that looking for changes nobody told of may take."""
_CLOCK_TICK = 20_000_000
"""Nanoseconds. A file system's clock stands still for up to that long, so that a folder may have changed
again since it was looked at and still bear the same time."""

_STAMPED = (
    "run.json",
    "status.json",
    "evaluation.json",
    "weights.npz",
    "environment.json",
    "snapshots",
    marks.FILE,
)
_FORMAT = f"2 {hashlib.sha256(repr(FIELDS).encode()).hexdigest()}"
"""Another one with other settings or other rules for them: then a run may have become readable, or not."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunSummary:
    """What the lists show of one run.

    Attributes:
        id: the run's identifier.
        identity, status, settings: from its files; None where they cannot be read.
        accuracy: on the test images, in [0, 1]; None while they were not read.
        weights_version: changes whenever the weights are written; 0 without weights.
        environment: what it was computed with and how; empty before training began.
        snapshots: how many were kept of its weights.
        size: bytes on disk.
        problem: why the run cannot be used, or nothing.
        damage: why its result or a person's notes cannot be read, or nothing; the rest can be used.
        marks: what a person noted of it.
        passing: whether a file could not be read at this moment, so that the next look may find more.
    """

    id: str
    identity: Identity | None = None
    status: Status | None = None
    settings: HyperParameters | None = None
    accuracy: float | None = None
    weights_version: int = 0
    environment: dict[str, str] | None = None
    snapshots: int = 0
    size: int = 0
    problem: str = ""
    damage: str = ""
    passing: bool = False
    marks: Marks = field(default_factory=Marks)

    @property
    def parts(self) -> tuple[Identity, Status, HyperParameters]:
        """Identity, status and settings of a run that can be used. Raises `RunDamaged` of any other."""
        if self.problem or self.identity is None or self.status is None or self.settings is None:
            raise RunDamaged(f"Run {self.id} cannot be used. {self.problem}")
        return self.identity, self.status, self.settings

    @property
    def created(self) -> float:
        return self.identity.created if self.identity else 0.0


def summarise(run: Run) -> RunSummary:
    """Read what the lists show of ``run``; whatever cannot be read is said in the summary."""
    problem, damage, passing, noted = "", "", False, Marks()
    identity = status = settings = accuracy = None
    try:
        identity, status = run.identity, run.status
        settings = run.hyperparameters
    except LstmError as error:
        problem, passing = str(error), isinstance(error, StorageError)
    try:
        if result := run.result():
            accuracy = result.accuracy
    except LstmError as error:
        damage, passing = str(error), passing or isinstance(error, StorageError)
    try:
        noted = marks_of(run)
    except LstmError as error:
        damage, passing = damage or str(error), passing or isinstance(error, StorageError)
    return RunSummary(
        id=run.id,
        identity=identity,
        status=status,
        settings=settings,
        accuracy=accuracy,
        weights_version=_version(run.folder / "weights.npz"),
        environment=run.environment(),
        snapshots=len(run.snapshots()),
        size=run.size(),
        problem=problem,
        damage=damage,
        passing=passing,
        marks=noted,
    )


class RunIndex:
    """Summaries of the runs under one root, always those of the files.

    Safe to use from several threads and processes; knows of a change made by this program at once, of one
    made by others as soon as `SHARE_OF_TIME` allows another look.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._runs = root / "runs"
        self.version = 0
        """Changes whenever a summary does."""
        self._lock = threading.Lock()
        self._summaries: Mapping[str, RunSummary] = MappingProxyType({})
        self._known: dict[str, tuple[str, RunSummary]] = {}
        self._folders: dict[str, int] = {}
        self._touched: int | None = None
        self._look_again = 0.0

    def summaries(self) -> Mapping[str, RunSummary]:
        """Of every run folder, by identifier. Never raises for what a folder holds."""
        with self._lock:
            touched = _version(self._runs)
            if time.monotonic() >= self._look_again:
                began = time.perf_counter()
                self._look(every_file=True)
                self._look_again = time.monotonic() + (time.perf_counter() - began) / SHARE_OF_TIME
            elif touched != self._touched:
                self._look(every_file=False)
            self._touched = touched
            return self._summaries

    def summary(self, run_id: str) -> RunSummary | None:
        """Of one run, read again if any of its files changed, told of or not; None where there is none."""
        with self._lock:
            known = self._known.get(run_id)
            if known and known[0] != _stamp(self._runs / run_id):
                self._folders.pop(run_id, None)
                self._touched = 0  # so that the next look is now
        return self.summaries().get(run_id)

    def _look(self, *, every_file: bool) -> None:
        """Read again what changed.

        Args:
            every_file: whether to look at every file. A file that is written as this program does it changes
                its folder, which is six times cheaper to look at; what others write in place does not.
        """
        if self._touched is None:
            self._known = _remembered(self.root)
        runs = self._runs
        settled = time.time_ns() - _CLOCK_TICK
        folders = {run_id: _version(runs / run_id) for run_id in _identifiers(runs)}
        changed = {
            run_id: _stamp(runs / run_id)
            for run_id, version in folders.items()
            if every_file or self._folders.get(run_id) != version or self._known[run_id][1].passing
        }
        new = {
            run_id: (stamp, summarise(Run(runs / run_id)))
            for run_id, stamp in changed.items()
            if run_id not in self._known or self._known[run_id][0] != stamp or self._known[run_id][1].passing
        }
        gone = self._known.keys() - folders.keys()
        for run_id in gone:
            del self._known[run_id]
        self._known |= new
        self._folders = {run_id: version for run_id, version in folders.items() if version < settled}
        if gone or new or self._touched is None:
            self.version += 1
            self._summaries = MappingProxyType({run_id: found for run_id, (_, found) in self._known.items()})
        if gone or new:
            _remember(self.root, new, gone)


def _identifiers(runs: Path) -> list[str]:
    """Of the run folders that are there."""
    try:
        return [name for name in os.listdir(runs) if RUN_ID.fullmatch(name)]  # noqa: PTH208 - no paths made
    except OSError:  # there is none yet, or it cannot be read now
        return []


def _stamp(folder: Path) -> str:
    """Differs when a file that a summary is made of was written, replaced, or became readable."""
    stamps = []
    for name in _STAMPED:
        try:
            found = os.stat(f"{folder}/{name}")  # noqa: PTH116 - twice as fast, for thousands of files
            stamps.append(f"{found.st_ino}.{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_size}")
        except OSError as error:
            stamps.append(str(error.errno))
    return " ".join(stamps)


def _version(path: Path) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116
    except OSError:
        return 0


def _remembered(root: Path) -> dict[str, tuple[str, RunSummary]]:
    """What an earlier process read; nothing when that cannot be known."""
    try:
        with _opened(root, "ro") as database:
            if database.execute("select format from version").fetchone() != (_FORMAT,):
                return {}
            rows = database.execute("select id, stamp, summary from runs").fetchall()
        return {run_id: (stamp, _from_json(summary)) for run_id, stamp, summary in rows}
    except (sqlite3.Error, ValueError, TypeError, KeyError):
        return {}


def _remember(root: Path, new: dict[str, tuple[str, RunSummary]], gone: set[str]) -> None:
    """Tell later processes. Where that cannot be done they read the folders."""
    for attempt in range(2):
        try:
            with _opened(root, "rwc") as database:
                database.execute("pragma synchronous = off")
                database.execute("create table if not exists version (format text)")
                if database.execute("select format from version").fetchone() != (_FORMAT,):
                    database.execute("drop table if exists runs")
                    database.execute("delete from version")
                    database.execute("insert into version values (?)", (_FORMAT,))
                database.execute(
                    "create table if not exists runs (id text primary key, stamp text, summary text)"
                )
                database.executemany("delete from runs where id = ?", [(run_id,) for run_id in gone])
                rows = [(run_id, stamp, _to_json(summary)) for run_id, (stamp, summary) in new.items()]
                database.executemany("insert or replace into runs values (?, ?, ?)", rows)
            return
        except sqlite3.OperationalError as error:  # locked, full, or not to be written
            _log.debug("The index of runs is not kept: %s", error)
            return
        except sqlite3.DatabaseError:
            if attempt:
                return
            with contextlib.suppress(OSError):  # torn: it holds nothing that the folders do not
                (root / FILE).unlink()


@contextlib.contextmanager
def _opened(root: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """The database, in one transaction."""
    database = sqlite3.connect(f"{(root / FILE).absolute().as_uri()}?mode={mode}", uri=True, timeout=0.5)
    try:
        with database:
            yield database
    finally:
        database.close()


def _to_json(summary: RunSummary) -> str:
    return json.dumps(vars(summary), default=_dumped)


def _dumped(value: Any) -> Any:
    return value.model_dump(mode="json")


def _from_json(text: str) -> RunSummary:
    """Raises `ValueError`, `TypeError` or `KeyError` for what this version did not write."""
    found: dict[str, Any] = json.loads(text)
    models = {"identity": Identity, "status": Status, "settings": HyperParameters, "marks": Marks}
    for name, model in models.items():
        if found[name] is not None:
            found[name] = model.model_validate(found[name])  # type: ignore[attr-defined]
    return RunSummary(**found)
