"""What stands in the form → `HyperParameters`, or which field breaks which rule. Knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dashboard.train.address import EPOCHS, Values, preset_values
from dashboard.train.choice_titles import choice_in_words
from lstm_core.errors import DeviceUnavailable, InvalidValue, LstmError
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.devices import Device, choose
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import broken_rules, device_rules
from lstm_core.settings.run_key import without_effect
from lstm_core.settings.validation import with_valid_fields


@dataclass(frozen=True)
class Checked:
    """Form values after checking.

    Attributes:
        settings: what would be trained; None while a field is wrong.
        device: where; the first there is while the choice is wrong.
        problems: by field, the rule it breaks, for people.
        idle: by field, why there is nothing to choose at the moment, for people.
    """

    settings: HyperParameters | None
    device: Device
    problems: Mapping[str, str]
    idle: Mapping[str, str]


def check(
    values: Values,
    devices: Sequence[Device],
    first_weights: Callable[[HyperParameters], object] = lambda settings: None,
) -> Checked:
    """Check every field on its own, so that all that is wrong is said at once, then all together.

    Args:
        values: form values of every field; with ``epochs`` these decide the steps.
        devices: those on this machine.
        first_weights: finds the weights the settings start from; raises `LstmError` when it cannot.
    """
    problems: dict[str, str] = {}
    values = dict(values)
    if EPOCHS in values:
        try:
            values["steps"] = steps_of(values.pop(EPOCHS), values["dataset"], values["batch_size"])
        except InvalidValue as error:
            if error.field != "dataset":  # which is named at its own field
                problems["steps"] = _problem(EPOCHS, error.rule, error.value)
            values["steps"] = FIELDS["steps"].default
    for name, value in values.items():
        try:
            with_valid_fields({name: value})
        except InvalidValue as error:
            problems.setdefault(name, _problem(name, error.rule, value))
    device = devices[0]
    try:
        device = choose(values["device"], list(devices))
    except DeviceUnavailable as error:
        problems.setdefault("device", str(error))
    made = with_valid_fields({name: value for name, value in values.items() if name not in problems})
    if not problems:  # a rule that is broken together with a default is none of the person's
        together = {**_refused_by(device, made), **broken_rules(made)}
        problems.update({name: _problem(name, rule, values[name]) for name, rule in together.items()})
    if not problems:
        try:
            first_weights(made)
        except LstmError as error:
            problems["initial_kernel"] = str(error)
    idle = {name: why for name, why in _idle(made).items() if name not in problems}
    settings = None if problems else made
    return Checked(settings, device, MappingProxyType(problems), MappingProxyType(idle))


def _refused_by(device: Device, made: HyperParameters) -> Mapping[str, str]:
    return {field: rule for field, rule, broken in device_rules(made, device) if broken}


def _idle(made: HyperParameters) -> Mapping[str, str]:
    """Fields whose value changes nothing, and those whose every other choice would be refused."""
    idle = dict(without_effect(made))
    for name, field in FIELDS.items():
        chosen = getattr(made, name)
        others = [option for option in field.choices if option != chosen]
        rules = [broken_rules(made.model_copy(update={name: option})).get(name) for option in others]
        if rules and all(rules):
            idle[name] = f"It must be {rules[0]}."
    return idle


def steps_of(epochs: float | None, dataset: str, batch_size: int | None) -> int:
    """Optimiser steps in so many epochs, at least one.

    Raises:
        InvalidValue: the epochs are not positive, or come to too many steps; or there is no such dataset.
    """
    if epochs is None:
        raise InvalidValue(EPOCHS, "a positive number", epochs)
    # Not validated, as a wrong batch size is named at its own field.
    form: Values = {"dataset": dataset, "batch_size": max(1, batch_size or 1)}
    own = with_valid_fields({"dataset": dataset}).own_data
    return HyperParameters.model_construct(**form, own_data=own).steps_for(epochs)


@dataclass(frozen=True)
class Difference:
    """One setting that is not as it is usually.

    Attributes:
        name: of the field, or ``epochs``.
        label, usual, chosen: for people.
    """

    name: str
    label: str
    usual: str
    chosen: str

    def __str__(self) -> str:
        """Such as ``Dropout rate 0.5 → 0.1``."""
        return f"{self.label} {self.usual} → {self.chosen}" if self.usual else f"{self.label} {self.chosen}"


def differences(preset: str, values: Values) -> list[Difference]:
    """What differs from a preset."""
    usual = preset_values(preset, values.get("dataset", ""))
    found = []
    for name, value in values.items():
        if name == EPOCHS:
            found.append(Difference(name, "Epochs", "", choice_in_words(name, value)))
        elif value != usual[name] and not (name == "steps" and EPOCHS in values):
            label = FIELDS[name].label
            found.append(
                Difference(name, label, choice_in_words(name, usual[name]), choice_in_words(name, value))
            )
    return found


def _problem(name: str, rule: str, value: Any) -> str:
    if value is None or value == "":
        return f"`{name}` must be {rule}; it is empty"
    return str(InvalidValue(name, rule, value))
