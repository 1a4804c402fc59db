"""What stands in the form → `HyperParameters`, or which field breaks which rule. Knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dashboard.address import EPOCHS, Values, preset_values
from lstm_core.devices import Device, choose
from lstm_core.errors import DeviceUnavailable, InvalidValue
from lstm_core.hyperparameters import FIELDS, HyperParameters, hyperparameters


@dataclass(frozen=True)
class Checked:
    """Form values after checking.

    Attributes:
        settings: what would be trained; None while a field is wrong.
        device: where; the first there is while the choice is wrong.
        problems: by field, the rule it breaks, for people.
    """

    settings: HyperParameters | None
    device: Device
    problems: Mapping[str, str]


def check(values: Values, devices: Sequence[Device]) -> Checked:
    """Check every field on its own, so that all that is wrong is said at once, then all together.

    Args:
        values: form values of every field; with ``epochs`` these decide the steps.
        devices: those on this machine.
    """
    problems: dict[str, str] = {}
    values = dict(values)
    if EPOCHS in values:
        try:
            values["steps"] = steps_of(values.pop(EPOCHS), values["dataset"], values["batch_size"])
        except InvalidValue as error:
            problems["steps"] = _problem(EPOCHS, error.rule, error.value)
            values["steps"] = FIELDS["steps"].default
    for name, value in values.items():
        among = {"dataset": values["dataset"]} if name == "batch_size" else {}
        try:
            hyperparameters({**among, name: value})
        except InvalidValue as error:
            problems.setdefault(name, _problem(name, error.rule, value))
    device = devices[0]
    try:
        device = choose(values["device"], list(devices))
    except DeviceUnavailable as error:
        problems.setdefault("device", str(error))
    if values["precision"] == "mixed" and not device.is_gpu:
        problems["precision"] = str(InvalidValue("precision", "float32 on a CPU", "mixed"))
    settings = None if problems else hyperparameters(values)
    return Checked(settings, device, MappingProxyType(problems))


def steps_of(epochs: float | None, dataset: str, batch_size: int | None) -> int:
    """Optimiser steps in so many epochs, at least one.

    Raises:
        InvalidValue: the epochs are not positive, or come to too many steps.
    """
    most = FIELDS["steps"].maximum or 0
    if epochs is None or not epochs > 0:
        raise InvalidValue(EPOCHS, "a positive number", epochs)
    # Not validated, as a wrong batch size is named at its own field.
    form: Values = {"dataset": dataset, "batch_size": max(1, batch_size or 1)}
    steps = HyperParameters.model_construct(**form).steps_for(epochs)
    if steps > most:
        raise InvalidValue(EPOCHS, f"so few that they make at most {most:,.0f} steps", epochs)
    return steps


def differences(preset: str, values: Values) -> list[str]:
    """What differs from a preset, such as ``Dropout rate 0.5 → 0.1``."""
    usual = preset_values(preset)
    said = []
    for name, value in values.items():
        if name == EPOCHS:
            said.append(f"Epochs {_say(value)}")
        elif value != usual[name] and not (name == "steps" and EPOCHS in values):
            said.append(f"{FIELDS[name].label} {_say(usual[name])} → {_say(value)}")
    return said


def _problem(name: str, rule: str, value: Any) -> str:
    if value is None or value == "":
        return f"`{name}` must be {rule}; it is empty"
    return str(InvalidValue(name, rule, value))


def _say(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return f"{value:g}" if isinstance(value, float) else str(value)
