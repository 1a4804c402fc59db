"""Ranges and sets of a search, as a person writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.search.space import SEARCHED, SearchedField, search_space, searched_field
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes
from tests.seeded import seeded

BASE = preset("digits").settings()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("learning_rate=0.0005..0.02:log", SearchedField("learning_rate", 0.0005, 0.02, log=True)),
        ("dropout = 0..0.6", SearchedField("dropout", 0.0, 0.6)),
        ("batch_size=16..128:log", SearchedField("batch_size", 16, 128, log=True)),
        ("forget_bias=-1..2", SearchedField("forget_bias", -1.0, 2.0)),
        ("units=32|64|64,64", SearchedField("units", choices=("32", "64", "64,64"))),
        ("units = 64, 64 | 32", SearchedField("units", choices=("64,64", "32"))),
        ("batch_size=32|64", SearchedField("batch_size", choices=(32, 64))),
        ("optimizer=adam|sgd", SearchedField("optimizer", choices=("adam", "sgd"))),
    ],
)
def test_ranges_and_sets_are_read_and_written(text: str, wanted: SearchedField):
    found = searched_field(text)
    assert found == wanted
    assert searched_field(str(found)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learning_rate", "`--range` must be FIELD=LOW..HIGH"),
        ("learning_rate=", "`--range` must be FIELD=LOW..HIGH"),
        ("colour=1..2", "`--range` must be of one of "),
        ("seed=0|1", "a seed is chance"),
        ("dataset=mnist|digits", "different data"),
        ("evaluate_every=1..9", "`--range` must be of one of "),
        ("dropout=0.3", "`dropout` must be a range such as 1..2 or a set such as 1|2 in a search; got '0.3'"),
        ("dropout=0..1", "`dropout` must be a number in [0, 1); got '1'"),
        ("dropout=0..x", "`dropout` must be a number in [0, 1); got 'x'"),
        ("dropout=0.5..0.1", "`dropout` must be a range from a smaller to a larger number; got '0.5..0.1'"),
        ("dropout=0..0.5:log", "`dropout` must be a range above 0, where it is logarithmic"),
        ("units=32..64", "`units` must be a set such as A|B, since it is no number; got '32..64'"),
        ("units=32|0", "`units` must be 1 to"),
        ("units=32|32", "`units` must be a set of different values; got '32|32'"),
        ("optimizer=adam|lion", "`optimizer` must be one of adam, rmsprop, sgd; got 'lion'"),
        ("steps=1.5..9", "`steps` must be a whole number from 1 to 1,000,000; got '1.5'"),
    ],
)
def test_what_is_wrong_is_named_with_field_rule_and_value(text: str, said: str):
    with pytest.raises(InvalidValue) as error:
        searched_field(text)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "`--range` must be given at least once"),
        (["dropout=0..0.5", "dropout=0|0.5"], "`--range` must be given once for every field; got 'dropout'"),
    ],
)
def test_a_space_has_every_field_once(texts: list[str], said: str):
    with pytest.raises(InvalidValue) as error:
        search_space(texts)
    assert said in str(error.value)


def test_the_parameters_of_a_trial_become_settings_that_can_be_typed_again():
    space = search_space(["learning_rate=0.0005..0.02:log", "units=32|64,64", "batch_size=16..64"])
    made = space.settings(BASE, {"learning_rate": 0.00345678901, "units": "64,64", "batch_size": 48})
    assert (made.learning_rate, made.units, made.batch_size) == (0.003457, (64, 64), 48)
    assert made == with_changes(BASE, learning_rate="0.003457", units="64,64", batch_size=48)
    assert space.parameters(made) == {"learning_rate": 0.003457, "units": "64,64", "batch_size": 48}


def test_settings_outside_the_space_are_no_trial():
    space = search_space(["learning_rate=0.0005..0.02:log", "units=32|64,64"])
    assert space.parameters(with_changes(BASE, units="64")) is None
    assert space.parameters(with_changes(BASE, units="32", learning_rate=0.1)) is None
    assert space.parameters(with_changes(BASE, units="32")) == {"learning_rate": 0.01, "units": "32"}


def test_settings_that_do_not_go_together_are_refused():
    space = search_space(["batch_size=1000..4000"])
    with pytest.raises(InvalidValue, match="batch_size"):
        space.settings(BASE, {"batch_size": 3000})


@seeded
@given(low=st.floats(1e-5, 0.5), factor=st.floats(1.001, 2), share=st.floats(0, 1))
def test_no_value_leaves_its_range_however_many_digits_the_ends_have(low: float, factor: float, share: float):
    field = SearchedField("learning_rate", low, low * factor)
    value = field.value(low + share * (low * factor - low))
    assert isinstance(value, float)
    assert low <= value <= low * factor
    assert searched_field(str(field)) == field


def test_what_only_says_how_a_training_is_watched_is_not_searched():
    assert {"learning_rate", "units", "schedule", "steps"} <= set(SEARCHED)
    assert not {"seed", "dataset", "device", "evaluate_every", "evaluation_batch_size"} & set(SEARCHED)
