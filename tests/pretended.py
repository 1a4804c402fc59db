"""The dashboard's pages over an empty run folder, with a training process that is only pretended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime import pages_manager
from streamlit.testing.v1 import AppTest

from dashboard.session import services
from dashboard.train import train_button
from lstm_core.data import datasets
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.events import Batch, Evaluation, Finished, Snapshot, Started
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import State
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import worker_lock
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters
from tests.networks import random_weights

ROOT = Path(__file__).parent.parent
SETTINGS = hyperparameters({"dataset": "digits", "units": (16,), "steps": 40, "evaluate_every": 20})


class Launches(list[Path]):
    """Remembers who was to be started, and starts nobody."""

    def __call__(self, root: Path) -> None:
        self.append(root)


def pretend(monkeypatch: pytest.MonkeyPatch, root: Path) -> Jobs:
    """The queue the pages use from now on; its ``launch`` is a `Launches`."""
    st.cache_resource.clear()
    st.cache_data.clear()
    jobs = Jobs(RunStore(root), Launches())
    monkeypatch.setattr(services, "store", lambda: jobs.store)
    monkeypatch.setattr(services, "jobs", lambda: jobs)
    # `AppTest` forgets before every run that `app.py` calls `st.navigation`; see `session.direct_link`.
    monkeypatch.setattr(pages_manager, "Path", _NoSuchFolder)
    # The thread of its own is for a server; here it would outlive the test.
    monkeypatch.setattr(train_button, "in_background", lambda act, jobs: act(jobs))
    return jobs


class _NoSuchFolder(type(Path())):  # type: ignore[misc]
    def exists(self, **named: Any) -> bool:
        return False


@contextmanager
def a_worker(jobs: Jobs) -> Iterator[None]:
    """Pretend that a training process lives."""
    jobs.store.root.mkdir(exist_ok=True)
    lock = worker_lock(jobs.store.root)
    lock.acquire(timeout=0)
    try:
        yield
    finally:
        lock.release()


def open_page(name: str, **query: str) -> AppTest:
    """A page as a fresh session shows it for an address."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.switch_page(f"pages/{name}.py")
    page.query_params.update(query)
    return run(page)


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def button(page: AppTest, label: str) -> Any:
    (found,) = [button for button in page.button if button.label == label]
    return found


def labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


def text(page: AppTest) -> str:
    """All that stands on the page, letters that Markdown would take for its own as they are shown."""
    kinds = ("title", "markdown", "caption", "info", "warning", "error")
    elements: list[Any] = [element for kind in kinds for element in page.get(kind)]
    pieces: list[Any] = [*page.get("html")]
    said = "\n".join([element.value for element in elements] + [piece.proto.body for piece in pieces])
    return re.sub(r"\\([^\w\s])", r"\1", said)


def galleries(page: AppTest) -> list[list[str]]:
    """Of every gallery of pictures on the page, what its pictures are called."""
    told = [json.loads(element.proto.json) for element in page.get("bidi_component") if element.proto.json]
    return [one["labels"] for one in told if isinstance(one, dict) and "sprite" in one]


def a_run(jobs: Jobs, state: State = "running", settings: HyperParameters = SETTINGS, **status: Any) -> Run:
    """A run that took 20 of its 40 steps."""
    made = jobs.store.create(settings)
    made.append(Started(step=0, time=0, steps=settings.steps, device="A processor"))
    report = Batch(step=20, time=1, loss=0.9, accuracy=0.7, learning_rate=0.001, steps_per_second=10)
    made.append(report)
    made.append(Evaluation(step=20, time=2, loss=1.0, accuracy=0.65))
    weights = random_weights((16,))
    made.save_snapshot(20, weights)
    made.save_weights(weights)
    made.append(Snapshot(step=20, time=2))
    made.set_status(made.status.model_copy(update={"state": state, "step": 20, **status}))
    return made


def a_finished_run(jobs: Jobs, settings: HyperParameters = SETTINGS) -> Run:
    made = a_run(jobs, "finished", settings, device="A processor", seconds=75, peak_memory=2_000_000_000)
    labels = datasets.load("digits").test.labels
    readings = labels.astype(int).copy()
    readings[np.flatnonzero(labels == 4)[:2]] = 9
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, readings), 1)
    made.save_result(
        TestResult(
            accuracy=1 - 2 / 300,
            loss_by_rows=[2.3, 2.0, 1.5, 1.0, 0.7, 0.3, 0.1, 0.04],
            accuracy_by_rows=[0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95, 1 - 2 / 300],
            confusion=confusion.tolist(),
            readings=readings.tolist(),
        )
    )
    made.append(Finished(step=40, time=9, accuracy=1 - 2 / 300))
    return made
