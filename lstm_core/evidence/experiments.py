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


@dataclass(frozen=True)
class Experiment:
    """Networks that differ in one thing.

    Attributes:
        name: on the command line.
        question, setup: for people; what is equal on all sides.
        sides: at least two, in the order they are shown.
        learnt_by_heart: whether it also asks how many of the training images are read rightly. What a network
            has learnt of these images alone shows in how much better it reads them than images it never saw.
        half_way: whether the accuracy after half of the rows is told, too.
    """

    name: str
    question: str
    setup: str
    sides: tuple[Variation, ...]
    learnt_by_heart: bool = False
    half_way: bool = False


_SHARING: Mapping[str, Any] = {
    "precision": "float32",
    "units": [128, 128, 128],
    "input_projection": 128,
    "dropout": 0.0,
    "steps": 1000,
}

_SMALL: Mapping[str, Any] = {
    "precision": "float32",
    "units": [28, 28],
    "dropout": 0.0,
    "learning_rate": 0.01,
    "schedule": "one-cycle",
    "clip_norm": 1.0,
    "steps": 2000,
    "evaluate_every": 500,
}
"""Layers as wide as an image, so that they can share their weights without a projection."""

_NARROW: Mapping[str, Any] = {**_SMALL, "units": [28] * 4}

_FEW_IMAGES: Mapping[str, Any] = {
    "precision": "float32",
    "units": [64, 64],
    "supervised_rows": "last",
    "dropout": 0.0,
    "augmentation": "none",
    "learning_rate": 0.005,
    "schedule": "one-cycle",
    "clip_norm": 0.0,
    "batch_size": 64,
    "steps": 1500,
    "evaluate_every": 100,
}
"""Says everything that shapes the result, so that it stays what it was when the preset becomes better."""

_MANY_IMAGES: Mapping[str, Any] = {**_SMALL, "units": [64, 64]}

_ALL = (
    Experiment(
        "shared",
        "Shared or separate weights, layers of 128 units",
        "Three layers of 128 units on MNIST; every row is first projected to 128 numbers. No dropout, 1,000 "
        "steps.",
        (
            Variation("separate", "tutorial", _SHARING),
            Variation("shared", "tutorial", {**_SHARING, "layer_weights": "shared"}),
        ),
    ),
    Experiment(
        "shared-narrow",
        "Shared or separate weights, layers of 28 units",
        "Four layers of 28 units on MNIST; the first reads the pixels as they are. Beside them a single such "
        "layer, which has as many parameters as four that share. No dropout, 2,000 steps.",
        (
            Variation("separate", "tutorial", _NARROW),
            Variation("shared", "tutorial", {**_NARROW, "layer_weights": "shared"}),
            Variation("one layer", "tutorial", {**_SMALL, "units": [28]}),
        ),
    ),
    Experiment(
        "layers",
        "One layer or two",
        "One layer of 28 units, one of 44, and two of 28 on MNIST. The one of 44 has about as many "
        "parameters as the two. No dropout, 2,000 steps.",
        (
            Variation("one of 28", "tutorial", {**_SMALL, "units": [28]}),
            Variation("one of 44", "tutorial", {**_SMALL, "units": [44]}),
            Variation("two of 28", "tutorial", _SMALL),
        ),
    ),
    Experiment(
        "dropout-few",
        "Dropout with few images",
        "Two layers of 64 units on the UCI digits, which have 1,297 training images and 300 test images. "
        "1,500 steps.",
        (
            Variation("without", "digits", _FEW_IMAGES),
            Variation("dropout 0.5", "digits", {**_FEW_IMAGES, "dropout": 0.5}),
        ),
        learnt_by_heart=True,
    ),
    Experiment(
        "dropout-many",
        "Dropout with many images",
        "Two layers of 64 units on MNIST, which has 55,000 training images. 2,000 steps.",
        (
            Variation("without", "tutorial", _MANY_IMAGES),
            Variation("dropout 0.5", "tutorial", {**_MANY_IMAGES, "dropout": 0.5}),
        ),
        learnt_by_heart=True,
    ),
    Experiment(
        "rows",
        "Supervised on the last row or on every row",
        "Two layers of 28 units on MNIST. No dropout, 2,000 steps.",
        (
            Variation("last row", "tutorial", _SMALL),
            Variation("every row", "tutorial", {**_SMALL, "supervised_rows": "all"}),
        ),
        half_way=True,
    ),
)

COMPARISONS: Mapping[str, Experiment] = types.MappingProxyType(
    {experiment.name: experiment for experiment in _ALL}
)
"""By name."""


def settings_of(preset_name: str, varied: Mapping[str, Any], seed: int) -> HyperParameters:
    """The settings a result was, or is to be, trained with. Raises `InvalidValue`."""
    return with_changes(preset(preset_name).settings(), **{**varied, "seed": seed})
