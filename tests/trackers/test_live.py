"""Curves for TensorBoard while a run trains."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from lstm_core.runs.events import Started
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.trackers import live
from lstm_core.trackers.live import TENSORBOARD_VARIABLE, shown_live
from tests.trackers.conftest import SETTINGS, report
from tests.trackers.test_tensorboard_events import points, without_tensorflow

__all__ = ["without_tensorflow"]

pytest.importorskip("tensorboard")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)


def test_what_is_told_while_a_run_trains_is_shown_also_after_it_went_on(store: RunStore, tmp_path: Path):
    run = store.create(SETTINGS)
    environment = {TENSORBOARD_VARIABLE: str(tmp_path / "logs")}
    with shown_live(run, environment):
        run.append(Started(step=0, time=100, steps=30, device="d"))
        report(run, 10, 2.0)
        report(run, 20, 1.5)
    assert [step for step, *_ in points(tmp_path / "logs", run, "loss/training")] == [10, 20]
    with shown_live(run, environment):
        run.append(Started(step=10, time=130, steps=30, device="d"))
        report(run, 15, 1.75, later=30)
    assert points(tmp_path / "logs", run, "loss/training") == [(10, 110, 2), (15, 145, 1.75)]


def test_what_was_told_before_it_was_asked_for_is_shown_too(run: Run, tmp_path: Path):
    with shown_live(run, {TENSORBOARD_VARIABLE: str(tmp_path / "logs")}):
        pass
    assert [step for step, *_ in points(tmp_path / "logs", run, "loss/training")] == [10, 20, 30]


def test_nothing_is_written_unasked(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("threading.Thread", None)
    with shown_live(run, {TENSORBOARD_VARIABLE: ""}):
        pass


def test_a_folder_that_cannot_be_written_is_for_the_log(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING), shown_live(run, {TENSORBOARD_VARIABLE: str(tmp_path / "file")}):
        pass
    assert f"TensorBoard is not told of run {run.id}" in caplog.text
