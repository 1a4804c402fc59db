"""The queue of trainings and the life of the process that works through it.

One training process at a time, spawned on its own, so it outlives the dashboard and the dashboard
outlives it. Whether it lives is known by a file lock that the operating system releases whatever
kills it. Queue and process are changed, and that lock is tried, under a second lock, so two tabs that
press Train together start one training, nobody takes another's trial for a living process, and no run
is left waiting while the process says good-bye.

Who only looks (`Jobs.queue`, `active`, `refresh`) is never stopped by a lock that is held or a disk that is
full: then nothing is noticed and nothing started, but everything is shown.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from lstm_core.arrays import FloatArray
from lstm_core.errors import LstmError, RunBusy, StorageError
from lstm_core.files import make_folder, write_text
from lstm_core.runs import worker_end
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, WAITING_OR_ACTIVE, Status
from lstm_core.runs.store import RunStore
from lstm_core.runs.usable_devices import devices_here
from lstm_core.runs.worker_start import spawn, worker_lock
from lstm_core.settings import first_weights
from lstm_core.settings.computed import computed_here
from lstm_core.settings.devices import choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.memory import check_fits
from lstm_core.settings.run_key import run_key

START_SECONDS = 20.0
"""How long a process that was started may take until it holds its lock, before another is started."""

MOST_STARTS = 3
"""Training processes in a row that may end before they were ready; then no more are started unasked."""

LOOK_SECONDS = 0.2
"""How long one who only looks waits for the lock of the queue."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Submission:
    """The answer to a wish to train. ``known`` says why no new training was started, or is empty."""

    run: Run
    known: str = ""


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
            NotEnoughMemory: it needs more memory than there is.
            StorageError: it needs more disk than there is, or nothing can be written.
        """
        key = run_key(settings)
        device = choose(settings.device, devices_here(self.store.root))
        obstacle = noted_obstacle(self.store.root)
        computed = computed_here(settings, device, obstacle)
        make_folder(self.store.root)
        with self.store.queue_lock():
            self._mark_interrupted()
            if run := self.store.find(key, WAITING_OR_ACTIVE, computed):
                return Submission(run, "These settings are being trained already.")
            if run := self.store.find(key, computed=computed):
                return Submission(run, "These settings were trained before; this is the saved run.")
            first_weights.for_settings(settings, self.store.root)
            check_fits(settings, device, self.store.root, obstacle=obstacle)
            run = self.store.create(settings, name, drawing)
            try:
                self._ensure_worker(asked=True)
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
            try:
                self._ensure_worker(asked=True)
            except StorageError:
                run.set_status(status)
                raise

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
        """Notice a training process that was killed, and start one when runs wait without; if one can.

        For those who look: they see the runs also when nothing can be written or locked.
        """
        if not self.store.in_state(*WAITING_OR_ACTIVE):
            return
        try:
            with self.store.queue_lock(LOOK_SECONDS):
                self._mark_interrupted()
                if self.queue():
                    self._ensure_worker()
        except LstmError as error:
            _log.warning("Nothing could be noticed or started: %s", error)

    def warm_up(self) -> None:
        """Have a training process ready before there is something to train."""
        make_folder(self.store.root)
        with self.store.queue_lock():
            self._mark_interrupted()
            self._ensure_worker()

    def worker_alive(self) -> bool:
        """Whether a training process lives. Raises `StorageError`."""
        if not self.store.root.is_dir():
            return False
        with self.store.queue_lock(LOOK_SECONDS):
            return self._alive()

    def take_over(self) -> None:
        """For the training process, once it holds its lock: what was being trained no longer is."""
        with self.store.queue_lock():
            with contextlib.suppress(StorageError):  # it is here, so nobody needs to wait for it
                _, starts, pid = self._starts()
                write_text(self._marker, f"0.0 {starts} {pid}")
            self._interrupt()

    def ready(self) -> None:
        """For the training process, once it can train: it was not started in vain."""
        with self.store.queue_lock(), contextlib.suppress(OSError):
            self._marker.unlink(missing_ok=True)

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

    def others_wait(self) -> bool:
        """Whether a run of a newer version waits, which only that version's process can train."""
        return any(s.status is not None and s.status.state == "queued" for s in self.store.unreadable())

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

    def _ensure_worker(self, *, asked: bool = False) -> None:
        """Start a process unless one lives or is on its way, or those before it died without being ready.

        Args:
            asked: a person asked for a training just now, which is worth new starts.
        """
        if self._alive():
            return
        since, starts, pid = self._starts()
        if starts and self._on_its_way(since, pid):
            return
        if asked and starts >= MOST_STARTS:
            starts = 0
        if starts >= MOST_STARTS:
            self._give_up()
            return
        now = self.store.clock()
        write_text(self._marker, f"{now!r} {starts + 1} 0")
        try:
            process = self.launch(self.store.root)
            if pid := getattr(process, "pid", 0):
                write_text(self._marker, f"{now!r} {starts + 1} {pid}")
        except StorageError:
            self._marker.unlink(missing_ok=True)
            raise

    @property
    def _marker(self) -> Path:
        """Holds when the latest process was started, how many were since the last that became ready, and its
        number, or 0."""
        return self.store.root / "worker.starting"

    def _starts(self) -> tuple[float, int, int]:
        try:
            since, starts, pid = self._marker.read_text().split()
            return float(since), int(starts), int(pid)
        except (OSError, ValueError):
            return 0.0, 0, 0

    def _on_its_way(self, since: float, pid: int) -> bool:
        end = worker_end.last_end(self.store.root)
        # The end of the one before may be told only now.
        if end and end.time >= since and pid in (0, end.pid):
            return False
        return abs(self.store.clock() - since) < START_SECONDS

    def _give_up(self) -> None:
        """Fail what waits: no process that was started came to train it."""
        end = worker_end.last_end(self.store.root)
        how = f"; the last one {end.words}" if end else ""
        log = worker_end.end_of_log(self.store.root)
        said = f" The end of its log:\n\n{log}\n\n" if log else " It left nothing in its log. "
        message = (
            f"The training process ended {MOST_STARTS} times before training could start{how}.{said}Run "
            "`python -c 'import tensorflow'` to see whether TensorFlow works here. If it does not, "
            "reinstall it, then press Train again."
        )
        for run in self.queue():
            run.fail(message, self.store.clock())

    def _mark_interrupted(self) -> None:
        if self.store.in_state(*ACTIVE) and not self._alive():
            self._interrupt()

    def _interrupt(self) -> None:
        for status, run in self.store.in_state(*ACTIVE):
            with contextlib.suppress(LstmError):  # one that cannot be written now is noticed the next time
                self._ended(run, status)

    def _ended(self, run: Run, status: Status) -> None:
        """Say of a run that its process is gone, and how it ended where that is known."""
        end = self._end_since(status.since)
        step = last_step(run) or status.step
        if end and end.by_itself:
            log = worker_end.end_of_log(self.store.root)
            message = f"The training process {end.words} at step {step}. {end.advice}"
            message += f" The end of its log:\n\n{log}" if log else ""
            run.fail(message, self.store.clock(), step)
            return
        detail = f"interrupted at step {step}"
        update = {"state": "interrupted", "since": self.store.clock(), "step": step, "detail": detail}
        run.set_status(status.model_copy(update=update))

    def _end_since(self, since: float) -> worker_end.WorkerEnd | None:
        """How the process ended that trained; whoever waits for it writes that a moment after its end."""
        for pause in (0.0, 0.1, 0.2):
            time.sleep(pause)
            if (end := worker_end.last_end(self.store.root)) and end.time >= since:
                return end
        return None


def last_step(run: Run) -> int:
    """The last step its events tell of; 0 when they tell of none or cannot be read."""
    try:
        events, _ = run.events()
    except StorageError:
        return 0
    return events[-1].step if events else 0
