"""Names of runs, given and made."""

from __future__ import annotations

from typing import Any

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.runs import names
from lstm_core.runs.names import default_name
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import hyperparameters
from tests.runs.conftest import SETTINGS


@pytest.mark.parametrize(
    "name", ["ŏdd 🦉 名前", "../../etc/passwd", "a/b\\c", "<b>x</b>", "x" * 80, "'\"%s", "👩‍👩‍👧"]
)
def test_odd_names_are_only_ever_text(store: RunStore, run: Run, name: str):
    run.rename(name)
    assert store.get(run.id).name == name
    assert store.create(SETTINGS, name).name == name
    assert {path.name for path in store.root.iterdir()} <= {"runs", "queue.lock"}


@pytest.mark.parametrize(
    "name", ["می\u200cخواهم", "क्\u200dष", "👩\u200d🔬", "❤\ufe0f\u200d🔥", "\U0001fae9 new"]
)
def test_joiners_stay_where_scripts_and_emoji_need_them(run: Run, name: str):
    run.rename(name)
    assert run.name == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "x" * 81, "a\x00b", "\ud800", "bell\x07"),
        *("a\u202eb", "a\u2066b", "\u200fa", "\u061ca"),  # direction
        *("a\u200bb", "\ufeffa", "a\u2060b", "a\u00adb", "\u3164", "a\u2800"),  # no width, or blank
        *("a\u200db", "a\u200cb", "\u200da", "👩\u200d\u200d"),  # joiners that join nothing
        *("\ue000", "a\ufffe", "\U000e0041"),  # private, no character, tags
    ],
)
def test_a_bad_name_is_refused_and_changes_nothing(store: RunStore, run: Run, name: str):
    with pytest.raises(InvalidValue, match="`name` must be"):
        run.rename(name)
    assert run.name == default_name(SETTINGS)
    if name:
        with pytest.raises(InvalidValue):
            store.create(SETTINGS, name)
        assert len(list(store.folder.iterdir())) == 1


def test_spaces_in_a_name_are_made_single(run: Run):
    run.rename("  my\n\tfirst   run ")
    assert run.name == "my first run"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"seed": 3}, "mnist 256-256 adam seed 3"),
        ({"cell": "gru", "direction": "both"}, "mnist 256-256 adam gru both ways"),
        ({"units": (28,), "layer_weights": "shared"}, "mnist 28 adam shared"),
        ({"input_projection": 64, "initializer": "he"}, "mnist 256-256 adam projected 64 he"),
        ({"computation": "by-hand", "initial_state": "trainable"}, "mnist 256-256 adam learnt start by hand"),
        ({"supervised_rows": "all", "augmentation": "affine"}, "mnist 256-256 adam every row affine"),
        (dict(preset("huang-2017").values), "huang-2017"),
        ({**preset("gzj-2018").values, "seed": 2, "evaluate_every": 50}, "gzj-2018 seed 2"),
        ({**preset("gzj-2018").values, "steps": 10}, "mnist 28 rmsprop packed-glorot unrolled"),
        (dict(preset("quick").values), "mnist 256-256 adam every row"),
        ({**preset("quick").values, "learning_rate": 0.02}, "mnist 256-256 adam 0.02 every row"),
        (dict(preset("digits").values), "digits 96-96 adam every row finer"),
        (
            {**preset("digits").values, "learning_rate": 0.004, "seed": 2},
            "digits 96-96 adam 0.004 every row finer seed 2",
        ),
        (
            {**preset("digits").values, "dropout": 0.4, "batch_size": 32},
            "digits 96-96 adam every row finer dropout 0.4 batch 32",
        ),
        ({"learning_rate": 0.01}, "mnist 256-256 adam 0.01"),
    ],
)
def test_a_default_name_says_what_is_unusual(values: dict[str, Any], name: str):
    assert default_name(hyperparameters(values)) == name


def test_a_long_stack_of_layers_has_a_default_name_that_is_allowed(store: RunStore):
    assert len(store.create(hyperparameters({"units": [1000] * 16})).name) <= names.MAX_NAME
