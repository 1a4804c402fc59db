"""A run that was interrupted at step 20 and went on from step 10."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.runs.events import Batch, Evaluation, Finished, Started
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters

SETTINGS = hyperparameters({"dataset": "digits", "units": (8, 4), "steps": 30, "seed": 7})


def a_trained_run(store: RunStore, settings: HyperParameters = SETTINGS, accuracy: float = 0.875) -> Run:
    run = store.create(settings, f"seed {settings.seed}")
    run.append(Started(step=0, time=100, steps=30, device="A processor"))
    for step, loss in ((10, 2.0), (20, 1.5)):
        report(run, step, loss)
    run.append(Evaluation(step=20, time=120, loss=1.75, accuracy=0.5))
    run.append(Started(step=10, time=130, steps=30, device="A processor"))
    for step, loss in ((20, 1.25), (30, 1.0)):
        report(run, step, loss, later=30)
    run.append(Evaluation(step=30, time=161, loss=1.125, accuracy=0.75))
    run.append(Finished(step=30, time=165, accuracy=accuracy))
    run.set_status(run.status.model_copy(update={"state": "finished", "step": 30}))
    return run


def report(run: Run, step: int, loss: float, *, later: int = 0) -> None:
    time = 100 + step + later
    run.append(Batch(step=step, time=time, loss=loss, accuracy=0.5, learning_rate=0.25, steps_per_second=2))


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


@pytest.fixture
def run(store: RunStore) -> Run:
    return a_trained_run(store)
