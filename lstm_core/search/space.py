"""Which settings a search varies, and within which bounds: fields of the form as ranges or sets.

learning_rate=0.0005..0.02:log     a range, searched evenly in the logarithm
dropout=0..0.6                     a range
units=32|64|64,64                  a set
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.settings.descriptions import FIELDS, FieldDescription
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import as_typed, with_changes, with_valid_fields

OPTION = "--range"
LOGARITHMIC = ":log"

_NOT_SEARCHED = {
    "dataset": "accuracies on different data say nothing about each other",
    "seed": "a seed is chance, not a setting; the winner is trained again over fresh seeds",
    "initial_kernel": "it is the name of a file",
}
"""Fields that shape the result and yet are nothing to search over, and why."""

SEARCHED = tuple(name for name, field in FIELDS.items() if field.shapes_result and name not in _NOT_SEARCHED)
"""Names of the fields that can be searched over."""

DIGITS = 4
"""Significant digits of the numbers that a search tries, so that a person can type them again."""


@dataclass(frozen=True)
class SearchedField:
    """One field and what may become of it: a range, or a set when there are ``choices``.

    Attributes:
        name: of the field.
        low, high: ends of a range, both tried; 0 for a set.
        log: whether the range is searched evenly in the logarithm.
        choices: of a set; layers as a text, such as ``"64,64"``.
    """

    name: str
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[str | int | float, ...] = ()

    @property
    def description(self) -> FieldDescription:
        return FIELDS[self.name]

    def value(self, parameter: str | float) -> str | int | float:
        """The value of the field that a trial's parameter stands for."""
        if self.choices or not isinstance(parameter, float):
            return parameter
        return min(max(float(f"{parameter:.{DIGITS}g}"), self.low), self.high)

    def parameter(self, settings: HyperParameters) -> str | int | float | None:
        """The trial's parameter that stands for what ``settings`` have; None where that is not among them."""
        value = as_typed(getattr(settings, self.name))
        within = value in self.choices if self.choices else self.low <= float(value) <= self.high
        return value if within else None

    def __str__(self) -> str:
        """As a command line takes it, and `searched_field` reads it again."""
        if self.choices:
            return f"{self.name}={'|'.join(map(_written, self.choices))}"
        ends = f"{_written(self.low)}..{_written(self.high)}"
        return f"{self.name}={ends}{LOGARITHMIC if self.log else ''}"


@dataclass(frozen=True)
class SearchSpace:
    """Every field that a search varies, each once, at least one."""

    fields: tuple[SearchedField, ...]

    def settings(self, base: HyperParameters, parameters: Mapping[str, Any]) -> HyperParameters:
        """``base`` with what the parameters of a trial stand for.

        Raises:
            InvalidValue: they do not go together.
        """
        values = {field.name: field.value(parameters[field.name]) for field in self.fields}
        return with_changes(base, **values)

    def parameters(self, settings: HyperParameters) -> dict[str, Any] | None:
        """The parameters of a trial of ``settings``; None where these are not within the space."""
        found = {field.name: field.parameter(settings) for field in self.fields}
        return None if None in found.values() else found

    def __str__(self) -> str:
        return ", ".join(map(str, self.fields))


def search_space(texts: Iterable[str]) -> SearchSpace:
    """The space that ``FIELD=RANGE`` texts describe.

    Raises:
        InvalidValue: a text that cannot be read or breaks the rule of its field, a field that stands there
            twice, or no field at all.
    """
    fields = tuple(searched_field(text) for text in texts)
    if not fields:
        raise InvalidValue(OPTION, "given at least once, such as learning_rate=0.0005..0.02:log", "nothing")
    names = [field.name for field in fields]
    for name in names:
        if names.count(name) > 1:
            raise InvalidValue(OPTION, "given once for every field", name)
    return SearchSpace(fields)


def searched_field(text: str) -> SearchedField:
    """Read ``FIELD=LOW..HIGH``, ``FIELD=LOW..HIGH:log`` or ``FIELD=VALUE|VALUE``.

    Raises:
        InvalidValue: there is no such field, it cannot be searched over, or a value breaks its rule.
    """
    name, equals, wanted = (part.strip() for part in text.partition("="))
    if not equals or not wanted:
        raise InvalidValue(OPTION, "FIELD=LOW..HIGH, FIELD=LOW..HIGH:log or FIELD=VALUE|VALUE", text)
    if why := _NOT_SEARCHED.get(name):
        raise InvalidValue(OPTION, f"of another field ({why})", name)
    if name not in SEARCHED:
        raise InvalidValue(OPTION, f"of one of {', '.join(SEARCHED)}", name)
    if "|" in wanted:
        return _set(name, wanted)
    if ".." in wanted:
        return _range(name, wanted)
    raise InvalidValue(name, "a range such as 1..2 or a set such as 1|2 in a search", wanted)


def _set(name: str, wanted: str) -> SearchedField:
    choices = tuple(as_typed(_valid(name, part.strip())) for part in wanted.split("|"))
    if len(set(choices)) < len(choices):
        raise InvalidValue(name, "a set of different values", wanted)
    return SearchedField(name, choices=choices)


def _range(name: str, wanted: str) -> SearchedField:
    field = FIELDS[name]
    if field.kind not in (int, float):
        raise InvalidValue(name, "a set such as A|B, since it is no number", wanted)
    log = wanted.endswith(LOGARITHMIC)
    low, high = (_valid(name, end.strip()) for end in wanted.removesuffix(LOGARITHMIC).split("..", 1))
    if not low < high:
        raise InvalidValue(name, "a range from a smaller to a larger number", wanted)
    if log and low <= 0:
        raise InvalidValue(name, "a range above 0, where it is logarithmic", wanted)
    return SearchedField(name, low, high, log)


def _valid(name: str, text: str) -> Any:
    return getattr(with_valid_fields({name: text}), name)


def _written(value: str | float) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.17g}" if float(f"{value:g}") != value else f"{value:g}"
    return str(value)
