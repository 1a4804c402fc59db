"""All runs under one root folder: make, list, find and delete them."""

from __future__ import annotations

import builtins
import contextlib
import json
import logging
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lstm_core.arrays import FloatArray
from lstm_core.errors import LockHeld, LstmError, RunBusy, RunMissing, StorageError
from lstm_core.files import HOME_VARIABLE as HOME_VARIABLE
from lstm_core.files import home as home
from lstm_core.files import locked, make_folder, read_bounded
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.index import RunIndex, RunSummary
from lstm_core.runs.json_files import MOST_BYTES
from lstm_core.runs.names import checked_name, default_name
from lstm_core.runs.run import RUN_ID, Run
from lstm_core.runs.status import ACTIVE, WAITING_OR_ACTIVE, Identity, Origin, State, Status
from lstm_core.runs.taught import Material, save_material
from lstm_core.settings.computed import Computed
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key

ASIDE = "damaged"
"""The folder under the root for runs that a person set aside."""

_log = logging.getLogger(__name__)


class RunStore:
    """All runs under one root folder.

    Args:
        root: made when first written to.
        clock: seconds since the epoch.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root = root
        self.clock = clock
        self._index = RunIndex(root)
        self._made = _Lists.of({})

    @property
    def folder(self) -> Path:
        return self.root / "runs"

    def create(
        self,
        settings: HyperParameters,
        name: str = "",
        drawing: FloatArray | None = None,
        material: Material | None = None,
        priority: int = 0,
        cluster: str = "",
    ) -> Run:
        """A new queued run. Raises `StorageError`, or `InvalidValue` for a bad name."""
        name = checked_name(name) if name else default_name(settings)

        def fill(run: Run) -> None:
            if drawing is not None:
                run.save_drawing(drawing)
            if material is not None:
                save_material(run, material)

        return self._make(
            name, run_key(settings), settings, "queued", fill, priority=priority, cluster=cluster
        )

    def bring_in(
        self, weights: LstmWeights, settings: HyperParameters, key: str, origin: Origin, name: str
    ) -> Run:
        """A new finished run of a network that was trained elsewhere.

        Args:
            weights: of the network.
            settings: that describe its shape.
            key: unlike that of any settings.
            origin: where it comes from.
            name: of the run.

        Raises:
            InvalidValue: a bad name.
            StorageError
        """
        fill = partial(Run.save_weights, weights=weights)
        return self._make(checked_name(name), key, settings, "finished", fill, origin)

    def _make(
        self,
        name: str,
        key: str,
        settings: HyperParameters,
        state: State,
        fill: Callable[[Run], None],
        origin: Origin | None = None,
        **status: Any,
    ) -> Run:
        """A new run; ``fill`` writes what it holds besides identity and status. Raises `StorageError`."""
        now = self.clock()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        run_id = f"{stamp}-{uuid.uuid4().hex[:6]}"
        # Made under another name, so that nobody finds a run of which half the files are there.
        coming = Run(self.folder / f".{run_id}.new")
        identity = Identity(
            name=name,
            key=key,
            created=now,
            hyperparameters=settings.model_dump(mode="json"),
            origin=origin,
        )
        try:
            make_folder(coming.folder)
            coming.save_identity(identity)
            fill(coming)
            coming.set_status(Status(state=state, since=now, **status))
            coming.folder.replace(self.folder / run_id)
        except OSError as error:
            shutil.rmtree(coming.folder, ignore_errors=True)
            raise StorageError(f"The run cannot be written: {error.strerror or error}.") from error
        except BaseException:
            shutil.rmtree(coming.folder, ignore_errors=True)
            raise
        return Run(self.folder / run_id)

    def get(self, run_id: str) -> Run:
        """Raises `RunMissing`; the identifier never becomes a path unless it looks like one of ours."""
        if not RUN_ID.fullmatch(run_id) or not (self.folder / run_id).is_dir():
            raise self._missing(run_id)
        return Run(self.folder / run_id)

    def _missing(self, run_id: str) -> RunMissing:
        if run_id in self.set_aside_runs():
            return RunMissing(f"Run {run_id} was moved out of the list; it is in {self.root / ASIDE}.")
        return RunMissing(f"There is no run {run_id!r} among the saved ones.")

    def summaries(self) -> builtins.list[RunSummary]:
        """What the lists show of every run, newest first, those that cannot be read last. Cheap."""
        return builtins.list(self._lists().newest)

    def _lists(self) -> _Lists:
        """Made once for each answer of the index, however often it is asked."""
        found = self._index.summaries()
        if found is not self._made.summaries:
            self._made = _Lists.of(found)
        return self._made

    def summary(self, run_id: str) -> RunSummary:
        """Of one run. Raises `RunMissing`."""
        if (found := self._index.summary(run_id)) is None:
            raise self._missing(run_id)
        return found

    @property
    def version(self) -> int:
        """Changes whenever `summaries` do, for whoever makes something of all of them."""
        self._index.summaries()
        return self._index.version

    def list(self) -> list[Run]:
        """Every readable run, newest first."""
        return [Run(self.folder / s.id) for s in self.summaries() if not s.problem]

    def unreadable(self) -> builtins.list[RunSummary]:
        """Runs that cannot be used, with the reason; they stay where they are."""
        return builtins.list(self._lists().unreadable)

    def in_state(self, *states: State) -> builtins.list[tuple[Status, Run]]:
        """Runs in one of ``states``, those that came into it first first; not those that cannot be read."""
        found = []
        by_state = self._lists().by_state
        for summary in (summary for state in states for summary in by_state.get(state, ())):
            run = Run(self.folder / summary.id)
            with contextlib.suppress(LstmError):  # what was listed may be a moment old
                if (status := run.status).state in states:
                    found.append((status.since, summary.created, run.id, status, run))
        return [(status, run) for *_, status, run in sorted(found, key=lambda item: item[:3])]

    def find(
        self, key: str, states: Iterable[State] = ("finished",), computed: Computed | None = None
    ) -> Run | None:
        """The newest run with that key whose settings were not changed, nor are to be, while it trains.

        Args:
            key: `settings.run_key` of what is wanted.
            states: one of which the run is in.
            computed: what it would be computed with now; a run that was computed otherwise is no answer.
        """
        wanted = tuple(states)
        for summary in self.summaries():
            if summary.problem:
                continue
            if computed and not computed.agrees(Computed.from_environment(summary.environment or {})):
                continue
            identity, status, settings = summary.parts
            if identity.key != key or status.state not in wanted or status.tweaked:
                continue
            run = Run(self.folder / summary.id)
            if status.state == "finished":
                if summary.weights_version:
                    return run
            else:
                control = run.control
                if not control.stop and control.settings(settings) == settings:
                    return run
        return None

    def delete(self, run: Run) -> None:
        """Delete a run for good. Needs no room on the disk.

        Raises:
            RunBusy: it trains or waits to be trained.
            RunMissing: it is gone already.
            StorageError
        """
        if not run.folder.is_dir():
            raise RunMissing(f"Run {run.id} is no longer there.")
        with self._queue_lock_or_none():
            state = _state(run)
            if state in ACTIVE:
                raise RunBusy(f"Run {run.id} is being trained; stop it first.")
            if state in WAITING_OR_ACTIVE:
                raise RunBusy(f"Run {run.id} waits to be trained; cancel it first.")
            # Renamed first, so that nobody finds a run of which half the files are gone.
            going = run.folder.with_name(f".{run.id}.deleted")
            try:
                run.folder.replace(going)
            except OSError as error:
                raise StorageError(f"Run {run.id} cannot be deleted: {error.strerror}.") from error
        shutil.rmtree(going, ignore_errors=True)

    def set_aside(self, run_id: str) -> Path:
        """Move a run that cannot be used out of the list, for a person who asks for that; where it lies then.

        Raises:
            RunBusy: it trains or waits to be trained.
            RunMissing, StorageError
        """
        run = self.get(run_id)
        with self.queue_lock():
            if _state(run) in WAITING_OR_ACTIVE:
                raise RunBusy(f"Run {run.id} is being trained, or waits to be; stop it first.")
            target = self.root / ASIDE / run.id
            make_folder(target.parent)
            try:
                run.folder.replace(target)
            except OSError as error:
                raise StorageError(f"Run {run.id} cannot be moved to {target}: {error.strerror}.") from error
        return target

    def set_aside_runs(self) -> builtins.list[str]:
        """Identifiers of runs that were set aside."""
        with contextlib.suppress(OSError):
            return sorted(path.name for path in (self.root / ASIDE).iterdir())
        return []

    def queue_lock(self, seconds: float | None = None) -> contextlib.AbstractContextManager[None]:
        """Held by whoever changes which run waits or trains; as `files.locked`. Raises `StorageError`."""
        return locked(self.root / "queue.lock", seconds)

    @contextlib.contextmanager
    def _queue_lock_or_none(self) -> Iterator[None]:
        """The queue's lock, or none where its file cannot be made: then nobody else can hold it either."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self.queue_lock())
            except LockHeld:
                raise
            except StorageError as error:
                _log.warning("Without the lock of the queue: %s", error)
            yield


@dataclass(frozen=True)
class _Lists:
    """The summaries of an index in the orders in which they are asked for."""

    summaries: Mapping[str, RunSummary]
    newest: Sequence[RunSummary]
    unreadable: Sequence[RunSummary]
    by_state: Mapping[str, Sequence[RunSummary]]

    @classmethod
    def of(cls, summaries: Mapping[str, RunSummary]) -> _Lists:
        newest = sorted(summaries.values(), key=lambda s: (not s.problem, s.created, s.id), reverse=True)
        by_state: dict[str, list[RunSummary]] = {}
        for summary in newest:
            if summary.status and not summary.problem:
                by_state.setdefault(summary.status.state, []).append(summary)
        return cls(summaries, newest, [summary for summary in newest if summary.problem], by_state)


def _state(run: Run) -> str:
    """The state that a run's file names, also one of another version; empty when it names none."""
    try:
        return str(json.loads(read_bounded(run.folder / "status.json", MOST_BYTES))["state"])
    except (StorageError, ValueError, KeyError, TypeError):
        return ""
