"""Trainings that a command plans, begun a few ahead of the one that is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_core.evidence.experiments import Variation
from lstm_core.evidence.planned_training import BegunTrainings, PlannedTraining
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.validation import hyperparameters
from tests.pretended import Launches

CPU = Device("cpu", "A processor")


def part(seed: int) -> PlannedTraining:
    settings = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30, "seed": seed})
    return PlannedTraining("Small", Variation("small", "digits", {}), seed, settings, "reproduce")


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(RunStore(tmp_path), Launches())


def seeds(jobs: Jobs) -> list[int]:
    return [run.hyperparameters.seed for run in jobs.queue()]


def test_as_many_are_asked_for_as_train_at_once(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    begun = BegunTrainings(jobs, [(part(seed), CPU) for seed in range(4)])
    assert begun.run(0).hyperparameters.seed == 0
    assert seeds(jobs) == [0, 1]
    assert begun.run(1).hyperparameters.seed == 1
    assert seeds(jobs) == [0, 1, 2]
    begun.run(2)
    begun.run(3)
    assert seeds(jobs) == [0, 1, 2, 3]


def test_what_nobody_follows_any_more_leaves_the_queue_unless_it_was_there_before(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "3")
    before = jobs.submit(part(1).settings).run
    begun = BegunTrainings(jobs, [(part(seed), CPU) for seed in range(4)])
    followed = begun.run(0)
    assert seeds(jobs) == [1, 0, 2]
    begun.cancel_rest()
    assert jobs.queue() == [before, followed]
