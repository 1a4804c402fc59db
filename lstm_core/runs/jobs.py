"""The queue of trainings and the life of the processes that work through it.

As many training processes as `lstm_core.runs.side_by_side` says, each spawned on its own, so it outlives the
dashboard and the dashboard outlives it. Whether one lives is known by its file lock, which the operating
system releases whatever kills it. Queue and processes are changed, and those locks are tried, under another
lock, so two tabs that press Train together start one training, no run is taken by two processes, nobody takes
another's trial for a living process, and no run is left waiting while the last process says good-bye.

Who only looks (`Jobs.queue`, `active`, `refresh`) is never stopped by a lock that is held or a disk that is
full: then nothing is noticed and nothing started, but everything is shown.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lstm_core.arrays import FloatArray
from lstm_core.errors import LstmError, RunBusy, RunError, StorageError
from lstm_core.files import make_folder
from lstm_core.runs import worker_start
from lstm_core.runs.cluster_start import chosen_cluster, cluster_starts
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.run_end import last_step as last_step
from lstm_core.runs.run_end import record_end
from lstm_core.runs.status import ACTIVE, WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import Material, check_material
from lstm_core.runs.usable_devices import devices_here
from lstm_core.runs.waiting_line import WaitingLine
from lstm_core.runs.worker_files import CLUSTER
from lstm_core.runs.worker_start import spawn, spawn_for_cluster
from lstm_core.runs.worker_starts import StartedInVain, WorkerStarts
from lstm_core.settings import first_weights
from lstm_core.settings.computed import computed_here
from lstm_core.settings.devices import choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.memory import check_fits
from lstm_core.settings.run_key import run_key

LOOK_SECONDS = 0.2
"""How long one who only looks waits for the lock of the queue."""

MOST_ON_CLUSTER = 64
"""Runs that a command has a cluster train at the same time; what there is no room for waits."""

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
        launch_for_cluster: starts what hands runs to the cluster at an address.
    """

    def __init__(
        self,
        store: RunStore,
        launch: Callable[[Path], object] = spawn,
        launch_for_cluster: Callable[[Path, str], object] = spawn_for_cluster,
    ) -> None:
        self.store = store
        self._line = WaitingLine(store)
        self.launch = launch
        self.launch_for_cluster = launch_for_cluster
        self._starts = WorkerStarts(store.root, lambda root: self.launch(root), store.clock)

    def submit(
        self,
        settings: HyperParameters,
        name: str = "",
        drawing: FloatArray | None = None,
        material: Material | None = None,
        priority: int = 0,
    ) -> Submission:
        """Queue a training, unless these settings were trained already or are about to be.

        Args:
            settings: what to train.
            name: of the run; by default its settings in short.
            drawing: to be read while it learns, ``(rows, columns)`` in [0, 1].
            material: what a fine-tuning starts from and learns; None for any other training.
            priority: runs of a higher one go first; 0 for what a person waits for, -1 for trials of a
                search. A run that waits already is never put back.

        Raises:
            InvalidValue: a bad name, first weights of another shape than the settings need, another
                ``material`` than they name, or a number of training processes that is none.
            WeightsError: the first weights the settings name are missing or damaged.
            PackageMissing: it is meant for a cluster, and Ray is not installed.
            DeviceUnavailable: the device of the settings is not there.
            NotEnoughMemory: it needs more memory than there is.
            StorageError: it needs more disk than there is, or nothing can be written.
        """
        check_material(settings, material)
        self._line.places()
        cluster = chosen_cluster()
        key = run_key(settings)
        # Which devices a cluster has is found out there.
        device = choose("auto" if cluster else settings.device, devices_here(self.store.root))
        obstacle = noted_obstacle(self.store.root)
        computed = computed_here(settings, device, obstacle)
        make_folder(self.store.root)
        with self.store.queue_lock():
            self._mark_interrupted()
            if run := self.store.find(key, WAITING_OR_ACTIVE, computed):
                self._put_forward(run, priority)
                return Submission(run, "These settings are being trained already.")
            if run := self.store.find(key, computed=computed):
                return Submission(run, "These settings were trained before; this is the saved run.")
            first_weights.for_settings(settings, self.store.root)
            if not cluster:
                check_fits(settings, device, self.store.root, obstacle=obstacle)
            run = self.store.create(
                settings, name, drawing, material=material, priority=priority, cluster=cluster
            )
            try:
                self._ensure_workers(asked=True)
            except StorageError:
                shutil.rmtree(run.folder, ignore_errors=True)
                raise
        return Submission(run)

    def resume(self, run: Run, more_steps: int = 0) -> None:
        """Queue a run again, to go on from its checkpoint, with ``more_steps`` beyond its steps.

        Raises:
            RunBusy: it is queued or trained now.
            RunError: it was trained elsewhere.
            InvalidValue: too many steps, or a number of training processes that is none.
            RunMissing, RunDamaged, StorageError, PackageMissing
        """
        self._line.places()
        cluster = chosen_cluster()
        with self.store.queue_lock():
            self._mark_interrupted()
            status = run.status
            if status.state in WAITING_OR_ACTIVE:
                raise RunBusy(f"Run {run.name} is {status.state} already.")
            if origin := run.identity.origin:
                raise RunError(
                    f"Run {run.name} was brought in from {origin.file}: there is no training to go on with."
                )
            steps = run.control.settings(run.hyperparameters).steps + more_steps
            run.steer(stop=False, paused=False, steps=steps if more_steps else run.control.steps)
            update = {
                "state": "queued",
                "since": self.store.clock(),
                "detail": "",
                "priority": 0,
                "cluster": cluster,
            }
            run.set_status(status.model_copy(update=update))
            try:
                self._ensure_workers(asked=True)
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
        """Runs that wait, in the order in which they are taken: by priority, then first come first."""
        return self._line.runs()

    def waiting_for(self, cluster: str = "") -> list[Run]:
        """Those of the queue that are meant for ``cluster``, or for this machine."""
        return self._line.runs(cluster)

    def startable(self) -> list[Run]:
        """See `WaitingLine.startable`."""
        return self._line.startable()

    def most_at_once(self) -> int:
        """How many runs it makes sense to have in the queue ahead of time. Raises `InvalidValue`."""
        return MOST_ON_CLUSTER if chosen_cluster() else self._line.places().workers

    def active(self) -> Run | None:
        """The run being trained, of several the one that began first."""
        return next(iter(self.active_runs()), None)

    def active_runs(self) -> list[Run]:
        """The runs being trained, those that began first first."""
        self.refresh()
        return [run for _, run in self.store.in_state(*ACTIVE)]

    def refresh(self) -> None:
        """Notice training processes that were killed, and start one when runs wait without; if one can.

        For those who look: they see the runs also when nothing can be written or locked.
        """
        if not self.store.in_state(*WAITING_OR_ACTIVE):
            return
        try:
            with self.store.queue_lock(LOOK_SECONDS):
                self._mark_interrupted()
                if self.queue():
                    self._ensure_workers()
        except LstmError as error:
            _log.warning("Nothing could be noticed or started: %s", error)

    def warm_up(self) -> None:
        """Have a training process ready before there is something to train; for a cluster there is none."""
        if chosen_cluster():
            return
        make_folder(self.store.root)
        with self.store.queue_lock():
            self._mark_interrupted()
            self._ensure_workers()

    def worker_alive(self, number: int = 0) -> bool:
        """Whether the training process with that number lives, or any. Raises `StorageError`."""
        root = self.store.root
        if not root.is_dir():
            return False
        with self.store.queue_lock(LOOK_SECONDS):
            return worker_start.is_alive(root, number) if number else bool(worker_start.alive(root))

    def take_over(self, number: int = 1) -> None:
        """For the training process with that number, once it holds its lock: what the one before it trained
        is trained no longer."""
        with self.store.queue_lock():
            self._starts_of(number).arrived()
            self._interrupt({number})
            self._mark_interrupted()

    def ready(self, number: int = 1) -> None:
        """For the training process, once it can train: it was not started in vain."""
        with self.store.queue_lock():
            self._starts_of(number).ready()

    def claim(self, number: int = 1, cluster: str = "") -> Run | None:
        """For the training process with that number: take the first run that is meant for ``cluster``, or for
        this machine, out of the queue, unless it has to wait here for another one."""
        if not self.waiting_for(cluster):
            return None
        with self.store.queue_lock():
            for status, run in self._line.standing(cluster):
                if not cluster and not self._line.may_begin(run, number):
                    return None
                update = {
                    "state": "preparing",
                    "since": self.store.clock(),
                    "detail": "reading data",
                    "worker": number,
                }
                run.set_status(status.model_copy(update=update))
                return run
        return None

    def others_wait(self) -> bool:
        """Whether a run of a newer version waits, which only that version's process can train."""
        return any(s.status is not None and s.status.state == "queued" for s in self.store.unreadable())

    def announce(self, detail: str, cluster: str = "") -> None:
        """For the training process: tell the run that waits longest what it waits for."""
        with self.store.queue_lock():
            for status, run in self._line.standing(cluster)[:1]:
                run.set_status(status.model_copy(update={"detail": detail}))

    # What follows is called with the queue lock held.

    def _put_forward(self, run: Run, priority: int) -> None:
        status = run.status
        if status.state == "queued" and status.priority < priority:
            run.set_status(status.model_copy(update={"priority": priority}))

    def _ensure_workers(self, *, asked: bool = False) -> None:
        """Start a process where one is missing, unless those before it died without being ready.

        Args:
            asked: a person asked for a training just now, which is worth new starts.
        """
        clusters = {status.cluster for status, _ in self._line.standing()}
        alive = worker_start.alive(self.store.root)
        for address in sorted(clusters - {""}):
            if CLUSTER not in alive:
                starts = self._starts_of(CLUSTER, address)
                self._start(starts, self.waiting_for(address), asked=asked)
                alive.append(CLUSTER)
        here = [number for number in alive if number != CLUSTER]
        if here and self._another_is_wanted(here):
            with contextlib.suppress(StorageError):  # those that live go on
                self._start(self._starts, [], asked=asked)
        elif not here and (not clusters or "" in clusters):
            self._start(self._starts, self.waiting_for(), asked=asked)

    def _start(self, starts: WorkerStarts, waiting: list[Run], *, asked: bool) -> None:
        """Start a process; ``waiting`` fail when that is in vain. Raises `StorageError`."""
        try:
            starts.start(asked=asked)
        except StartedInVain as why:
            for run in waiting:
                run.fail(str(why), self.store.clock())

    def _starts_of(self, number: int, address: str = "") -> WorkerStarts:
        if number != CLUSTER:
            return self._starts
        launch = partial(self.launch_for_cluster, self.store.root, address)
        return cluster_starts(self.store.root, launch, self.store.clock)

    def _another_is_wanted(self, alive: list[int]) -> bool:
        """Whether more runs could be trained now than processes have nothing to do."""
        if self._starts.one_loads() or not self.waiting_for():
            return False
        busy = {training.worker for training in self._line.going_on()}
        idle = sum(number not in busy for number in alive)
        return len(alive) < self._line.places().workers and len(self.startable()) > idle

    def _mark_interrupted(self) -> None:
        if numbers := {status.worker for status, _ in self.store.in_state(*ACTIVE)}:
            self._interrupt(numbers - set(worker_start.alive(self.store.root)))

    def _interrupt(self, numbers: set[int]) -> None:
        """Say of the runs of the training processes with these numbers that those are gone."""
        for status, run in self.store.in_state(*ACTIVE):
            if status.worker in numbers:
                with contextlib.suppress(LstmError):  # one that cannot be written now is noticed later
                    record_end(run, status, self.store.root, self.store.clock)
