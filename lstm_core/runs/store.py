"""All runs under one root folder: make, list, find and delete them."""

from __future__ import annotations

import builtins
import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from platformdirs import user_data_path

from lstm_core.arrays import FloatArray
from lstm_core.errors import RunBusy, RunDamaged, RunMissing, StorageError
from lstm_core.files import locked
from lstm_core.runs.names import checked_name, default_name
from lstm_core.runs.run import RUN_ID, Run, write_json
from lstm_core.runs.status import ACTIVE, Identity, State, Status
from lstm_core.settings.computed import Computed
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key

HOME_VARIABLE = "ROW_BY_ROW_HOME"


def home() -> Path:
    """The folder of all runs: ``$ROW_BY_ROW_HOME``, or the user's data folder."""
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else user_data_path("row-by-row")


class RunStore:
    """All runs under one root folder.

    Args:
        root: made when first written to.
        clock: seconds since the epoch.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root = root
        self.clock = clock

    @property
    def folder(self) -> Path:
        return self.root / "runs"

    def create(self, settings: HyperParameters, name: str = "", drawing: FloatArray | None = None) -> Run:
        """A new queued run. Raises `StorageError`, or `InvalidValue` for a bad name."""
        name = checked_name(name) if name else default_name(settings)
        now = self.clock()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        run_id = f"{stamp}-{uuid.uuid4().hex[:6]}"
        # Made under another name, so that nobody finds a run of which half the files are there.
        coming = Run(self.folder / f".{run_id}.new")
        identity = Identity(
            name=name,
            key=run_key(settings),
            created=now,
            hyperparameters=settings.model_dump(mode="json"),
        )
        try:
            write_json(coming.folder / "run.json", identity)
            if drawing is not None:
                coming.save_drawing(drawing)
            coming.set_status(Status(state="queued", since=now))
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
        if not RUN_ID.fullmatch(run_id) or not (self.folder / run_id / "run.json").exists():
            if run_id in self.damaged():
                raise RunMissing(f"Run {run_id} was damaged; it lies in {self.root / 'damaged'}.")
            raise RunMissing(f"There is no run {run_id!r} among the saved ones.")
        return Run(self.folder / run_id)

    def list(self) -> list[Run]:
        """Every readable run, newest first; those that cannot be read are set aside."""
        runs = []
        for run in self._folders():
            try:
                _ = run.hyperparameters, run.status
                runs.append((run.identity.created, run.id, run))
            except RunDamaged:
                self._set_aside(run)
            except StorageError:  # it cannot be read at this moment
                continue
        return [run for *_, run in sorted(runs, key=lambda item: item[:2], reverse=True)]

    def in_state(self, *states: State) -> builtins.list[tuple[Status, Run]]:
        """Runs in one of ``states``, those that came into it first first. Cheaper than `list`."""
        found = []
        for run in self._folders():
            try:
                if (status := run.status).state in states:
                    found.append((status.since, run.identity.created, run.id, status, run))
            except RunDamaged:
                self._set_aside(run)
            except StorageError:  # it cannot be read at this moment
                continue
        return [(status, run) for *_, status, run in sorted(found, key=lambda item: item[:3])]

    def _folders(self) -> builtins.list[Run]:
        if not self.folder.is_dir():
            return []
        return [Run(folder) for folder in self.folder.iterdir() if RUN_ID.fullmatch(folder.name)]

    def damaged(self) -> builtins.list[str]:
        """Identifiers of runs that were set aside."""
        folder = self.root / "damaged"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def find(
        self, key: str, states: Iterable[State] = ("finished",), computed: Computed | None = None
    ) -> Run | None:
        """The newest run with that key whose settings were not changed, nor are to be, while it trains.

        Args:
            key: `settings.run_key` of what is wanted.
            states: one of which the run is in.
            computed: what it would be computed with now; a run that was computed otherwise is no answer.
        """
        for run in self.list():
            try:
                status = run.status
                if run.identity.key != key or status.state not in states or status.tweaked:
                    continue
                if computed and not computed.agrees(Computed.from_environment(run.environment())):
                    continue
                if status.state == "finished":
                    as_submitted = run.has_weights
                else:
                    control, settings = run.control, run.hyperparameters
                    as_submitted = not control.stop and control.settings(settings) == settings
            except RunDamaged:
                continue
            if as_submitted:
                return run
        return None

    def delete(self, run: Run) -> None:
        """Raises `RunBusy` while it trains, `RunMissing` when it is gone already."""
        if not run.folder.is_dir():
            raise RunMissing(f"Run {run.id} is no longer there.")
        with self.queue_lock():
            if run.status.state in ACTIVE:
                raise RunBusy(f"Run {run.name} is being trained; stop it first.")
            # Renamed first, so that nobody finds a run of which half the files are gone.
            going = run.folder.with_name(f".{run.id}.deleted")
            try:
                run.folder.replace(going)
            except OSError as error:
                raise StorageError(f"Run {run.id} cannot be deleted: {error.strerror}.") from error
        shutil.rmtree(going, ignore_errors=True)

    def queue_lock(self) -> contextlib.AbstractContextManager[None]:
        """Held by whoever changes which run waits or trains. Raises `StorageError`."""
        return locked(self.root / "queue.lock")

    def _set_aside(self, run: Run) -> None:
        target = self.root / "damaged" / run.id
        with contextlib.suppress(OSError):
            target.parent.mkdir(exist_ok=True)
            run.folder.replace(target)
