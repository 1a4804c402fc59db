"""Settings: what is allowed, and how wrong values are told."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import as_typed, hyperparameters, with_changes, with_valid_fields
from tests.seeded import seeded

UNITS_RULE = "1 to 16 layers of 1 to 1024 units each"


BAD = [
    ("units", 0, UNITS_RULE),
    ("units", [0], UNITS_RULE),
    ("units", "0", UNITS_RULE),
    ("units", [], UNITS_RULE),
    ("units", "", UNITS_RULE),
    ("units", [8] * 17, UNITS_RULE),
    ("units", [8, 1025], UNITS_RULE),
    ("units", "8,x", UNITS_RULE),
    ("units", [8.5], UNITS_RULE),
    ("units", [True], UNITS_RULE),
    ("units", None, UNITS_RULE),
    ("dropout", 1.2, "a number in [0, 1)"),
    ("dropout", 1, "a number in [0, 1)"),
    ("dropout", -0.1, "a number in [0, 1)"),
    ("dropout", "0,5", "a number in [0, 1)"),
    ("learning_rate", math.nan, "a number in (0, 1]"),
    ("learning_rate", "nan", "a number in (0, 1]"),
    ("learning_rate", math.inf, "a number in (0, 1]"),
    ("learning_rate", "1e400", "a number in (0, 1]"),
    ("learning_rate", 0, "a number in (0, 1]"),
    ("learning_rate", 1.01, "a number in (0, 1]"),
    ("learning_rate", None, "a number in (0, 1]"),
    ("clip_norm", -1, "a number in [0, 1000]"),
    ("momentum", 1.0, "a number in [0, 1)"),
    ("steps", 0, "a whole number from 1 to 1,000,000"),
    ("steps", 3.7, "a whole number from 1 to 1,000,000"),
    ("steps", True, "a whole number from 1 to 1,000,000"),
    ("steps", "many", "a whole number from 1 to 1,000,000"),
    ("steps", 10**400, "a whole number from 1 to 1,000,000"),
    ("seed", -1, "a whole number from 0 to 2,147,483,647"),
    ("seed", 2**31, "a whole number from 0 to 2,147,483,647"),
    ("batch_size", 0, "a whole number from 1 to 4,096"),
    ("evaluation_batch_size", 0, "a whole number from 1 to 10,000"),
    ("evaluate_every", 0, "a whole number from 1 to 1,000,000"),
    ("dataset", "cifar", "one of mnist, digits"),
    ("dataset", ["mnist"], "one of mnist, digits, or the name of a data set of your own"),
    ("optimizer", "Adam", "one of adam, rmsprop, sgd"),
    ("schedule", "", "one of constant, one-cycle"),
    ("supervised_rows", "first", "one of last, all"),
    ("augmentation", "flip", "one of none, affine, handwriting, handwriting-2, handwriting-3, finer"),
    ("precision", "float16", "one of auto, float32, mixed, bfloat16"),
    ("device", "tpu", "auto, cpu or gpu:N"),
    ("device", "gpu:1\n", "auto, cpu or gpu:N"),
    ("device", "gpu:٣", "auto, cpu or gpu:N"),
]


@pytest.mark.parametrize(("field", "value", "rule"), BAD, ids=lambda item: str(item)[:20])
def test_a_wrong_value_names_the_field_the_rule_and_what_came(field: str, value: Any, rule: str):
    with pytest.raises(InvalidValue) as caught:
        hyperparameters({field: value})
    assert (caught.value.field, caught.value.rule) == (field, rule)
    assert caught.value.value is value
    assert str(caught.value).startswith(f"`{field}` must be {rule}; got ")
    assert "pydantic" not in str(caught.value)


def test_a_batch_larger_than_the_data_is_refused_with_the_size_of_the_data():
    with pytest.raises(InvalidValue, match="at most 1297, the training images of UCI digits; got 4096"):
        hyperparameters({"dataset": "digits", "batch_size": 4096})
    assert hyperparameters({"dataset": "digits", "batch_size": 1297}).batch_size == 1297
    assert hyperparameters({"batch_size": 4096}).batch_size == 4096


def test_an_unknown_field_is_named_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"one of dataset, units, .*; got 'droput'"):
        hyperparameters({"droput": 0.1})


def test_strings_do_for_every_field():
    made = hyperparameters({"units": " [128, 64] ", "dropout": "0.25", "steps": "1000"})
    assert made.units == (128, 64)
    assert (made.dropout, made.steps) == (0.25, 1000)
    texts = {name: str(value) for name, value in made.model_dump().items()}
    assert hyperparameters(texts) == made


@pytest.mark.parametrize(
    ("value", "text"), [((128, 64), "128,64"), ([9], "9"), (0.25, 0.25), ("adam", "adam")]
)
def test_a_setting_is_written_as_it_is_typed(value: Any, text: object) -> None:
    assert as_typed(value) == text


def test_changed_validates_too():
    settings = hyperparameters({"dataset": "digits"})
    assert with_changes(settings, batch_size=64).batch_size == 64
    assert with_changes(settings, batch_size=64).dataset == "digits"
    with pytest.raises(InvalidValue, match="batch_size"):
        with_changes(settings, batch_size=2000)


@seeded
@given(
    st.dictionaries(
        st.sampled_from(sorted(FIELDS)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.lists(st.integers() | st.text() | st.none()),
    )
)
def test_whatever_comes_is_taken_or_told(values: dict[str, Any]):
    with contextlib.suppress(InvalidValue):
        made = with_valid_fields(values)
        assert with_valid_fields(made.model_dump(mode="json")) == made
        made = hyperparameters(values)
        assert hyperparameters(made.model_dump(mode="json")) == made
        assert len(run_key(made)) == 16
