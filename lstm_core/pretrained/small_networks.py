"""Small networks that ship: one whose units can be counted, and others that differ in one setting.

Each has files of weights and of what is familiar to it, and a card, in the folder ``small``; ``python -m
lstm_core.pretrained.make_small`` trains and writes them. Nothing is read before it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.pretrained import shipped
from lstm_core.reading.weights import LstmWeights, load_weights

if TYPE_CHECKING:
    from lstm_core.inside.familiarity import FamiliarityModel
    from lstm_core.reading.card import Card

SMALL_FOLDER = shipped.FOLDER / "small"

SEEN = "small"
"""The network that is small enough to see: one layer of 12 units."""

BASE = "base"
"""The network that each of `CHANGED` differs from in one setting."""


@dataclass(frozen=True)
class SmallNetwork:
    """A small network that ships.

    Attributes:
        name: of its files.
        title: for people.
        values: what differs from the defaults of `lstm_core.settings.hyperparameters.HyperParameters`.
    """

    name: str
    title: str
    values: Mapping[str, Any]


_EVERY_ROW: Mapping[str, Any] = {
    "supervised_rows": "all",
    "dropout": 0.0,
    "learning_rate": 0.01,
    "schedule": "one-cycle",
    "clip_norm": 1.0,
    "precision": "float32",
    "evaluate_every": 500,
}

_SEEN: Mapping[str, Any] = {
    **_EVERY_ROW,
    "units": (12,),
    "augmentation": "handwriting",
    "steps": 12_000,
}

_BASE: Mapping[str, Any] = {**_EVERY_ROW, "units": (28, 28), "steps": 3000}
"""Of 28 units, because an image has 28 columns: only then can layers that read pixels and layers that read
hidden states share their weights without a projection, which would be a second difference."""

CHANGED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "dropout": {"dropout": 0.5},
        "one-layer": {"units": (28,)},
        "shared": {"layer_weights": "shared"},
        "last-row": {"supervised_rows": "last"},
    }
)
"""By name of the network, the one setting in which it differs from `BASE`."""

_TITLES = {
    "dropout": "Two layers, trained with dropout 0.5",
    "one-layer": "One layer of 28 units",
    "shared": "Two layers that share one set of weights",
    "last-row": "Two layers, trained on the last row only",
}

SMALL_NETWORKS: Mapping[str, SmallNetwork] = MappingProxyType(
    {
        network.name: network
        for network in (
            SmallNetwork(SEEN, "Small network, 12 units", _SEEN),
            SmallNetwork(BASE, "Two layers of 28 units", _BASE),
            *(SmallNetwork(name, _TITLES[name], {**_BASE, **change}) for name, change in CHANGED.items()),
        )
    }
)
"""By name."""


def small_weights(name: str) -> LstmWeights:
    """The weights of a network in `SMALL_NETWORKS`.

    Raises:
        InvalidValue: there is no such network.
        WeightsError: its file is missing or damaged.
    """
    return load_weights(SMALL_FOLDER / f"{_known(name)}.npz")


def small_familiarity(name: str, weights: LstmWeights) -> FamiliarityModel:
    """What is familiar to the ``weights`` of a network in `SMALL_NETWORKS`.

    Raises:
        InvalidValue: there is no such network.
        WeightsError: its file is missing or damaged, or of other weights.
    """
    from lstm_core.inside.familiarity import load_for

    return load_for(weights, familiar_file(name))


def familiar_file(name: str, folder: Path | None = None) -> Path:
    """Where what is familiar to a network lies, by default in the project. Raises `InvalidValue`."""
    return (folder or SMALL_FOLDER) / f"{_known(name)}-familiar.npz"


def small_card(name: str) -> Card:
    """How a network in `SMALL_NETWORKS` was trained, and how well it reads.

    Raises:
        InvalidValue: there is no such network.
        WeightsError: its card is missing or damaged.
    """
    from lstm_core.reading.card import Card

    file = SMALL_FOLDER / f"{_known(name)}.json"
    try:
        return Card.model_validate_json(file.read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsError(f"The card of the network {name} that ships cannot be read: {error}") from error


def _known(name: str) -> str:
    if name not in SMALL_NETWORKS:
        raise InvalidValue("network", f"one of {', '.join(SMALL_NETWORKS)}", name)
    return name
