"""The identity of settings: the same key means the same model, if the same computes it.

What computes it, where the settings leave that open, stands beside the key: `lstm_core.settings.computed`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

FORMAT = 1
"""Raised when the meaning of a field changes, so that old runs no longer answer for new settings."""

_ADDED = {
    "cell", "direction", "layer_weights", "input_projection", "initial_state", "forget_bias", "initializer",
    "initial_kernel", "dense_initializer", "dense_stddev", "dense_bias", "input_dropout", "loss",
    "computation", "layout", "returned", "patience", "kept_weights",
}  # fmt: skip
"""Fields that came later. At their defaults they mean what was always done, so they do not count for the
run key, and the runs from before still answer."""


def run_key(settings: HyperParameters) -> str:
    """16 hexadecimal digits that identify what these settings ask for."""
    shaping = {
        name: value
        for name, value in settings.model_dump(mode="json").items()
        if name in FIELDS  # not what is known of the data, whose fingerprint counts
        and shapes_result(name, settings)
        and not (name in _ADDED and value == FIELDS[name].default)
    }
    for name in without_effect(settings):
        shaping.pop(name, None)
    content = {
        "format": FORMAT,
        "data": settings.info.fingerprint,
        "hyperparameters": shaping,
    }
    if settings.fine_tuning:
        content["fine_tuning"] = settings.fine_tuning.model_dump()
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def shapes_result(name: str, settings: HyperParameters) -> bool:
    """Whether the trained model depends on a field; on the validations only where they decide something."""
    decide = settings.patience > 0 or settings.kept_weights == "best"
    return FIELDS[name].shapes_result or (name == "evaluate_every" and decide)


def without_effect(settings: HyperParameters) -> Mapping[str, str]:
    """Fields that change nothing with these settings, whatever their value, and why, in a sentence."""
    unused = {
        "momentum": (settings.optimizer != "sgd", "Only SGD uses it."),
        "forget_bias": (settings.cell != "lstm", "Only the LSTM has a forget gate."),
        "dense_stddev": (settings.dense_initializer == "glorot", "Glorot's follows from the shape."),
    }
    return {name: why for name, (is_unused, why) in unused.items() if is_unused}
