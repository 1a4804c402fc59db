"""A store of runs in a temporary folder, and one run in it."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters

SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    ticks = count(1_000_000_000)
    return RunStore(tmp_path, clock=lambda: float(next(ticks)))


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create(SETTINGS)
