"""A range or a set to begin with, for every field that can be searched."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lstm_core.search.space import SearchedField, searched_field
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

_USUAL: Mapping[str, str] = MappingProxyType(
    {
        "learning_rate": "0.0005..0.02:log",
        "dropout": "0..0.6",
        "input_dropout": "0..0.4",
        "momentum": "0.5..0.99",
        "clip_norm": "0.1..10:log",
        "forget_bias": "-1..2",
        "dense_stddev": "0.01..1:log",
        "dense_bias": "-1..1",
        "batch_size": "32..256:log",
        "patience": "0|2|4",
        "input_projection": "0|32|64",
    }
)


def suggested_field(name: str, base: HyperParameters) -> SearchedField:
    """What to try of a field where a person has not said so yet.

    Numbers get a usual range, or half to double of what ``base`` has; choices all of theirs, as far as they
    need nothing else; layers half and double the units, and one layer less or more.
    """
    if name in _USUAL:
        return searched_field(f"{name}={_USUAL[name]}")
    field = FIELDS[name]
    if name == "units":
        return searched_field(f"units={_layers(base.units)}")
    if field.choices:
        # A file of weights is no choice that could be made for somebody.
        return SearchedField(name, choices=tuple(choice for choice in field.choices if choice != "csv"))
    now = getattr(base, name)
    low = max(field.minimum or 0, now // 2 if field.kind is int else now / 2)
    return SearchedField(name, low, min(field.maximum or 2 * now, 2 * now))


def _layers(units: tuple[int, ...]) -> str:
    tried = [units, tuple(max(1, count // 2) for count in units)]
    tried.append((*units, units[-1]) if len(units) == 1 else units[:-1])
    return "|".join(dict.fromkeys(",".join(map(str, layers)) for layers in tried))
