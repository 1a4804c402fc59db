"""Named settings to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.hyperparameters import HyperParameters, hyperparameters


@dataclass(frozen=True)
class Preset:
    """Settings with a name and a sentence on what they are for."""

    name: str
    title: str
    about: str
    values: Mapping[str, Any]

    def settings(self) -> HyperParameters:
        return hyperparameters(self.values)


_ALL = (
    Preset(
        "tutorial",
        "Tutorial",
        "Two layers of 256, dropout 0.5, Adam at 0.001 for 2,000 steps: the network most tutorials train.",
        {},
    ),
    Preset(
        "quick",
        "Quick",
        "The same network in one epoch with a one-cycle schedule: over 98 % in about a minute on two cores.",
        {
            "dropout": 0.0,
            "learning_rate": 0.005,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
            "steps": 430,
            "evaluate_every": 50,
        },
    ),
    Preset(
        "reference",
        "Reference",
        "The recipe of the weights that come with the dashboard: made to read what people draw, and to "
        "have an opinion after every row.",
        {
            "supervised_rows": "all",
            "dropout": 0.1,
            "augmentation": "handwriting",
            "learning_rate": 0.003,
            "schedule": "one-cycle",
            "clip_norm": 1.0,
            "steps": 12000,
            "evaluate_every": 400,
        },
    ),
    Preset(
        "digits",
        "Small digits",
        "The 8 × 8 digits that come with scikit-learn: no download, trained in seconds.",
        {
            "dataset": "digits",
            "units": (64, 64),
            "dropout": 0.2,
            "learning_rate": 0.005,
            "schedule": "one-cycle",
            "batch_size": 64,
            "steps": 600,
            "evaluate_every": 50,
            "evaluation_batch_size": 300,
        },
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _ALL})


def preset(name: str) -> Preset:
    """Raises `InvalidValue` for a name that is none."""
    if name not in PRESETS:
        raise InvalidValue("preset", f"one of {', '.join(PRESETS)}", name)
    return PRESETS[name]
