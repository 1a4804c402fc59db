"""Queue a training that starts from what another network has learnt, with other settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.parent import Parent
from lstm_core.runs.taught import Material, Teaching
from lstm_core.settings.fine_tuning import FineTuning
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import as_typed, hyperparameters

NETWORK = ("units", "cell", "direction", "layer_weights", "input_projection", "initial_state")
"""Fields that decide which weights there are; they cannot be changed."""

_NOT_TYPED = {"own_data", "fine_tuning", "initializer", "initial_kernel"}
"""Fields that follow from the others."""

_FURTHER = ", further"
"""Ends the name of a run."""


def go_on(jobs: Jobs, changes: Mapping[str, Any], parent: Parent, *, name: str = "") -> Submission:
    """Queue a training that starts from the weights of ``parent`` and has its settings, but for ``changes``.

    It learns a data set: with other variations of the images, a smaller learning rate, or another data set
    with the same classes. The optimiser starts anew. The test images are read with the parent, too, and
    `lstm_core.runs.taught.teaching_of` tells what changed.

    Args:
        jobs: the queue.
        changes: values of settings by field; strings are accepted for every field.
        parent: the network whose weights it starts from.
        name: of the new run; by default it says what it started from.

    Raises:
        InvalidValue: no changes; a value that breaks its rule; another network than the parent, images of
            another size or other classes; a bad name.
        DeviceUnavailable, NotEnoughMemory, StorageError: as `Jobs.submit`.
    """
    weights = parent.weights
    settings = _changed(parent, changes)
    before, after = (one.model_dump(exclude=_NOT_TYPED) for one in (parent.settings, settings))
    other = {field: str(as_typed(value)) for field, value in after.items() if value != before[field]}
    material = Material(
        weights,
        np.zeros((0, weights.rows, weights.columns), np.uint8),
        np.zeros(0, np.uint8),
        Teaching(parent=parent.id, parent_name=parent.name, drawings=0, changes=other),
    )
    called = parent.name if parent.id else "Shipped network"
    name = name or called[: MAX_NAME - len(_FURTHER)].rstrip() + _FURTHER
    return jobs.submit(settings, name, material=material)


def _changed(parent: Parent, changes: Mapping[str, Any]) -> HyperParameters:
    """The parent's settings with ``changes``. Raises `InvalidValue` where its weights do not fit them."""
    if not changes:
        raise InvalidValue("changes", "at least one setting that is to be other than before", "nothing")
    weights = parent.weights
    before = parent.settings.model_dump() | {"initializer": "keras", "initial_kernel": ""}
    if "dataset" in changes:
        before["own_data"] = None  # which is of the data set before
    before["fine_tuning"] = FineTuning(parent=weights.fingerprint)
    settings = hyperparameters({**before, **changes})
    for field in NETWORK:
        wanted, given = getattr(parent.settings, field), getattr(settings, field)
        if wanted != given:
            raise InvalidValue(field, f"{as_typed(wanted)}, as in {parent.name}", as_typed(given))
    if settings.initializer == "csv":
        raise InvalidValue("initializer", f"another than csv: it starts from {parent.name}", "csv")
    info = settings.info
    if (info.rows, info.columns) != (weights.rows, weights.columns):
        size = f"of {weights.rows} × {weights.columns} images, which {parent.name} reads"
        raise InvalidValue("dataset", size, info.name)
    if info.names != weights.names:
        raise InvalidValue("dataset", f"of the classes {', '.join(weights.names)}", info.name)
    return settings
