"""Experiments in which one thing differs and everything else is equal, as variations of presets."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes


@dataclass(frozen=True)
class Variation:
    """A preset with some fields changed, under a name for people."""

    name: str
    preset: str
    varied: Mapping[str, Any]


_SHARING: Mapping[str, Any] = {
    "precision": "float32",
    "units": [128, 128, 128],
    "input_projection": 128,
    "dropout": 0.0,
    "steps": 1000,
}

COMPARISONS: Mapping[str, tuple[Variation, ...]] = types.MappingProxyType(
    {
        "shared": (
            Variation("separate", "tutorial", _SHARING),
            Variation("shared", "tutorial", {**_SHARING, "layer_weights": "shared"}),
        )
    }
)
"""By name; each has at least two sides, in the order they are shown."""


def settings_of(preset_name: str, varied: Mapping[str, Any], seed: int) -> HyperParameters:
    """The settings a result was, or is to be, trained with. Raises `InvalidValue`."""
    return with_changes(preset(preset_name).settings(), **{**varied, "seed": seed})
