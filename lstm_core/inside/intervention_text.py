"""Interventions as text: one line for an address, such as ``clamp:1:forget_gate:0.2;reverse``, and in words.

An intervention is its name and its fields in their order, joined by colons; fields at the end that have
their usual value are left out. Units are numbers and spans: ``1-8,12``; ``all`` is every unit or layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from types import MappingProxyType
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_INTERVENTIONS,
    BlankRows,
    ClampGate,
    Force,
    Intervention,
    Layer,
    Noise,
    RepeatRow,
    Reverse,
    Shuffle,
    Silence,
    Start,
    Stop,
    Transpose,
    Units,
)
from lstm_core.reading.gates import GATES

KINDS: Mapping[str, type[Intervention]] = MappingProxyType(
    {
        "clamp": ClampGate,
        "silence": Silence,
        "force": Force,
        "start": Start,
        "blank": BlankRows,
        "repeat": RepeatRow,
        "reverse": Reverse,
        "shuffle": Shuffle,
        "transpose": Transpose,
        "stop": Stop,
        "noise": Noise,
    }
)
"""What each is called in an address."""

MAX_UNIT = 100_000
"""No layer has as many; a longer span would only fill memory."""

_NAMES = {kind: name for name, kind in KINDS.items()}
_ALL = "all"


def to_text(interventions: Sequence[Intervention]) -> str:
    """The line that `from_text` reads back; empty for none."""
    return ";".join(_one_to_text(intervention) for intervention in interventions)


def from_text(text: str) -> tuple[Intervention, ...]:
    """The interventions of a line.

    Raises:
        InvalidValue: a piece is no intervention, has too few or too many fields, or a field that breaks its
            rule; or there are more than `MAX_INTERVENTIONS`. Whether the network has such a layer, unit or
            row is for `lstm_core.inside.intervened_reading.changed_image` to say.
    """
    found = [piece for piece in pieces(text) if piece]
    if len(found) > MAX_INTERVENTIONS:
        raise InvalidValue("interventions", f"at most {MAX_INTERVENTIONS} together", len(found))
    return tuple(one_from_text(piece) for piece in found)


def pieces(text: str) -> list[str]:
    """The texts of single interventions in a line, to be read one by one."""
    return [piece.strip() for piece in text.split(";") if piece.strip()]


def one_from_text(piece: str) -> Intervention:
    """One intervention. Raises `InvalidValue` as `from_text` does."""
    name, *values = piece.strip().split(":")
    if name not in KINDS:
        raise InvalidValue("intervention", f"one of {', '.join(KINDS)}", name)
    kind = KINDS[name]
    known = fields(kind)
    needed = sum(field.default is MISSING for field in known)
    if not needed <= len(values) <= len(known):
        rule = f"{name} followed by {' : '.join(field.name for field in known) or 'nothing'}"
        raise InvalidValue("intervention", rule, piece)
    read = {
        field.name: _READERS[str(field.type)](field.name, text)
        for field, text in zip(known, values, strict=False)
    }
    made: Callable[..., Intervention] = kind
    return made(**read)


def units_to_text(units: Units) -> str:
    """Sorted units with what follows each other as a span: ``1-8,12``; ``all`` for the empty tuple.

    >>> units_to_text((1, 2, 3, 12))
    '1-3,12'
    """
    spans: list[list[int]] = []
    for unit in units:
        if spans and spans[-1][1] == unit - 1:
            spans[-1][1] = unit
        else:
            spans.append([unit, unit])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans) or _ALL


def units_from_text(text: str) -> Units:
    """What `units_to_text` wrote, or a person: blanks do not count. Raises `InvalidValue`."""
    text = text.replace(" ", "")
    if text in ("", _ALL):
        return ()
    units: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low = _number("units", first)
        high = _number("units", last) if dash else low
        if not 1 <= low <= high <= MAX_UNIT:
            raise InvalidValue("units", f"numbers from 1 to {MAX_UNIT} and spans such as 1-8", part)
        units.update(range(low, high + 1))
    return tuple(sorted(units))


def intervention_in_words(intervention: Intervention) -> str:
    """A line for people, such as "Forget gate of layer 1 held at 0"."""
    match intervention:
        case ClampGate(layer, gate, value, units):
            return f"{GATES[gate].words.capitalize()} of {_where(layer, units)} held at {_plain(value)}"
        case Silence(layer, units):
            return f"{_where(layer, units, start=True)} silenced"
        case Force(layer, value, units):
            return f"{_where(layer, units, start=True)} forced to show {_plain(value)}"
        case Start(layer, hidden, cell):
            return f"{_where(layer, (), start=True)} starts from h = {_plain(hidden)} and c = {_plain(cell)}"
        case BlankRows(first, last):
            return f"Row {first} blank" if first == last else f"Rows {first} to {last} blank"
        case RepeatRow(row, times):
            return f"Row {row} repeated over the next {times} rows" if times != 1 else f"Row {row} twice"
        case Reverse():
            return "Read upside down, the last row first"
        case Shuffle(seed):
            return f"Rows shuffled (seed {seed})"
        case Transpose():
            return "Columns read instead of rows"
        case Stop(row):
            return f"Reading stops after row {row}"
        case Noise(stddev, seed):
            return f"Noise of standard deviation {_plain(stddev)} (seed {seed})"


def _where(layer: Layer, units: Units, *, start: bool = False) -> str:
    where = "every layer" if layer == EVERY_LAYER else f"layer {layer}"
    if units:
        named = units_to_text(units).replace(",", ", ").replace("-", "–")
        where = f"{'unit' if len(units) == 1 else 'units'} {named} of {where}"
    return f"{where[0].upper()}{where[1:]}" if start else where


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _one_to_text(intervention: Intervention) -> str:
    known = fields(intervention)
    values = [_field_value(field, getattr(intervention, field.name)) for field in known]
    while values and known[len(values) - 1].default == values[-1]:
        values.pop()
    return ":".join([_NAMES[type(intervention)], *map(_value_to_text, values)])


def _field_value(field: Field[Any], value: Any) -> Any:
    return _ALL if field.type == "Layer" and value == EVERY_LAYER else value


def _value_to_text(value: Any) -> str:
    if isinstance(value, tuple):
        return units_to_text(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(name: str, text: str) -> int:
    # int() alone also takes "1_0" and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise InvalidValue(name, "a whole number", text)
    return int(text)


def _layer(name: str, text: str) -> Layer:
    if text == _ALL:
        return EVERY_LAYER
    if number := _number(name, text):
        return number
    raise InvalidValue(name, f"a whole number, at least 1, or `{_ALL}`", text)


def _real(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidValue(name, "a number", text) from error


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "int": _number,
    "Layer": _layer,
    "float": _real,
    "Gate": lambda _, text: text,
    "Units": lambda _, text: units_from_text(text),
}
"""By the type that a field is written with."""
