"""A store of runs in a temporary folder, and what is done when a training reports something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lstm_core.runs.events import TrainingEvent
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status
from lstm_core.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def at_event(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Do something when an event of a kind is reported at a step, once."""

    def install(kind: str, step: int, act: Callable[[Run], object]) -> None:
        append = Run.append
        done: list[bool] = []

        def hooked(self: Run, event: TrainingEvent) -> None:
            append(self, event)
            if (event.kind, event.step) == (kind, step) and not done:
                done.append(True)
                act(self)

        monkeypatch.setattr(Run, "append", hooked)

    return install


@pytest.fixture
def at_status(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Do something when the status first says a word."""

    def install(word: str, act: Callable[[Run], object]) -> None:
        set_status = Run.set_status
        done: list[bool] = []

        def hooked(self: Run, status: Status) -> None:
            set_status(self, status)
            if word in (status.state, status.detail) and not done:
                done.append(True)
                act(self)

        monkeypatch.setattr(Run, "set_status", hooked)

    return install
