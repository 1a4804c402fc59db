"""The one entry for valid settings, from the form, an address or a command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lstm_core.data.info import DATASETS
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import DataError, InvalidValue
from lstm_core.files import home
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import combination_rules

_RULES = {
    "own_data": "what is known of a data set of one's own",
    "fine_tuning": "the parent and any drawings by fingerprint, with the share of drawings and the pull",
}
"""Of the fields that nobody fills in by hand."""


def hyperparameters(values: Mapping[str, Any]) -> HyperParameters:
    """Validate ``values``; fields left out take their defaults.

    Strings are accepted for every field, so values from an address or a command line fit:
    ``units`` may be ``"256,256"``.

    Raises:
        InvalidValue: the first field that breaks its rule, with the rule and the value; then the first that
            does not go together with others.
    """
    made = with_valid_fields(values)
    for field, rule, broken in combination_rules(made):
        if broken:
            raise InvalidValue(field, rule, getattr(made, field))
    return made


def with_valid_fields(values: Mapping[str, Any]) -> HyperParameters:
    """The same with every field checked on its own; whether the values go together is left open.

    Raises:
        InvalidValue: the first field that breaks its rule.
    """
    for name, value in values.items():
        if name not in HyperParameters.model_fields:
            raise InvalidValue("hyperparameter", f"one of {', '.join(FIELDS)}", name)
        parts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(part, bool) for part in parts):  # pydantic would take True for 1
            raise InvalidValue(name, FIELDS[name].rule, value)
    parsed = _with_own_data(values)
    if isinstance(units := parsed.get("units"), str):
        parsed["units"] = [part.strip() for part in units.strip("[]() ").split(",") if part.strip()]
    try:
        return HyperParameters(**parsed)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        rule = FIELDS[name].rule if name in FIELDS else _RULES[name]
        raise InvalidValue(name, rule, values.get(name, parsed.get(name))) from error


def as_typed(value: object) -> Any:
    """A setting as a person types it: several units with commas between them, anything else as it is."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


def _with_own_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with what is known of a data set of one's own, unless that stands there already."""
    parsed = dict(values)
    dataset, told = parsed.get("dataset", "mnist"), parsed.get("own_data")
    if not isinstance(dataset, str) or dataset in DATASETS:
        parsed.pop("own_data", None)
    elif told is None or (told["name"] if isinstance(told, dict) else told.name) != dataset:
        sets = OwnSets(home())
        try:
            parsed["own_data"] = sets.get(dataset).info
        except DataError as error:
            if dataset in sets.names():
                raise InvalidValue("dataset", f"one that can be read ({error})", dataset) from error
            there = ", ".join([*DATASETS, *sets.names()])
            raise InvalidValue("dataset", f"one of {there}", dataset) from error
    return parsed


def with_changes(settings: HyperParameters, **values: Any) -> HyperParameters:
    """``settings`` with other values, validated. Raises `InvalidValue`."""
    return hyperparameters({**settings.model_dump(), **values})
