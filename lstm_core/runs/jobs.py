"""The queue of trainings and the life of the process that works through it.

One training process at a time, spawned on its own, so it outlives the dashboard and the dashboard
outlives it. Whether it lives is known by a file lock that the operating system releases whatever
kills it. Queue and process are changed, and that lock is tried, under a second lock, so two tabs that
press Train together start one training, nobody takes another's trial for a living process, and no run
is left waiting while the process says good-bye.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from lstm_core.arrays import FloatArray
from lstm_core.data.datasets import DATA_VARIABLE
from lstm_core.errors import RunBusy, StorageError
from lstm_core.files import write_text
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.settings import first_weights
from lstm_core.settings.computed import computed_here
from lstm_core.settings.devices import choose, list_devices
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key

START_SECONDS = 20.0
"""How long a process that was started may take until it holds its lock, before another is started."""


@dataclass(frozen=True)
class Submission:
    """The answer to a wish to train. ``known`` says why no new training was started, or is empty."""

    run: Run
    known: str = ""


def spawn(root: Path) -> subprocess.Popen[bytes]:
    """Start the training process for ``root`` on its own; its output goes to ``worker.log``.

    Raises:
        StorageError: it cannot be started, or its log cannot be written.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if data := environment.get(DATA_VARIABLE):
        environment[DATA_VARIABLE] = str(Path(data).expanduser().absolute())
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "lstm_core.training.worker", str(root.absolute())],
                cwd=Path(__file__).parents[2],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise StorageError(f"The training process cannot be started: {error}.") from error
    # Whoever starts a process must take its exit status, or it stays behind as a zombie.
    threading.Thread(target=process.wait, name="training process", daemon=True).start()
    return process


class Jobs:
    """Submit, order and steer trainings.

    Args:
        store: where the runs are.
        launch: starts a training process for a root folder.
    """

    def __init__(self, store: RunStore, launch: Callable[[Path], object] = spawn) -> None:
        self.store = store
        self.launch = launch

    def submit(
        self, settings: HyperParameters, name: str = "", drawing: FloatArray | None = None
    ) -> Submission:
        """Queue a training, unless these settings were trained already or are about to be.

        Raises:
            InvalidValue: a bad name, or first weights of another shape than the settings need.
            WeightsError: the first weights the settings name are missing or damaged.
            DeviceUnavailable: the device of the settings is not there.
            StorageError
        """
        key = run_key(settings)
        device = choose(settings.device, list_devices())
        computed = computed_here(settings, device, noted_obstacle(self.store.root))
        with self.store.queue_lock():
            self._mark_interrupted()
            if run := self.store.find(key, WAITING_OR_ACTIVE, computed):
                return Submission(run, "These settings are being trained already.")
            if run := self.store.find(key, computed=computed):
                return Submission(run, "These settings were trained before; this is the saved run.")
            first_weights.for_settings(settings, self.store.root)
            run = self.store.create(settings, name, drawing)
            try:
                self._ensure_worker()
            except StorageError:
                shutil.rmtree(run.folder, ignore_errors=True)
                raise
        return Submission(run)

    def resume(self, run: Run, more_steps: int = 0) -> None:
        """Queue a run again, to go on from its checkpoint, with ``more_steps`` beyond its steps.

        Raises:
            RunBusy: it is queued or trained now.
            InvalidValue: too many steps.
            RunMissing, RunDamaged, StorageError
        """
        with self.store.queue_lock():
            self._mark_interrupted()
            status = run.status
            if status.state in WAITING_OR_ACTIVE:
                raise RunBusy(f"Run {run.name} is {status.state} already.")
            steps = run.control.settings(run.hyperparameters).steps + more_steps
            run.steer(stop=False, paused=False, steps=steps if more_steps else run.control.steps)
            update = {"state": "queued", "since": self.store.clock(), "detail": ""}
            run.set_status(status.model_copy(update=update))
            self._ensure_worker()

    def cancel(self, run: Run) -> None:
        """Stop a run: one that waits leaves the queue, one that trains keeps what it learnt."""
        with self.store.queue_lock():
            status = run.status
            if status.state == "queued":
                now = self.store.clock()
                update = {"state": "stopped", "since": now, "detail": ""}
                run.set_status(status.model_copy(update=update))
            elif status.state in ACTIVE:
                run.steer(stop=True)

    def queue(self) -> list[Run]:
        """Runs that wait, first come first."""
        return [run for _, run in self.store.in_state("queued")]

    def active(self) -> Run | None:
        """The run being trained."""
        self.refresh()
        return next((run for _, run in self.store.in_state(*ACTIVE)), None)

    def refresh(self) -> None:
        """Notice a training process that was killed, and start one when runs wait without."""
        if not self.store.root.is_dir():
            return
        with self.store.queue_lock():
            self._mark_interrupted()
            if self.queue():
                self._ensure_worker()

    def warm_up(self) -> None:
        """Have a training process ready before there is something to train."""
        with self.store.queue_lock():
            self._mark_interrupted()
            self._ensure_worker()

    def worker_alive(self) -> bool:
        """Whether a training process lives."""
        if not self.store.root.is_dir():
            return False
        with self.store.queue_lock():
            return self._alive()

    def take_over(self) -> None:
        """For the training process, once it holds its lock: what was being trained no longer is."""
        with self.store.queue_lock():
            self._marker.unlink(missing_ok=True)
            self._interrupt()

    def claim(self) -> Run | None:
        """For the training process: take the run that waits longest out of the queue."""
        if not self.queue():
            return None
        with self.store.queue_lock():
            for status, run in self.store.in_state("queued"):
                update = {"state": "preparing", "since": self.store.clock(), "detail": "reading data"}
                run.set_status(status.model_copy(update=update))
                return run
        return None

    def announce(self, detail: str) -> None:
        """For the training process: tell the run that waits longest what it waits for."""
        with self.store.queue_lock():
            for status, run in self.store.in_state("queued")[:1]:
                run.set_status(status.model_copy(update={"detail": detail}))

    # What follows is called with the queue lock held.

    def _alive(self) -> bool:
        lock = worker_lock(self.store.root)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError as error:
            raise StorageError(f"Cannot write in {self.store.root}: {error.strerror or error}.") from error
        lock.release()
        return False

    def _ensure_worker(self) -> None:
        if self._alive() or self._starting():
            return
        write_text(self._marker, repr(self.store.clock()))
        try:
            self.launch(self.store.root)
        except StorageError:
            self._marker.unlink(missing_ok=True)
            raise

    @property
    def _marker(self) -> Path:
        """Holds when a process was started, until it has its lock."""
        return self.store.root / "worker.starting"

    def _starting(self) -> bool:
        try:
            return abs(self.store.clock() - float(self._marker.read_text())) < START_SECONDS
        except (OSError, ValueError):
            return False

    def _mark_interrupted(self) -> None:
        if not self._alive():
            self._interrupt()

    def _interrupt(self) -> None:
        for status, run in self.store.in_state(*ACTIVE):
            step = last_step(run)
            update = {
                "state": "interrupted",
                "since": self.store.clock(),
                "step": step,
                "detail": f"interrupted at step {step}",
            }
            run.set_status(status.model_copy(update=update))


def last_step(run: Run) -> int:
    """The last step its events tell of."""
    events, _ = run.events()
    return events[-1].step if events else 0


def worker_lock(root: Path) -> FileLock:
    """Held by the training process of ``root`` while it lives."""
    return FileLock(root / "worker.lock")
