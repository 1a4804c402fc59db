"""Eight trainings by as many training processes as there are cores, at most four, against one process.

Every process has loaded its library and made its graphs before time is taken, from the moment the eight are
asked for until the last has read its test images. The processor's time that a run costs says how far they can
gain: a run that is busy on more than one core by itself leaves less for others.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from benchmarks.line import Line
from benchmarks.timing import Measured
from lstm_core.errors import RunError
from lstm_core.reading.cores import cores
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.side_by_side import MOST_BY_DEFAULT, WORKERS_VARIABLE
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import spawn
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

TRAININGS = 8
POLL_SECONDS = 0.1
WANTED = 1.6
SHORTENED: dict[str, dict[str, int]] = {
    "digits": {"steps": 450},
    "quick": {"steps": 200, "evaluate_every": 100},
}
"""Presets, and what of them is changed so that eight trainings take minutes."""


def lines(rounds: int) -> Iterator[Line]:
    many = min(cores(), MOST_BY_DEFAULT)
    for name, changes in SHORTENED.items():
        settings = with_changes(preset(name).settings(), **changes)
        values: dict[int, list[float]] = {many: [], 1: []}
        processor: dict[int, list[float]] = {many: [], 1: []}
        for _ in range(max(1, rounds // 2)):
            for workers, found in values.items():
                seconds, of_the_processor = _seconds(settings, workers)
                found.append(TRAININGS / seconds * 60)
                processor[workers].append(of_the_processor / TRAININGS)
        yield Line(
            f"{TRAININGS} trainings of `{name}`, {many} at a time",
            ours=Measured(tuple(values[many]), "runs/min"),
            peer=Measured(tuple(values[1]), "runs/min"),
            peer_name="one after the other",
            wanted=WANTED if name == "digits" else None,
            at_least=True,
        )
        yield Line(
            f"time of the processor for one of them, {many} at a time",
            ours=Measured(tuple(processor[many])),
            peer=Measured(tuple(processor[1])),
            peer_name="one after the other",
            wanted=None,
        )


def _seconds(settings: HyperParameters, workers: int) -> tuple[float, float]:
    """For all trainings by so many processes: on the clock, and of the processor."""
    before = os.environ.get(WORKERS_VARIABLE)
    os.environ[WORKERS_VARIABLE] = str(workers)
    processes: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        jobs = Jobs(RunStore(Path(home)), lambda root: processes.append(spawn(root)))
        try:
            short = with_changes(settings, steps=settings.evaluate_every)
            seed = TRAININGS
            while len(processes) < workers or (jobs.store.root / "worker.starting").exists():
                _to_the_end(jobs, [_submit(jobs, short, seed + at) for at in range(workers)])
                seed += workers
            began, used = time.perf_counter(), _of_the_processor(processes)
            _to_the_end(jobs, [_submit(jobs, settings, at) for at in range(TRAININGS)])
            return time.perf_counter() - began, _of_the_processor(processes) - used
        finally:
            for process in processes:
                process.kill()
                process.wait()
            if before is None:
                del os.environ[WORKERS_VARIABLE]
            else:
                os.environ[WORKERS_VARIABLE] = before


def _of_the_processor(processes: Iterable[subprocess.Popen[bytes]]) -> float:
    """Seconds that these have used so far, their own and the system's."""
    times = [psutil.Process(process.pid).cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


def _submit(jobs: Jobs, settings: HyperParameters, seed: int) -> Run:
    return jobs.submit(with_changes(settings, seed=seed)).run


def _to_the_end(jobs: Jobs, runs: list[Run]) -> None:
    """Raises `RunError` when one does not finish."""
    while any(run.status.state in WAITING_OR_ACTIVE for run in runs):
        time.sleep(POLL_SECONDS)
        jobs.refresh()
    for run in runs:
        if run.status.state != "finished":
            raise RunError(f"The training of {run.name} was {run.status.state}: {run.status.detail}")
