"""Runs short enough to be trained in this process."""

from __future__ import annotations

from typing import Any

from lstm_core.data.info import Dataset
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters
from lstm_core.training.run_training import RunTraining

CPU = Device("cpu", "a processor")


def create(store: RunStore, **values: Any) -> Run:
    plain = {"dataset": "digits", "units": (4,), "batch_size": 16, "steps": 12, "evaluate_every": 4}
    return store.create(hyperparameters({**plain, **values}))


def train(run: Run, digits: Dataset) -> None:
    RunTraining(run, digits, CPU).train()


def kinds(run: Run, but: tuple[str, ...] = ("batch",)) -> list[tuple[str, int]]:
    return [(event.kind, event.step) for event in run.events()[0] if event.kind not in but]
