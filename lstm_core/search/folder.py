"""Search folders: everything a search leaves behind besides its runs.

    <root>/searches/<name>/
        search.json      what is searched, written once
        control.json     what a person wants of it
        progress.json    where it stands and its winner, written by the process that searches
        trials.log       Optuna's journal of the trials, unless a database keeps them
        search.lock      held by the process that searches while it lives
        process.log      what that process said, where the page started it

Files are written whole, but for the journal, which is appended to. Reading changes nothing.
"""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lstm_core.errors import InvalidValue, RunDamaged, SearchBusy, SearchError, SearchMissing, StorageError
from lstm_core.files import is_held, locked, make_folder, write_text
from lstm_core.runs.json_files import read_model
from lstm_core.search.plan import GOES_ON, Progress, SearchPlan, Wishes

FOLDER = "searches"
START_SECONDS = 15.0
"""How long a process that was started may take until it holds the lock."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True)
class SearchFolder:
    """One search. Cheap to make; every property reads its file anew."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def root(self) -> Path:
        """The home whose runs are its trials."""
        return self.folder.parent.parent

    @property
    def journal(self) -> Path:
        return self.folder / "trials.log"

    @property
    def plan(self) -> SearchPlan:
        """Raises `SearchError`."""
        try:
            return read_model(self.folder / "search.json", SearchPlan)
        except RunDamaged as error:
            raise SearchError(f"The search {self.name} cannot be used. {error}") from error

    @property
    def wishes(self) -> Wishes:
        """What is wanted; without a file that can be read, the default."""
        try:
            return read_model(self.folder / "control.json", Wishes)
        except RunDamaged:
            return Wishes()

    def steer(self, **changes: Any) -> Wishes:
        """Change what is wanted; other wishes stay as they are.

        Raises:
            InvalidValue: a wish is out of its bounds.
            StorageError
        """
        with locked(self.folder / "control.lock"):
            wishes = checked_wishes({**self.wishes.model_dump(), **changes})
            write_text(self.folder / "control.json", wishes.model_dump_json(indent=2))
        return wishes

    @property
    def progress(self) -> Progress:
        """Where it stands; without a file that can be read, at its beginning."""
        try:
            return read_model(self.folder / "progress.json", Progress)
        except RunDamaged:
            return Progress()

    def save_progress(self, progress: Progress) -> None:
        write_text(self.folder / "progress.json", progress.model_dump_json(indent=2))

    def lock(self) -> FileLock:
        """Held by the process that searches. Raises `SearchBusy` where another one holds it."""
        lock = FileLock(self.folder / "search.lock")
        try:
            lock.acquire(timeout=2.0)  # one who only looks holds it for a moment
        except Timeout as error:
            raise SearchBusy(f"Another process goes on with the search {self.name}.") from error
        except OSError as error:
            raise StorageError(f"Cannot write in {self.folder}: {error.strerror or error}.") from error
        return lock

    @property
    def is_worked_on(self) -> bool:
        """Whether a process searches now. Raises `StorageError`."""
        return is_held(self.folder / "search.lock")

    @property
    def was_started_just_now(self) -> bool:
        """Whether a process was started that may not hold the lock yet."""
        try:
            age = time.time() - (self.folder / "process.log").stat().st_mtime
        except OSError:
            return False
        return abs(age) < START_SECONDS

    @property
    def was_interrupted(self) -> bool:
        """Whether its process is gone though it had not come to an end. Raises `StorageError`."""
        return self.progress.state in GOES_ON and not self.is_worked_on


def checked_wishes(values: dict[str, Any]) -> Wishes:
    """Raises `InvalidValue` naming the wish that is out of its bounds."""
    from pydantic import ValidationError

    try:
        return Wishes(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        raise InvalidValue(field, first["msg"].removeprefix("Input should be "), values[field]) from error


class SearchFolders:
    """All searches under one home.

    Args:
        root: the home.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def folder(self) -> Path:
        return self.root / FOLDER

    def create(self, plan: SearchPlan, wishes: Wishes) -> SearchFolder:
        """A new search. Raises `InvalidValue` for a name that is bad or taken, or `StorageError`."""
        name = checked_name(plan.name)
        make_folder(self.folder)
        made = SearchFolder(self.folder / name)
        with locked(self.root / "searches.lock"):
            if made.folder.exists():
                rule = "the name of no search that is there already (`search --resume NAME` goes on with one)"
                raise InvalidValue("study", rule, name)
            # Made under another name, so that nobody finds half of it.
            coming = SearchFolder(self.folder / f".{name}.new")
            make_folder(coming.folder)
            write_text(coming.folder / "search.json", plan.model_dump_json(indent=2))
            write_text(coming.folder / "control.json", wishes.model_dump_json(indent=2))
            try:
                coming.folder.replace(made.folder)
            except OSError as error:
                raise StorageError(f"{made.folder} cannot be made: {error.strerror or error}.") from error
        return made

    def get(self, name: str) -> SearchFolder:
        """Raises `SearchMissing`; a name never becomes a path unless it looks like one of ours."""
        if not NAME.fullmatch(name) or not (self.folder / name / "search.json").is_file():
            there = ", ".join(self.names()) or "none yet"
            raise SearchMissing(f"There is no search {name!r}; there are: {there}.")
        return SearchFolder(self.folder / name)

    def names(self) -> list[str]:
        """Of every search, the newest first."""
        times = []
        for plan in self.folder.glob("*/search.json"):
            if NAME.fullmatch(name := plan.parent.name):
                with contextlib.suppress(OSError):  # it cannot be read, and the others can
                    times.append((plan.stat().st_mtime_ns, name))
        return [name for _, name in sorted(times, reverse=True)]

    def free_name(self, preset: str) -> str:
        """Such as ``digits-3``, where there are two searches of that preset."""
        taken = set(self.names())
        return next(
            name for number in range(1, len(taken) + 2) if (name := f"{preset}-{number}") not in taken
        )


def checked_name(name: str) -> str:
    """Raises `InvalidValue` for what cannot be the name of a folder everywhere."""
    if not NAME.fullmatch(name):
        rule = "1 to 40 of a to z, 0 to 9, dots, hyphens and underscores, the first a letter or digit"
        raise InvalidValue("study", rule, name)
    return name
