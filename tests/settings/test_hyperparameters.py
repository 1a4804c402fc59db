"""Settings: what is allowed, how wrong values are told, and the identity of the trained model."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.data.info import DATASETS
from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key, without_effect
from lstm_core.settings.validation import hyperparameters, with_changes, with_valid_fields
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
    ("dataset", ["mnist"], "one of mnist, digits"),
    ("optimizer", "Adam", "one of adam, rmsprop, sgd"),
    ("schedule", "", "one of constant, one-cycle"),
    ("supervised_rows", "first", "one of last, all"),
    ("augmentation", "flip", "one of none, affine, handwriting"),
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


def test_the_defaults_are_valid_and_lists_become_tuples():
    assert hyperparameters({}) == HyperParameters()
    assert hyperparameters({"units": [3, 5]}).units == (3, 5)


def test_a_value_is_frozen():
    with pytest.raises(pydantic.ValidationError):
        hyperparameters({}).dropout = 0.1  # type: ignore[misc]


def test_changed_validates_too():
    settings = hyperparameters({"dataset": "digits"})
    assert with_changes(settings, batch_size=64).batch_size == 64
    assert with_changes(settings, batch_size=64).dataset == "digits"
    with pytest.raises(InvalidValue, match="batch_size"):
        with_changes(settings, batch_size=2000)


def test_the_run_key_of_the_defaults_is_pinned():
    """Should this fail, old runs no longer answer for their settings: was that meant?"""
    assert run_key(hyperparameters({})) == "4f3d651bcc172b3b"
    assert run_key(hyperparameters({"precision": "float32"})) == "b71b6a3223ba9a53"


def test_the_run_key_does_not_depend_on_how_values_are_written():
    written = hyperparameters(
        {"units": "256,256", "dropout": "0.50", "steps": 2000.0, "learning_rate": "1e-3"}
    )
    assert run_key(written) == run_key(HyperParameters())
    assert run_key(hyperparameters({"dropout": 0})) == run_key(hyperparameters({"dropout": 0.0}))


OTHER: dict[str, Any] = {
    "dataset": "digits",
    "units": (256, 255),
    "supervised_rows": "all",
    "dropout": 0.51,
    "augmentation": "affine",
    "optimizer": "rmsprop",
    "learning_rate": 0.002,
    "momentum": 0.8,
    "schedule": "one-cycle",
    "clip_norm": 1.0,
    "batch_size": 127,
    "steps": 2001,
    "seed": 1,
    "precision": "mixed",
    "device": "cpu",
    "evaluation_batch_size": 499,
    "evaluate_every": 199,
    "cell": "gru",
    "direction": "both",
    "layer_weights": "shared",
    "input_projection": 256,
    "initial_state": "trainable",
    "forget_bias": 0.0,
    "initializer": "he",
    "initial_kernel": "1" * 64,
    "dense_initializer": "truncated-normal",
    "dense_stddev": 0.2,
    "dense_bias": 0.1,
    "input_dropout": 0.1,
    "loss": "class-mean",
    "computation": "by-hand",
    "layout": "time-major",
    "returned": "state",
}
"""By field, another value than the default."""

PARTNERS: dict[str, dict[str, Any]] = {
    "layer_weights": {"units": (28, 28, 28)},
    "initial_kernel": {"initializer": "csv", "initial_kernel": "0" * 64},
    "layout": {"computation": "unrolled"},
}
"""By field, what has to be chosen besides for its other value to be allowed."""


@pytest.mark.parametrize("field", FIELDS)
def test_the_run_key_changes_with_what_shapes_the_model_and_only_with_that(field: str):
    used = {"optimizer": "sgd", "dense_initializer": "normal"}
    base = hyperparameters({**used, **PARTNERS.get(field, {})})
    same = run_key(with_changes(base, **{field: OTHER[field]})) == run_key(base)
    assert same == (field in {"device", "evaluation_batch_size", "evaluate_every"})


@pytest.mark.parametrize(
    ("settings", "field", "value"),
    [
        ({"optimizer": "adam"}, "momentum", 0.5),
        ({"optimizer": "rmsprop"}, "momentum", 0.5),
        ({"cell": "gru"}, "forget_bias", 0.0),
        ({"dense_initializer": "glorot"}, "dense_stddev", 1.0),
    ],
)
def test_a_field_without_effect_does_not_count_and_is_named(
    settings: dict[str, Any], field: str, value: float
):
    base = hyperparameters(settings)
    assert run_key(with_changes(base, **{field: value})) == run_key(base)
    assert without_effect(base)[field].endswith(".")


def test_every_field_has_an_effect_with_some_settings():
    assert not without_effect(hyperparameters({"optimizer": "sgd", "dense_initializer": "normal"}))


def test_settings_from_before_a_field_was_added_keep_their_run_key():
    """The defaults of what came later mean what was always done."""
    old = {"dataset": "digits", "units": (16,), "steps": 40, "evaluate_every": 20, "precision": "float32"}
    assert run_key(hyperparameters(old)) == "ae00ba8b4aef9efa"


def test_the_run_key_changes_with_the_data():
    keys = {run_key(hyperparameters({"dataset": name})) for name in DATASETS}
    assert len(keys) == len(DATASETS)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_every_field_is_described_for_people(field: Any):
    assert field.label[0].isupper()
    assert field.help.endswith((".", "…"))
    assert len(field.help) > 20
    assert field.default == HyperParameters.model_fields[field.name].default
    assert field.rule
    if field.kind in (int, float):
        assert field.minimum < field.maximum
        assert field.minimum <= field.default <= field.maximum
    else:
        assert (field.minimum, field.maximum) == (None, None)
    if field.choices:
        assert field.default in field.choices


@pytest.mark.parametrize(
    "field", [f for f in FIELDS.values() if f.kind in (int, float)], ids=lambda f: f.name
)
def test_the_described_bounds_are_the_enforced_ones(field: Any):
    def allowed(value: float) -> bool:
        try:
            with_valid_fields({field.name: field.kind(value)})
        except InvalidValue:
            return False
        return True

    step = 1 if field.kind is int else 1e-9
    assert allowed(field.minimum) is not field.open_minimum
    assert allowed(field.maximum) is not field.open_maximum
    assert not allowed(field.minimum - step)
    assert not allowed(field.maximum + max(step, 1e-9 * field.maximum))


def test_what_can_be_changed_while_training():
    assert {field.name for field in FIELDS.values() if field.live} == {
        "dropout",
        "learning_rate",
        "batch_size",
    }


def test_epochs_and_steps_belong_together():
    settings = hyperparameters({"batch_size": 550, "steps": 100})
    assert settings.epochs() == pytest.approx(1.0)
    assert settings.steps_for(2.5) == 250
    assert settings.steps_for(1e-9) == 1


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
