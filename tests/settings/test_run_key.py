"""The identity of the trained model."""

from __future__ import annotations

from typing import Any

import pytest

from lstm_core.data.info import DATASETS
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key, without_effect
from lstm_core.settings.validation import hyperparameters, with_changes


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
    "patience": 3,
    "kept_weights": "best",
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


@pytest.mark.parametrize("deciding", [{"patience": 2}, {"kept_weights": "best"}])
def test_how_often_it_is_validated_counts_where_the_validations_decide(deciding: dict[str, Any]):
    base = hyperparameters(deciding)
    assert run_key(with_changes(base, evaluate_every=7)) != run_key(base)


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


def test_what_a_fine_tuning_starts_from_and_learns_counts():
    tuning = {"parent": "a" * 64, "drawings": "b" * 64, "share": 0.25}
    plain = hyperparameters({"steps": 100})
    first = with_changes(plain, fine_tuning=tuning)
    others = [
        with_changes(plain, fine_tuning={**tuning, **change})
        for change in ({"parent": "c" * 64}, {"drawings": "c" * 64}, {"share": 0.5}, {"pull": 0.1})
    ]
    keys = [run_key(settings) for settings in (plain, first, *others)]
    assert len(set(keys)) == len(keys)
    assert run_key(hyperparameters(first.model_dump(mode="json"))) == keys[1]
    assert "fine_tuning" not in plain.model_dump()
