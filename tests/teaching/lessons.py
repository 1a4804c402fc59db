"""A small network that was trained, drawings for it, and a queue in which nobody trains."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import ByteArray
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.taught import Material, Teaching
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters
from lstm_core.teaching.recipe import fine_tuning
from tests.networks import random_weights

SETTINGS = hyperparameters({"dataset": "digits", "units": (4,), "batch_size": 16})


def drawings(per_class: int = 3, classes: int = 10, side: int = 8) -> tuple[ByteArray, ByteArray]:
    """Images that are light in the row of their label, no two alike, and their labels."""
    labels = np.tile(np.arange(classes, dtype=np.uint8), per_class)
    images = np.random.default_rng(0).integers(0, 60, (len(labels), side, side), np.uint8)
    images[np.arange(len(labels)), labels % side] = 255
    return images, labels


def material(weights: LstmWeights | None = None, name: str = "parent") -> Material:
    images, labels = drawings()
    teaching = Teaching(parent_name=name, drawings=len(images))
    return Material(weights or random_weights((4,)), images, labels, teaching)


def settings_for(given: Material, *, with_data_set: bool = True) -> HyperParameters:
    parent = Parent("", "parent", given.parent, SETTINGS)
    return fine_tuning(parent, given, with_data_set=with_data_set)


def idle(store: RunStore) -> Jobs:
    return Jobs(store, lambda root: None)


def finished_parent(
    store: RunStore, settings: HyperParameters = SETTINGS, seed: int = 0, weights: LstmWeights | None = None
) -> Run:
    """A run that looks as if it had been trained."""
    run = store.create(settings, "digits net")
    run.save_weights(weights or random_weights((4,), seed=seed))
    run.set_status(run.status.model_copy(update={"state": "finished", "step": 30}))
    return run
