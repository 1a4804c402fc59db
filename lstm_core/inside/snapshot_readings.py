"""One image read with the weights of many training steps: how a network came to see it as it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, LstmError, WeightsError
from lstm_core.reading.trace import read
from lstm_core.reading.verdict import Verdict, verdict
from lstm_core.reading.weights import LstmWeights

Snapshots = Mapping[int, Callable[[], LstmWeights]]
"""By training step, what loads the weights of then; it may raise `LstmError`."""


@dataclass(frozen=True)
class LearningStory:
    """One image's readings over training.

    Attributes:
        steps: of training, ascending, of the snapshots that could be read.
        probabilities: ``(steps, rows, classes)`` float32, as in `lstm_core.reading.trace.Trace`.
        image: ``(rows, columns)``, what was read.
        unread: by step, why its snapshot could not be read.
        names: what the classes are called, by label; empty where they are digits.
    """

    steps: tuple[int, ...]
    probabilities: FloatArray
    image: FloatArray
    unread: Mapping[int, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the reading at each step came to."""
        return tuple(verdict(probabilities, self.image, self.names) for probabilities in self.probabilities)

    def class_probabilities(self, label: int) -> FloatArray:
        """The probability of ``label`` by row and step: ``(rows, steps)``. Raises `InvalidValue`."""
        classes = self.probabilities.shape[2]
        if not 0 <= label < classes:
            raise InvalidValue("label", f"between 0 and {classes - 1}", label)
        return self.probabilities[..., label].T

    @property
    def settled_step(self) -> int:
        """The first step from which the label of the last one stays the verdict."""
        labels = [found.label for found in self.verdicts]
        others = [number for number, label in enumerate(labels) if label != labels[-1]]
        return self.steps[others[-1] + 1 if others else 0]


def learning_story(snapshots: Snapshots, image: FloatArray) -> LearningStory:
    """Read ``image`` with the weights of every step, one after the other.

    Args:
        snapshots: loaded one at a time. One that cannot be loaded or does not read images of this size is
            left out, and `LearningStory.unread` says why.
        image: ``(rows, columns)`` float32 in [0, 1].

    Raises:
        WeightsError: there is no snapshot, or none can be read.
    """
    if not snapshots:
        raise WeightsError("There is no snapshot of this training.")
    readings: dict[int, FloatArray] = {}
    unread: dict[int, str] = {}
    names: tuple[str, ...] = ()
    for step in sorted(snapshots):
        try:
            weights = snapshots[step]()
            if (weights.rows, weights.columns) != image.shape:
                size = f"{weights.rows} × {weights.columns}"
                raise WeightsError(f"It reads images of {size} pixels, and this one has {_size(image)}.")
            readings[step] = read(weights, image).probabilities
            names = weights.class_names
        except LstmError as error:
            unread[step] = str(error)
    shapes = {probabilities.shape for probabilities in readings.values()}
    if len(shapes) > 1:
        raise WeightsError("The snapshots of this training are of networks with different classes.")
    if not readings:
        raise WeightsError(f"No snapshot of this training can be read. {next(iter(unread.values()))}")
    return LearningStory(tuple(readings), np.stack(list(readings.values())), image, unread, names)


def _size(image: FloatArray) -> str:
    return " × ".join(map(str, image.shape))
