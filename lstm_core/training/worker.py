"""A training process: ``python -m lstm_core.training.worker ROOT NUMBER``.

Loads TensorFlow once, then trains whatever waits in the queue of ``ROOT``, beside the processes with other
numbers. When nothing waits it stays
warm for a while, so that the next training starts at once, and leaves; on a GPU it leaves soon, since
its memory is others' to use.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from lstm_core.data.datasets import load
from lstm_core.data.info import Dataset, Split
from lstm_core.errors import DataMissing, LstmError, StorageError
from lstm_core.runs import worker_end
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.leftovers import clear_leftovers
from lstm_core.runs.missing_operations import note_obstacle
from lstm_core.runs.run import Run
from lstm_core.runs.side_by_side import Places, places
from lstm_core.runs.store import RunStore
from lstm_core.runs.usable_devices import note_devices
from lstm_core.runs.worker_start import worker_lock
from lstm_core.settings.devices import Device
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import is_small
from lstm_core.settings.validation import hyperparameters
from lstm_core.trackers.live import shown_live
from lstm_core.training import out_of_memory, own_cores, priority
from lstm_core.training.watchdog import Watchdog

WARM_SECONDS_CPU = 300.0
WARM_SECONDS_GPU = 20.0
POLL_SECONDS = 0.1

log = logging.getLogger("lstm_core.training.worker")


def main(root: Path, number: int = 1) -> None:
    """Work through the queue until it is empty for a while, as the training process with that number."""
    jobs = Jobs(RunStore(root))
    if not root.is_dir():
        return  # it was removed since, and nothing in it waits
    lock = worker_lock(root, number)
    try:
        lock.acquire(timeout=2.0)
    except Timeout:
        return  # another process with that number is at work
    held = _identity(Path(lock.lock_file))
    try:
        _work(jobs, number, lock, held)
    except StorageError:
        if root.is_dir():
            raise
        log.info("The runs were removed")


def _work(jobs: Jobs, number: int, lock: FileLock, held: tuple[int, int]) -> None:
    """Load the backend, then train what waits until nothing does; ``held`` is the identity of ``lock``."""
    root = jobs.store.root
    jobs.take_over(number)
    clear_leftovers(root)
    from lstm_core.settings import library
    from lstm_core.training import backend

    jobs.announce(f"loading {library.TITLES.get(library.name(), library.name())}")
    watchdog = Watchdog()
    watchdog.start()
    try:
        priority.give_way(priority.chosen())
        backend.load()
        devices = _usable_devices(root, number)
        where = places(devices)
    except Exception as error:  # nothing can be trained, and each run that waits is to say why
        log.exception("The backend cannot be loaded")
        while run := jobs.claim(number):
            _fail(run, f"The training process could not start: {error}")
        return
    first_device = devices[0]
    if not first_device.is_gpu and not jobs.waiting_for():
        note_obstacle(root, warm_up(first_device))
        backend.clear_models()
    backend.keep_what_is_loaded()
    jobs.ready(number)
    patience = WARM_SECONDS_GPU if first_device.is_gpu else WARM_SECONDS_CPU
    datasets: dict[str, Dataset] = {}
    idle_since = time.monotonic()
    while True:
        seen = jobs.store.version
        if run := jobs.claim(number):
            _take_cores(run, number, where)
            with shown_live(run):
                train_run(run, datasets, watchdog, devices)
            backend.clear_models()
            clear_leftovers(root)
            idle_since = time.monotonic()
            continue
        leaves_at = 0.0 if jobs.others_wait() else idle_since + patience
        # Until something changes among the runs, nothing waits.
        while (same_lock := _identity(Path(lock.lock_file)) == held) and jobs.store.version == seen:
            if time.monotonic() >= leaves_at:
                break
            time.sleep(POLL_SECONDS)
        if not same_lock:
            return  # the runs were removed, and whoever trains there now does not see this lock
        if time.monotonic() >= leaves_at:
            with jobs.store.queue_lock():
                if not jobs.waiting_for():
                    lock.release()
                    return


def _take_cores(run: Run, number: int, where: Places) -> None:
    """Those of this process alone for what may train beside others, else all."""
    with contextlib.suppress(LstmError):  # what is wrong with the run, its training finds out and says
        if where.workers > 1 and (where.chosen or is_small(run.hyperparameters)):
            own_cores.keep_to_group(number, where.workers)
        else:
            own_cores.use_all()


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another one that later has the same path; zeros when there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _usable_devices(root: Path, number: int) -> list[Device]:
    """What this process can compute on, first its own GPU, which the processes with other numbers leave to
    it; noted for those who do not load the library."""
    from lstm_core.training import backend

    usable = backend.usable_devices()
    with contextlib.suppress(StorageError):  # then others go by what the driver says
        note_devices(root, usable)
    *gpus, processor = usable
    own = (number - 1) % max(1, len(gpus))
    return [*gpus[own:], *gpus[:own], processor]


def warm_up(device: Device) -> str:
    """Take a step of the default settings on empty images, so that the next first step is a quick one.

    What is made on the way serves every run: the kernels, and the graphs of layers of the usual sizes.

    Returns:
        What was in the way of the kernels, as `lstm_core.training.backend.obstacle` says it.
    """
    from lstm_core.training.trainer import Trainer

    settings = hyperparameters({})
    info = settings.info
    images = np.zeros((settings.batch_size, info.rows, info.columns), np.float32)
    nothing = Split(images[:0].astype(np.uint8), np.zeros(0, np.uint8))
    dataset = Dataset(info, nothing, nothing, nothing)
    trainer = Trainer(settings, dataset, device)
    trainer.advance(images, np.zeros(len(images), np.int64))
    return trainer.obstacle


def train_run(
    run: Run,
    datasets: dict[str, Dataset],
    watchdog: Watchdog | None = None,
    devices: list[Device] | None = None,
) -> None:
    """Train one run of the queue to its end; what goes wrong is recorded in the run.

    Args:
        run: which.
        datasets: those loaded so far, by name; the run's is added.
        watchdog: ends this process when the training hangs.
        devices: that it can be trained on; the one `auto` takes first.

    Raises:
        StorageError: the failure could not be recorded.
    """
    from lstm_core.settings.devices import choose
    from lstm_core.training import backend
    from lstm_core.training.run_training import RunTraining

    watchdog = watchdog or Watchdog()
    try:
        settings = run.hyperparameters
        device = choose(settings.device, devices or backend.usable_devices())
        training = RunTraining(run, _dataset(run, settings, datasets), device, watchdog=watchdog)
        with watchdog.watching(lambda: _stuck(run)):
            training.train()
    except LstmError as error:
        if run.folder.is_dir():
            log.exception("Run %s cannot go on", run.id)
            _fail(run, str(error))
        else:
            log.info("Run %s was deleted while it trained", run.id)
    except Exception as error:  # a training that fails must not take the queue with it
        log.exception("Run %s failed", run.id)
        _fail(run, out_of_memory.explained(error))


def _dataset(run: Run, settings: HyperParameters, datasets: dict[str, Dataset]) -> Dataset:
    """The run's data set, kept in ``datasets``.

    Raises:
        DataError: it cannot be found or read, or another one has its name now.
    """
    from lstm_core.training.fine_tuning import drawings_alone

    tuning = settings.fine_tuning
    if tuning and not tuning.with_data_set:
        return drawings_alone(run, settings.info)
    name, wanted = settings.dataset, settings.info.fingerprint
    if name not in datasets or datasets[name].info.fingerprint != wanted:
        datasets[name] = load(name, progress=_Download(run), root=run.folder.parent.parent)
    if datasets[name].info.fingerprint != wanted:
        raise DataMissing(
            f"The data set {name!r} is another one now than when this run was made. Train a new run, or "
            "add the earlier data again under this name."
        )
    return datasets[name]


def _stuck(run: Run) -> None:
    """Tell what the watchdog found, each as far as the other did not get."""
    number = run.status.worker
    end = worker_end.record(run.folder.parent.parent, worker_end.STUCK, os.getpid(), number)
    _fail(run, f"The training process {end.words}. {end.advice}")


def _prepare(run: Run, detail: str) -> None:
    run.set_status(run.status.model_copy(update={"state": "preparing", "detail": detail}))


class _Download:
    """Tells a run how much of its data has come, at most once a second."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if (now := time.monotonic()) - self.told >= 1.0:
            self.told = now
            _prepare(self.run, f"downloading data: {done / 1e6:.1f} of {total / 1e6:.1f} MB")


def _fail(run: Run, message: str) -> None:
    """Record that a run ended by itself; weights of its last validation, if any, stay usable."""
    try:
        run.fail(message, time.time())
    except StorageError:
        # Leaving lets the next start find the run interrupted, instead of training for ever.
        log.exception("The failure of run %s could not be recorded", run.id)
        raise
    except LstmError:
        log.exception("The failure of run %s could not be recorded", run.id)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    main(Path(sys.argv[1]), int(sys.argv[2]))
