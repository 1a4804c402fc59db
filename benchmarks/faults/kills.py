"""A training process killed at random moments: no run is lost, and what goes on equals an unbroken run."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.faults.attack import Attack, Limits
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.leftovers import clear_leftovers
from lstm_core.runs.run import Run
from lstm_core.runs.side_by_side import WORKERS_VARIABLE
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import spawn
from lstm_core.settings.validation import hyperparameters, with_changes

MOMENTS = 100
PATIENCE = 180.0
SETTINGS = hyperparameters(
    {"dataset": "digits", "units": (8,), "batch_size": 16, "steps": 200, "evaluate_every": 20}
)
ENDED = ("finished", "failed", "stopped")

_TEMPORARY = re.compile(r"\..*\.(?:[0-9a-f]{12}|new|deleted)")


WRITES = """
import sys
from pathlib import Path
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters, with_changes
jobs = Jobs(RunStore(Path(sys.argv[1])), lambda root: None)
settings = hyperparameters({"dataset": "digits", "units": (8,)})
print("ready", flush=True)
for seed in range(int(sys.argv[2]), 10**6):
    run = jobs.submit(with_changes(settings, seed=seed)).run
    print(run.id, flush=True)
    run.rename(f"run {seed}")
    run.steer(learning_rate=0.01)
    jobs.cancel(run)
    if seed % 2:
        jobs.store.delete(run)
