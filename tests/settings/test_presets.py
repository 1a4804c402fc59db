"""Named settings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS, preset
from lstm_core.settings.rules import broken_rules
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes, with_valid_fields
from tests.seeded import seeded


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid_and_described(name: str):
    found = preset(name)
    assert found.name == name
    assert run_key(found.settings())
    assert found.title
    assert found.about.endswith(".")


PUBLISHED: dict[str, dict[str, Any]] = {
    "huang-2017": {
        "units": (256, 256),
        "forget_bias": 1.0,
        "dropout": 0.5,
        "initial_state": "zero",
        "returned": "state",
        "dense_initializer": "truncated-normal",
        "dense_stddev": 0.1,
        "dense_bias": 0.1,
        "loss": "class-mean",
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "batch_size": 128,
        "steps": 2000,
        "evaluate_every": 200,
    },
    "gzj-2018": {
        "units": (28,),
        "computation": "unrolled",
        "layout": "time-major",
        "forget_bias": 1.0,
        "dense_initializer": "normal",
        "dense_stddev": 0.01,
        "loss": "cross-entropy",
        "optimizer": "rmsprop",
        "learning_rate": 0.001,
        "batch_size": 128,
        "evaluation_batch_size": 256,
    },
    "stacked-2020": {
        "units": (128, 64),
        "computation": "by-hand",
        "initial_state": "trainable",
        "initializer": "xavier",
    },
    "projected-2019": {
        "units": (128,),
        "input_projection": 64,
        "dense_initializer": "normal",
        "dense_stddev": 1.0,
        "dense_bias": 0.1,
        "initial_state": "zero",
        "loss": "cross-entropy",
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "batch_size": 128,
        "evaluate_every": 20,
    },
}
"""The numbers as the tutorials give them."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_preset_has_its_authors_numbers_and_says_where_they_are_from(name: str):
    found = preset(name)
    settings = found.settings().model_dump()
    assert {field: settings[field] for field in PUBLISHED[name]} == PUBLISHED[name]
    assert settings["dataset"] == "mnist"
    assert settings["supervised_rows"] == "last"
    assert settings["precision"] == "float32"
    assert found.source
    assert found.chosen_here.endswith(".")


def test_every_preset_from_a_tutorial_is_held_against_it_here():
    assert {name for name, found in PRESETS.items() if found.source} == {*PUBLISHED}
    assert preset("huang-2017").published_accuracy == 0.9858


def test_the_samples_seen_by_projected_2019_are_those_published():
    settings = preset("projected-2019").settings()
    assert 0 <= settings.steps * settings.batch_size - 100_000 < settings.batch_size


@seeded
@given(
    st.sampled_from(sorted(PRESETS)),
    st.dictionaries(
        st.sampled_from([name for name, field in FIELDS.items() if field.choices]), st.integers(0, 6)
    ),
)
def test_a_preset_with_any_other_choices_is_whole_or_refused_with_a_reason(name: str, picked: dict[str, int]):
    chosen = {n: FIELDS[n].choices[i % len(FIELDS[n].choices)] for n, i in picked.items()}
    before = preset(name).settings()
    told: tuple[str, str] | None = None
    try:
        made = with_changes(before, **chosen)
    except InvalidValue as error:
        broken = broken_rules(with_valid_fields({**before.model_dump(), **chosen}))
        told = (error.field, error.rule)
    else:
        broken = broken_rules(made)
        assert {n: getattr(made, n) for n in chosen} == chosen
    assert told is None or told in broken.items()
    assert bool(broken) == (told is not None)


def test_presets_train_different_models():
    assert len({run_key(found.settings()) for found in PRESETS.values()}) == len(PRESETS)


def test_a_first_training_is_under_two_epochs_and_gives_a_verdict_after_every_row():
    first = preset(DEFAULT_PRESET).settings()
    assert first.epochs() == pytest.approx(1.86, abs=0.01)
    assert first.supervised_rows == "all"


def test_an_unknown_preset_is_answered_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"one of quick, tutorial, .*, projected-2019; got 'best'"):
        preset("best")
