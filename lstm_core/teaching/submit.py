"""Queue the training that teaches a network somebody's drawings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import ByteArray, FloatArray
from lstm_core.data.datasets import available
from lstm_core.data.held_back import held_back
from lstm_core.data.own.kept import OwnSets
from lstm_core.errors import DataError, InvalidValue
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.taught import Material, Teaching
from lstm_core.teaching.parent import parent_of
from lstm_core.teaching.recipe import fine_tuning, steps_within, with_steps

SECONDS = 15.0
"""How long a teaching takes on two cores, unless told."""

MOST_DRAWINGS = 5_000

_MINE = ", my hand"
"""Ends the name of a run, unless its parent's does already."""


def teach(
    jobs: Jobs,
    images: ByteArray,
    labels: NDArray[np.integer],
    parent: Run | None = None,
    *,
    seconds: float = SECONDS,
    steps: int | None = None,
    name: str = "",
    drawing: FloatArray | None = None,
) -> Submission:
    """Queue a training that goes on with the weights of ``parent`` on somebody's drawings.

    It is a run like any other: it waits in the queue, can be stopped, paused and continued, and the same
    drawings taught to the same network for as many steps are answered with the saved run. Drawings and
    weights are kept with the run. What it changed is told by `lstm_core.runs.taught.teaching_of`.

    The drawings are mixed with the training images of the parent's data set, so that these are not forgotten;
    where the data set is not on this machine the drawings are learnt alone, close to the parent's weights,
    and `Teaching.without` says so.

    Args:
        jobs: the queue.
        images: ``(n, rows, columns)`` uint8 of the size that the parent reads, as the Draw page makes them:
            paper is 0, full ink is 255.
        labels: ``(n,)`` indices into the names of the parent's classes; `labels_of` finds them by name.
        parent: the run whose network is taught; None for the network that ships.
        seconds: how long it may take, about: the number of steps follows from the speed of earlier runs here.
        steps: how many steps to take, instead of as many as fit into ``seconds``.
        name: of the new run; by default it says whose hand was taught to what.
        drawing: ``(rows, columns)`` to be read while the network learns, as `Jobs.submit` takes it.

    Raises:
        InvalidValue: no drawings or too many, of another size, or labels that are no class of the parent;
            ``seconds`` out of range; a bad name.
        WeightsError: the parent has no weights.
        DeviceUnavailable, NotEnoughMemory, StorageError: as `Jobs.submit`.
    """
    found = parent_of(parent)
    _check(images, labels, found)
    without = _without_data_set(found, jobs.store.root)
    teaching = Teaching(parent=found.id, parent_name=found.name, drawings=len(images), without=without)
    material = Material(found.weights, images.astype(np.uint8), labels.astype(np.uint8), teaching)
    settings = fine_tuning(found, material, with_data_set=not without)
    if steps is not None:
        settings = with_steps(steps, settings)
    else:
        passes = 2 if not without and held_back(labels).any() else 1
        settings = steps_within(seconds, settings, jobs.store, passes=passes)
    return jobs.submit(settings, name or _name(found), drawing, material)


def _check(images: ByteArray, labels: NDArray[np.integer], parent: Parent) -> None:
    weights = parent.weights
    wanted = len(labels), weights.rows, weights.columns
    if images.shape != wanted:
        raise InvalidValue("images", f"of shape {wanted}, for {parent.name}", images.shape)
    if not 1 <= len(images) <= MOST_DRAWINGS:
        raise InvalidValue("drawings", f"1 to {MOST_DRAWINGS:,}", len(images))
    if labels.ndim != 1 or labels.min() < 0 or labels.max() >= weights.classes:
        raise InvalidValue("labels", f"from 0 to {weights.classes - 1}", labels.tolist())


def _without_data_set(parent: Parent, root: Path) -> str:
    """Why the drawings are to be learnt alone, in a sentence; empty where the parent's data set is there."""
    info, weights = parent.settings.info, parent.weights
    alone = "so the drawings are learnt alone, close to the weights of before."
    if (info.rows, info.columns, info.names) != (weights.rows, weights.columns, weights.names):
        return f"No data set is known that has this network's images and classes, {alone}"
    if not available(info.name, root=root):
        return f"{info.title} is not on this machine, {alone}"
    if info.is_own:
        try:
            same = OwnSets(root).get(info.name).info.fingerprint == info.fingerprint
        except DataError as error:
            return f"{str(error).rstrip('.')}, {alone}"
        if not same:
            return f"The data set {info.name} is another one now, {alone}"
    return ""


def _name(parent: Parent) -> str:
    """Such as "mnist 256-256 adam, my hand"."""
    name = parent.name.removesuffix(_MINE) if parent.id else "Shipped network"
    return f"{name[: MAX_NAME - len(_MINE)].rstrip()}{_MINE}"
