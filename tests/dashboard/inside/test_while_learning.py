"""The Inside page's story of a training, over runs whose snapshots are there, damaged or gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import state
from lstm_core.pretrained.shipped import shipped_card
from lstm_core.reading.trace import read
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from tests.networks import random_weights
from tests.pretended import a_finished_run, open_page, pretend, run, text

IMAGE = np.random.default_rng(2).uniform(size=(8, 8)).astype(np.float32)
PANEL = "while it learnt"


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """The digit drawn last is `IMAGE`, of 8 × 8 pixels."""
    monkeypatch.setattr(state, "last_image", lambda: IMAGE)
    return pretend(monkeypatch, tmp_path)


def a_training(jobs: Jobs) -> Run:
    made = a_finished_run(jobs)
    for step in (1, 8):
        made.save_snapshot(step, random_weights((16,), seed=step, scale=1.0))
    return made


def story_of(made: Run, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(state, "network", lambda: made.id)
    return open_page("inside", panel=PANEL)


def figure(page: AppTest) -> Any:
    return json.loads(page.get("plotly_chart")[0].proto.spec)


def test_without_runs_the_shipped_training_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, tmp_path)
    page = open_page("inside", panel=PANEL)
    assert not page.error
    steps = [frame["name"] for frame in figure(page)["frames"]]
    assert (steps[0], steps[-1]) == ("1", str(shipped_card().steps))
    assert "the most probable digit" in text(page)


def test_a_runs_snapshots_read_the_drawing(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_training(jobs)
    page = story_of(made, monkeypatch)
    assert not page.error
    assert not page.warning
    frames = figure(page)["frames"]
    assert [frame["name"] for frame in frames] == ["1", "8", "20"]
    expected = 100 * read(made.snapshot(8), IMAGE).probabilities
    np.testing.assert_allclose(frames[1]["data"][0]["z"], expected, atol=0.051)


def test_another_class_can_be_followed(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_training(jobs)
    page = story_of(made, monkeypatch)
    (choice,) = [box for box in page.selectbox if box.label == "Class"]
    other = (int(choice.value or 0) + 1) % 10
    choice.set_value(other)
    run(page)
    expected = [100 * read(made.snapshot(step), IMAGE).probabilities[:, other] for step in (1, 8, 20)]
    np.testing.assert_allclose(figure(page)["data"][1]["z"], np.transpose(expected), atol=0.051)


def test_a_damaged_snapshot_is_told_and_the_story_goes_on(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_training(jobs)
    (made.folder / "snapshots" / "step-00000008.npz").write_bytes(b"torn")
    page = story_of(made, monkeypatch)
    assert "1 of 3 snapshots cannot be read" in text(page)
    assert "step 8" in page.warning[0].value
    assert [frame["name"] for frame in figure(page)["frames"]] == ["1", "20"]


def test_when_every_snapshot_is_damaged_the_page_says_so_and_lives(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_training(jobs)
    for path in (made.folder / "snapshots").iterdir():
        path.write_bytes(b"torn")
    page = story_of(made, monkeypatch)
    assert "No snapshot of this training can be read" in page.error[0].value
    assert page.header


def test_a_training_on_other_images_is_told(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    page = story_of(a_training(jobs), monkeypatch)
    (choice,) = [box for box in page.selectbox if box.label == "Training"]
    choice.set_value("")
    run(page)
    assert "28 × 28 pixels, and this one has 8 × 8" in page.error[0].value


def test_a_training_that_went_is_told(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    keeps, goes = a_training(jobs), a_training(jobs)
    page = story_of(keeps, monkeypatch)
    (choice,) = [box for box in page.selectbox if box.label == "Training"]
    choice.set_value(goes.id)
    run(page)
    jobs.store.delete(goes)
    run(page)
    assert "was deleted" in page.warning[0].value
    assert not page.error


def test_nothing_is_offered_that_does_not_concern_the_training() -> None:
    page = open_page("inside", panel=PANEL)
    assert "read at many steps of the training chosen below" in text(page)
    assert "Small network, 12 units" not in [button.label for button in page.button]
