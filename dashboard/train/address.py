"""Settings in the address of the Train page, so that a link reproduces the form.

The address names a preset and what differs from it: ``?preset=quick&units=64,64&seed=3``. A length given
in epochs stands as ``epochs=2`` in place of ``steps``. What an address says is a wish from outside: every
value that no field of the form could show is reported and left out.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.parts.guess import ASK
from dashboard.session import link_wishes
from dashboard.session.drawing_link import DRAWING
from dashboard.session.hidden import HIDE
from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS, FieldDescription
from lstm_core.settings.presets import DEFAULT_PRESET, PRESETS, preset
from lstm_core.settings.validation import with_valid_fields

EPOCHS = "epochs"
PRESET = "preset"
RUN = "run"
OF_NO_PRESET = "tutorial"
"""The preset that an address starts from which names settings only: it has the defaults of all fields."""

_OF_OTHERS = (RUN, DRAWING, HIDE, ASK)
"""What an address says besides settings."""

_MAX_TEXT = 200
_MAX_WHOLE = 2**53 - 1
"""Above this a browser cannot hold a whole number exactly."""

Values = dict[str, Any]
"""Form values by name of the field: numbers, the chosen option, or the text of ``units``; and ``epochs``."""


@dataclass(frozen=True)
class Wish:
    """What an address asks for: a preset, form values that differ from it, and what was wrong with it."""

    preset: str = DEFAULT_PRESET
    values: Values = field(default_factory=dict)
    problems: Sequence[str] = ()


def preset_values(name: str, dataset: str = "") -> Values:
    """Every field of a preset as form values. Raises `InvalidValue` for a name that is none.

    Args:
        name: of the preset.
        dataset: what a preset for own data is for; others bring their own.
    """
    chosen = preset(name)
    if chosen.for_own_data and dataset:
        with contextlib.suppress(InvalidValue):  # it may be gone
            return as_form(chosen.settings(dataset).model_dump())
    return as_form(chosen.settings().model_dump())


def as_form(settings: Mapping[str, Any]) -> Values:
    """Settings as form values: ``units`` becomes a text."""
    return {
        name: ", ".join(map(str, v)) if name == "units" else v
        for name, v in settings.items()
        if name in FIELDS
    }


def write(preset_name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The query of an address for form values; ``values`` may lack those that follow the preset."""
    usual = preset_values(preset_name, values.get("dataset", ""))
    changed = {name: value for name, value in values.items() if value != usual.get(name)}
    if EPOCHS in changed:
        changed.pop("steps", None)
    usually = preset(preset_name).values.get("dataset")
    if preset(preset_name).for_own_data and values.get("dataset", usually) != usually:
        changed["dataset"] = values["dataset"]
    return {PRESET: preset_name, **{name: _text(name, value) for name, value in changed.items()}}


def put_into_address(query: Mapping[str, str]) -> None:
    """Put a query into the browser's address, unless it stands there; what a link asks for stays in it."""
    wanted = {**query, **link_wishes.wishes()}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def read(query: Mapping[str, str]) -> Wish:
    """What the query of an address asks for; nothing in it can make this raise."""
    problems: list[str] = []
    values: Values = {}
    name = query.get(PRESET, OF_NO_PRESET if asks_for_settings(query) else DEFAULT_PRESET)
    if name not in PRESETS:
        problems.append(str(InvalidValue(PRESET, f"one of {', '.join(PRESETS)}", name[:_MAX_TEXT])))
        name = DEFAULT_PRESET
    for key, text in query.items():
        if key in _OF_OTHERS or key == PRESET:
            continue
        try:
            values[key] = _value(key, text[:_MAX_TEXT])
        except InvalidValue as error:
            problems.append(str(error))
    if EPOCHS in values:
        values.pop("steps", None)
    return Wish(name, values, problems)


def asks_for_settings(query: Mapping[str, str]) -> bool:
    """Whether the address says anything about the form."""
    return any(key not in _OF_OTHERS for key in query)


def _value(key: str, text: str) -> Any:
    if key == EPOCHS:
        return _finite(key, text, "a positive number")
    if key not in FIELDS:
        raise InvalidValue(key[:_MAX_TEXT].replace("`", ""), "left out: there is no such setting", text)
    field = FIELDS[key]
    if field.kind is int:
        return _whole(field, text)
    if field.kind is float:
        return _finite(key, text, field.rule)
    if field.choices and key != "dataset" and text not in field.choices:
        raise InvalidValue(key, field.rule, text)
    if key == "dataset":
        with_valid_fields({key: text})
    return ", ".join(part.strip() for part in text.split(",")) if key == "units" else text


def _whole(field: FieldDescription, text: str) -> int:
    try:
        value = int(text)
    except ValueError as error:
        raise InvalidValue(field.name, field.rule, text) from error
    if abs(value) > _MAX_WHOLE:
        raise InvalidValue(field.name, field.rule, text)
    return value


def _finite(name: str, text: str, rule: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise InvalidValue(name, rule, text) from error
    if not math.isfinite(value):
        raise InvalidValue(name, rule, text)
    return value


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    return str(value).replace(" ", "") if name == "units" else str(value)
