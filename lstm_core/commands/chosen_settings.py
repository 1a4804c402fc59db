"""Settings as the command line gives them: a preset, and what differs from it."""

from __future__ import annotations

from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import InvalidValue
from lstm_core.files import home
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes


def chosen_settings(
    preset_name: str, assignments: tuple[str, ...], dataset: str | None = None, epochs: float | None = None
) -> HyperParameters:
    """The settings that the options name.

    Args:
        preset_name: of ``--preset``.
        assignments: of ``--set``, each ``FIELD=VALUE``.
        dataset: of ``--dataset``.
        epochs: of ``--epochs``; they set the steps.

    Raises:
        InvalidValue: an option that cannot be followed.
    """
    values = ({"dataset": dataset} if dataset else {}) | assigned(assignments)
    chosen = preset(preset_name)
    if chosen.for_own_data and "dataset" not in values:
        there = ", ".join(OwnSets(home()).names()) or "none yet; add one with `data add`"
        raise InvalidValue("--dataset", f"named with --preset {chosen.name} (your own: {there})", "nothing")
    settings = with_changes(chosen.settings(values.get("dataset")), **values)
    return with_changes(settings, steps=settings.steps_for(epochs)) if epochs is not None else settings


def assigned(assignments: tuple[str, ...]) -> dict[str, str]:
    """The values of ``--set`` by field, each given as ``FIELD=VALUE``. Raises `InvalidValue`."""
    values = {}
    for assignment in assignments:
        field, equals, value = assignment.partition("=")
        if not equals:
            raise InvalidValue("--set", "FIELD=VALUE", assignment)
        values[field.strip()] = value.strip()
    return values