"""
"""As the dashboard writes: runs are made, renamed, steered and cancelled, and every second one is deleted."""


def attacks(limits: Limits) -> Iterator[Attack]:
    third = replace(limits, seconds=limits.seconds / 3)
    yield _trainings(third)
    yield _side_by_side(third)
    yield _writes(third)


def _writes(limits: Limits) -> Attack:
    attack = Attack("a process that makes, renames, steers and deletes runs: killed at a random moment")
    store = RunStore(limits.folder / "written")
    kept: set[str] = set()
    for number in limits.rounds(MOMENTS):
        attack.times += 1
        process = subprocess.Popen(
            [sys.executable, "-c", WRITES, str(store.root), str(2 * number * 1000)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        output = process.stdout
        assert output is not None
        output.readline()
        time.sleep(limits.random.uniform(0, 0.3))
        process.kill()
        said = output.read().split()
        process.wait()
        there = {found.id for found in store.list()}
        kept |= set(said[:-1:2])  # the one that was worked on may be deleted, half of the others are
        attack.expect(kept <= there, f"no longer listed: {', '.join(sorted(kept - there))}")
        attack.expect(not store.unreadable(), "a run cannot be read")
        clear_leftovers(store.root, clock=lambda: time.time() + 3601)
        left = [path.name for path in store.root.rglob(".*") if _TEMPORARY.fullmatch(path.name)]
        attack.expect(not left, f"left over: {', '.join(left)}")
    attack.notes.append(f"{len(kept)} runs were made and kept")
    return attack


def _trainings(limits: Limits) -> Attack:
    attack = Attack("a training process: killed at a random moment of loading, steps, writing or testing")
    started: list[subprocess.Popen[bytes]] = []
    jobs = Jobs(RunStore(limits.folder / "home"), lambda root: started.append(spawn(root)))
    began = time.monotonic()
    whole = _to_its_end(jobs, jobs.submit(SETTINGS).run)
    cold = time.monotonic() - began
    wanted, lost = _arrays(whole), 0
    jobs.store.delete(whole)
    for _ in limits.rounds(MOMENTS):
        attack.times += 1
        run = jobs.submit(SETTINGS).run
        warm = started[-1].poll() is None
        time.sleep(limits.random.uniform(0, cold / 3 if warm else cold))
        started[-1].kill()
        started[-1].wait()
        state = "lost"
        with contextlib.suppress(Exception):
            jobs.refresh()
            state = jobs.store.get(run.id).status.state
        lost += state == "lost"
        attack.expect(run.id in {found.id for found in jobs.store.list()}, "the run is no longer listed")
        try:
            done = _to_its_end(jobs, run)
            attack.expect(done.status.state == "finished", f"it {done.status.state}: {done.status.detail}")
            attack.expect(not done.status.tweaked, "it counts as one whose settings were changed")
            same = [np.array_equal(wanted[name], array) for name, array in _arrays(done).items()]
            attack.expect(all(same), "the continued weights differ from the uninterrupted ones")
        except Exception as error:  # noqa: BLE001 (whatever it is, it is a fault)
            attack.faults.append(f"after a kill ({state}): {type(error).__name__}: {error}")
        clear_leftovers(jobs.store.root, clock=lambda: time.time() + 3601)
        left = [path.name for path in jobs.store.root.rglob(".*") if _TEMPORARY.fullmatch(path.name)]
        attack.expect(not left, f"left over: {', '.join(left)}")
        with contextlib.suppress(Exception):
            jobs.store.delete(run)
    attack.notes.append(f"{lost} runs lost")
    return attack


def _side_by_side(limits: Limits) -> Attack:
    attack = Attack("one of two training processes: killed at a random moment, while the other trains")
    started: list[subprocess.Popen[bytes]] = []
    jobs = Jobs(RunStore(limits.folder / "two"), lambda root: started.append(spawn(root)))
    seeds = range(3)
    with _workers(2):
        wanted = _trained_together(jobs, seeds)
        for _ in limits.rounds(MOMENTS):
            attack.times += 1
            runs = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in seeds]
            end = time.monotonic() + limits.random.uniform(0, 4)
            while time.monotonic() < end:
                jobs.refresh()
                time.sleep(0.05)
            living = [process for process in started if process.poll() is None]
            if living:
                victim = limits.random.choice(living)
                victim.kill()
                victim.wait()
            try:
                for run, weights in zip(runs, wanted, strict=True):
                    _to_its_end(jobs, run)
                    attack.expect(
                        run.status.state == "finished", f"a run {run.status.state}: {run.status.detail}"
                    )
                    same = [np.array_equal(weights[name], array) for name, array in _arrays(run).items()]
                    attack.expect(all(same), "weights differ from those of an uninterrupted training")
            except Exception as error:  # noqa: BLE001 (whatever it is, it is a fault)
                attack.faults.append(f"{type(error).__name__}: {error}")
            for run in runs:
                with contextlib.suppress(Exception):
                    jobs.store.delete(run)
    for process in started:
        process.kill()
        process.wait()
    return attack


@contextlib.contextmanager
def _workers(number: int) -> Iterator[None]:
    """So many training processes, for this process and those it starts."""
    before = os.environ.get(WORKERS_VARIABLE)
    os.environ[WORKERS_VARIABLE] = str(number)
    try:
        yield
    finally:
        os.environ.pop(WORKERS_VARIABLE)
        if before is not None:
            os.environ[WORKERS_VARIABLE] = before


def _trained_together(jobs: Jobs, seeds: range) -> list[dict[str, np.ndarray]]:
    """What an uninterrupted training with each seed learns; the runs are deleted."""
    runs = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in seeds]
    arrays = [_arrays(_to_its_end(jobs, run)) for run in runs]
    for run in runs:
        jobs.store.delete(run)
    return arrays


def _to_its_end(jobs: Jobs, run: Run) -> Run:
    """As a person does who looks, and presses Continue where it was interrupted."""

    def ended() -> bool:
        jobs.refresh()
        state = run.status.state
        if state == "interrupted":
            jobs.resume(run)
        return state in ENDED

    _until(ended, jobs.store.root)
    return run


def _until(holds: Callable[[], bool], root: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            log = root / "worker.log"
            raise TimeoutError(log.read_text(errors="replace")[-200:] if log.exists() else "no log")
        time.sleep(0.1)


def _arrays(run: Run) -> dict[str, np.ndarray]:
    with np.load(run.folder / "weights.npz") as file:
        return dict(file)
