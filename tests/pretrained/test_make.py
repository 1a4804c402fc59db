"""The command that makes all files of the network that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lstm_core.errors import RunError
from lstm_core.pretrained import make, shipped, snapshots
from lstm_core.pretrained.make import card_to_ship, main, ship, snapshots_to_ship, trainings
from lstm_core.pretrained.shipped import shipped_card, shipped_familiarity, shipped_weights
from lstm_core.pretrained.snapshots import shipped_snapshots
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.store import HOME_VARIABLE, RunStore
from lstm_core.runs.taught import Teaching, save_teaching
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights, same_weights

STEPS = (1, 2, 4, 8, 16, 90)


def trained(root: Path, **status: object) -> Run:
    """A run on the UCI digits that ended at step 90."""
    run = RunStore(root).create(hyperparameters({"dataset": "digits", "units": (24, 16), "steps": 90}))
    for step in STEPS:
        run.save_snapshot(step, random_weights((24, 16), seed=step, rows=8, columns=8))
    run.save_weights(random_weights((24, 16), seed=STEPS[-1], rows=8, columns=8))
    confusion = [[1, 0], [1, 0]]
    run.save_result(
        TestResult(
            accuracy=0.5, accuracy_by_rows=[0.5], loss_by_rows=[1.0], confusion=confusion, readings=[0, 0]
        )
    )
    ended = {"state": "finished", "step": STEPS[-1], "seconds": 2.0, "device": "A processor", **status}
    run.set_status(run.status.model_copy(update=ended))
    return run


def test_kept_are_the_first_and_others_evenly_in_the_logarithm_but_not_the_last(tmp_path: Path):
    run = trained(tmp_path)
    assert list(snapshots_to_ship(run, 5)) == [1, 2, 4, 8, 16]
    assert list(snapshots_to_ship(run, 3)) == [1, 4, 16]


def test_everything_that_ships_is_of_one_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    run, made = trained(tmp_path / "home"), tmp_path / "made"
    assert main([run.id, "--output", str(made)]) == 0
    assert "test accuracy 0.5000, 2 s" in capsys.readouterr().out
    for owner in (shipped, snapshots):
        monkeypatch.setattr(owner, "FOLDER", made)
    weights = shipped_weights()
    assert same_weights(weights, run.weights())
    assert shipped_card().steps == 90
    assert list(shipped_snapshots()) == list(STEPS)
    assert shipped_familiarity(weights).network == weights.fingerprint
    assert len(list(made.iterdir())) == 4


def test_without_a_run_both_trainings_of_the_recipe_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    asked: list[HyperParameters] = []
    first = trained(tmp_path / "home")

    def train(settings: HyperParameters, name: str) -> Run:
        asked.append(settings)
        return first

    def go_on(jobs: Jobs, changes: dict[str, Any], parent: Parent, name: str) -> Submission:
        assert (changes, parent.id) == (make.FURTHER, first.id)
        return Submission(trained(tmp_path / "home", seconds=7.0))

    monkeypatch.setattr(make, "train", train)
    monkeypatch.setattr(make, "go_on", go_on)
    monkeypatch.setattr(make, "follow", lambda *_: None)
    assert main(["--output", str(tmp_path / "made")]) == 0
    assert asked == [with_changes(preset("reference").settings(), **make.FIRST)]
    assert "0.5000, 7 s" in capsys.readouterr().out


def test_steps_and_seconds_are_those_of_both_trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    first, then = trained(tmp_path), trained(tmp_path, seconds=3.0)
    assert [run.id for run in trainings(first)] == [first.id]
    save_teaching(then, Teaching(parent=first.id, parent_name=first.name, drawings=0))
    assert [run.id for run in trainings(then)] == [first.id, then.id]
    card = card_to_ship(then)
    assert (card.command, card.steps, card.seconds) == (make.COMMAND, 180, 5.0)
    found = snapshots_to_ship(then, 20)
    assert list(found) == [*STEPS, *(90 + step for step in STEPS[:-1])]
    assert same_weights(found[98], then.snapshot(8))
    RunStore(tmp_path).delete(first)
    with pytest.raises(RunError):
        trainings(then)


@pytest.mark.parametrize(
    ("how", "said"),
    [({"state": "stopped"}, "must have finished"), ({"tweaked": True}, "changed while it trained")],
)
def test_what_was_not_trained_as_asked_does_not_ship(tmp_path: Path, how: dict[str, object], said: str):
    with pytest.raises(RunError, match=said):
        ship(trained(tmp_path / "home", **how), tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_run_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert main(["20200101-000000-abcdef", "--output", str(tmp_path / "made")]) == 1
    assert capsys.readouterr().err
    assert not (tmp_path / "made").exists()
