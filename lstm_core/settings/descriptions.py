"""What a form or a command line needs to know of every field of `HyperParameters`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lstm_core.data.info import DATASETS
from lstm_core.settings.hyperparameters import MAX_LAYERS, MAX_UNITS, HyperParameters

_KINDS = {"string": str, "integer": int, "number": float, "array": tuple}
"""Python's type for each of JSON Schema's."""

_RULES = {
    "dataset": f"one of {', '.join(DATASETS)}, or the name of a data set of your own",
    "units": f"1 to {MAX_LAYERS} layers of 1 to {MAX_UNITS} units each",
    "initial_kernel": "64 hexadecimal digits, or nothing",
    "device": "auto, cpu or gpu:N",
}
"""Of the fields whose rule is neither a fixed choice nor a range."""


@dataclass(frozen=True)
class FieldDescription:
    """What a form or a command line needs to know of one field.

    Attributes:
        name: as in `HyperParameters`.
        label: for people.
        unit: of the value, or empty.
        help: one or two sentences.
        rule: what is allowed, in words, as error messages say it.
        default: of the type of the field.
        choices: for a field with fixed choices, and of ``dataset`` those that come with the project;
            otherwise empty.
        kind: the Python type of one value: ``str``, ``int``, ``float`` or ``tuple``.
        minimum, maximum: of a number, both allowed unless ``open_minimum`` or ``open_maximum``;
            ``None`` for other kinds.
        shapes_result: whether the trained model depends on it.
        live: whether it can be changed while training.
    """

    name: str
    label: str
    unit: str
    help: str
    rule: str
    default: Any
    choices: tuple[str, ...]
    kind: type
    minimum: float | None
    maximum: float | None
    open_minimum: bool
    open_maximum: bool
    shapes_result: bool
    live: bool


def _description(name: str, schema: Mapping[str, Any]) -> FieldDescription:
    """The field as pydantic's JSON Schema of the model describes it."""
    choices = tuple(DATASETS) if name == "dataset" else tuple(schema.get("enum", ()))
    kind = _KINDS[schema["type"]]
    open_minimum, open_maximum = "exclusiveMinimum" in schema, "exclusiveMaximum" in schema
    minimum = schema["exclusiveMinimum"] if open_minimum else schema.get("minimum")
    maximum = schema["exclusiveMaximum"] if open_maximum else schema.get("maximum")
    if choices and name not in _RULES:
        rule = "one of " + ", ".join(choices)
    elif kind is int:
        rule = f"a whole number from {minimum:,.0f} to {maximum:,.0f}"
    elif kind is float:
        brackets = "(" if open_minimum else "[", ")" if open_maximum else "]"
        rule = f"a number in {brackets[0]}{minimum:g}, {maximum:g}{brackets[1]}"
    else:
        rule = _RULES[name]
    return FieldDescription(
        name=name,
        label=schema["label"],
        unit=schema["unit"],
        help=schema["description"],
        rule=rule,
        default=HyperParameters.model_fields[name].default,
        choices=choices,
        kind=kind,
        minimum=None if minimum is None else float(minimum),
        maximum=None if maximum is None else float(maximum),
        open_minimum=open_minimum,
        open_maximum=open_maximum,
        shapes_result=schema["shapes_result"],
        live=schema["live"],
    )


FIELDS: Mapping[str, FieldDescription] = MappingProxyType(
    {
        name: _description(name, schema)
        for name, schema in HyperParameters.model_json_schema()["properties"].items()
        if name not in ("own_data", "fine_tuning")  # nobody chooses them in a field
    }
)
