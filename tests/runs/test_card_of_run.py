"""The card of a run, and the command that trains it again."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from lstm_core.errors import RunError
from lstm_core.reading.card import Card
from lstm_core.reading.evaluation import TestResult
from lstm_core.runs.card_of_run import card_of, train_command
from lstm_core.runs.events import Evaluation
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS, preset
from lstm_core.settings.validation import hyperparameters, with_changes


def run_of(folder: Path, settings: HyperParameters) -> Run:
    return RunStore(folder, clock=lambda: 1_000_000_000.0).create(settings)


def settings_of(command: str) -> HyperParameters:
    """Read the command as the command line would."""
    words = shlex.split(command)
    assert words[:5] == ["python", "-m", "lstm_core", "train", "--preset"]
    assert words[6::2] == ["--set"] * len(words[6::2])
    return with_changes(preset(words[5]).settings(), **dict(word.split("=") for word in words[7::2]))


@pytest.mark.parametrize("name", PRESETS)
def test_the_command_of_a_preset_is_short(tmp_path: Path, name: str):
    run = run_of(tmp_path, preset(name).settings())
    assert train_command(run) == f"python -m lstm_core train --preset {name}"


@pytest.mark.parametrize(
    "values",
    [
        {"units": [3, 5], "optimizer": "sgd", "momentum": 0.123456789},
        {"dataset": "digits", "batch_size": 64, "learning_rate": 1e-7, "seed": 2**31 - 1},
        {"schedule": "one-cycle", "clip_norm": 1.0, "steps": 7999, "augmentation": "handwriting"},
    ],
)
def test_the_command_trains_the_same_settings_again(tmp_path: Path, values: dict[str, Any]):
    settings = hyperparameters(values)
    assert settings_of(train_command(run_of(tmp_path, settings))) == settings


def test_a_card_says_where_weights_come_from(tmp_path: Path):
    run = run_of(tmp_path, preset("digits").settings())
    with pytest.raises(RunError, match="has not been tested yet"):
        card_of(run)
    run.save_result(
        TestResult(accuracy=0.9, accuracy_by_rows=[0.9], loss_by_rows=[1.0], confusion=[[1]], readings=[0])
    )
    for step, accuracy in ((1, 0.5), (2, 0.75)):
        run.append(Evaluation(step=step, time=0, loss=1, accuracy=accuracy))
    run.save_environment({"keras": "3"})
    update = {"state": "finished", "step": 600, "seconds": 12.34, "device": "CPU"}
    run.set_status(run.status.model_copy(update=update))
    card = card_of(run)
    assert card == Card(
        command="python -m lstm_core train --preset digits",
        hyperparameters=run.hyperparameters.model_dump(mode="json"),
        seed=0,
        test_accuracy=0.9,
        validation_accuracy=0.75,
        steps=600,
        seconds=12.3,
        device="CPU",
        date="2001-09-09",
        versions={"keras": "3"},
    )
    assert Card.model_validate_json(card.model_dump_json()) == card
    assert not card.tweaked
    run.set_status(run.status.model_copy(update={"tweaked": True}))
    assert card_of(run).tweaked
