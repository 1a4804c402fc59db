"""What a tracker says of a run besides its curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lstm_core.errors import RunError
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import as_typed, with_changes

Value = str | int | float | bool


@dataclass(frozen=True)
class Subject:
    """The run that curves are of.

    Attributes:
        id: its identifier.
        name: its name.
        created: seconds since the epoch.
        settings: every setting, as trackers take them; several numbers become a text such as ``256,256``.
        group: the same for runs that differ in nothing but the seed.
    """

    id: str
    name: str
    created: float
    settings: Mapping[str, Value]
    group: str


def subject_of(run: Run) -> Subject:
    """What is known of ``run``.

    Raises:
        RunError: it was not trained here, so it has no curves.
        RunDamaged
    """
    identity = run.identity
    if identity.origin:
        brought = f"{identity.name} was brought in from {identity.origin.file}"
        raise RunError(f"{brought}: how it was trained is not known.")
    settings = run.hyperparameters
    return Subject(
        run.id, identity.name, identity.created, _values(settings), run_key(with_changes(settings, seed=0))
    )


def _values(settings: HyperParameters) -> dict[str, Value]:
    dumped = settings.model_dump(mode="json", exclude={"own_data"})
    return {name: _value(value) for name, value in dumped.items() if value is not None}


def _value(value: object) -> Value:
    typed = as_typed(value)
    return typed if isinstance(typed, str | int | float | bool) else str(typed)
