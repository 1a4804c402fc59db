"""Training steps of a digit classifier on one small batch, with all that a step computes left to look at.

The loss is the cross-entropy of the right class, −ln p, after every row: the mean over rows and images. By
the sums before the softmax its derivative is p − y, where y is 1 at the right class and 0 elsewhere (Bridle,
1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs"); from there
`lstm_core.inside.backpropagation` goes through the layers, and `lstm_core.lesson.adam` takes the step. Every
row adds its own part to the gradient of the weights, and the norm of that part says how much the row teaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.inside.backpropagation import LayerGradients, backpropagate
from lstm_core.lesson.adam import Adam
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import Array, InitialStates
from lstm_core.reading.trace import LayerTrace, read_stack, softmax
from lstm_core.reading.weights import LstmWeights

Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Lesson:
    """What a network makes of a batch, and what it could learn from it.

    Attributes:
        probabilities: ``(images, rows, classes)``, of each class after every row.
        loss_by_row: ``(rows,)``, the mean cross-entropy of the images after each row, at least 0.
        layers: the gradients of the loss, of each layer from the bottom to the top.
        head_kernel, head_bias: the gradients of the head, shaped as its weights.
        layers_by_row: ``(layers, rows)``, the norm of what each row adds to a layer's gradients.
        head_by_row: ``(rows,)``, the same for the head.
    """

    probabilities: Array
    loss_by_row: Array
    layers: tuple[LayerGradients, ...]
    head_kernel: Array
    head_bias: Array
    layers_by_row: Array
    head_by_row: Array

    @property
    def loss(self) -> float:
        """The mean over the rows."""
        return float(self.loss_by_row.mean())

    @property
    def gradients(self) -> list[Array]:
        """Of every array of weights, in the order of `parameters`."""
        arrays = [array for one in self.layers for array in (one.kernel, one.recurrent_kernel, one.bias)]
        return [*arrays, self.head_kernel, self.head_bias]


@dataclass(frozen=True)
class Steps:
    """Some training steps in a row on one batch.

    Attributes:
        count: how many, at least 0.
        learning_rate: of Adam.
        before, after: the weights.
        first, last: what the network made of the batch before the first step, and after the last.
    """

    count: int
    learning_rate: float
    before: LstmWeights
    after: LstmWeights
    first: Lesson
    last: Lesson


def parameters(weights: LstmWeights) -> list[Array]:
    """What is learnt: kernel, recurrent kernel and bias of each layer, then the head's kernel and bias."""
    arrays: list[Array] = []
    for layer in weights.layers:
        arrays += [layer.kernel, layer.recurrent_kernel, layer.bias]
    return [*arrays, weights.head_kernel, weights.head_bias]


def lesson(weights: LstmWeights, images: Array, labels: Labels) -> Lesson:
    """Read a batch, and find the gradient of its loss by every weight.

    Args:
        weights: a plain stack of LSTM layers.
        images: ``(images, rows, columns)`` in [0, 1], at least one.
        labels: ``(images,)``, the right class of each, from 0.

    Returns:
        arrays of the dtype of the arguments.

    Raises:
        InvalidValue: the network is no plain stack, or images and labels do not fit it or each other.
    """
    _check(weights, images, labels)
    x = np.ascontiguousarray(images.swapaxes(0, 1))
    traces = read_stack(weights.layers, x, _zero_states(weights, x))
    top = traces[-1].hidden
    probabilities = softmax(top @ weights.head_kernel + weights.head_bias)
    each = np.arange(len(labels))
    loss_by_row = -np.log(np.maximum(probabilities[:, each, labels], np.finfo(x.dtype).tiny)).mean(axis=1)
    wrong = probabilities.copy()
    wrong[:, each, labels] -= 1
    wrong /= len(x) * len(labels)
    found = backpropagate(weights.layers, x, traces, wrong @ weights.head_kernel.T)
    below = [x, *(trace.hidden for trace in traces[:-1])]
    return Lesson(
        probabilities=probabilities.swapaxes(0, 1),
        loss_by_row=loss_by_row,
        layers=found.layers,
        head_kernel=np.einsum("tbu,tbc->uc", top, wrong),
        head_bias=wrong.sum(axis=(0, 1)),
        layers_by_row=np.stack(
            [_by_row(*one) for one in zip(below, traces, found.layers, strict=True)],
        ),
        head_by_row=_norms(top.swapaxes(1, 2) @ wrong, wrong.sum(axis=1)),
    )


class StepTraining:
    """A network that takes one training step after another on the same batch.

    Args:
        weights: where it begins; stays as it is.
        images, labels: the batch, see `lesson`.
        learning_rate: of Adam, above 0 and at most 1; may be changed between steps.

    Attributes:
        weights: as they are now.
        losses: before the first step, and after every step.

    Raises:
        InvalidValue: see `lesson`; or layers share their weights, or the learning rate breaks its rule.
    """

    def __init__(
        self, weights: LstmWeights, images: Array, labels: Labels, learning_rate: float = 0.01
    ) -> None:
        kernels = {id(layer.kernel) for layer in weights.layers}
        if len(kernels) < len(weights.layers):
            raise InvalidValue("weights", "layers with weights of their own", "layers that share them")
        self._images, self._labels = images, labels
        self._now = lesson(weights, images, labels)
        self.weights = weights
        self.losses = [self._now.loss]
        self._learnt = [array.copy() for array in parameters(weights)]
        self._adam = Adam(self._learnt, learning_rate)
        self.learning_rate = learning_rate

    @property
    def steps(self) -> int:
        """Training steps taken."""
        return self._adam.steps

    @property
    def learning_rate(self) -> float:
        return self._adam.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        if not 0 < rate <= 1:
            raise InvalidValue("learning_rate", "above 0 and at most 1", rate)
        self._adam.learning_rate = rate

    def advance(self, count: int) -> Steps:
        """Take ``count`` training steps, at least 0. One of a small network takes some milliseconds.

        Raises:
            InvalidValue: ``count`` is below 0.
        """
        if count < 0:
            raise InvalidValue("count", "at least 0", count)
        before, first = self.weights, self._now
        for _ in range(count):
            self._adam.step(self._now.gradients)
            self.weights = _with(self.weights, self._learnt)
            self._now = lesson(self.weights, self._images, self._labels)
            self.losses.append(self._now.loss)
        return Steps(count, self.learning_rate, before, self.weights, first, self._now)


def _by_row(x: Array, trace: LayerTrace, gradients: LayerGradients) -> Array:
    """The norm of what each row adds to the gradients of a layer, ``(rows,)``."""
    before = np.concatenate([np.zeros_like(trace.hidden[:1]), trace.hidden[:-1]])
    sums = gradients.sums
    return _norms(x.swapaxes(1, 2) @ sums, before.swapaxes(1, 2) @ sums, sums.sum(axis=1))


def _norms(*parts: Array) -> Array:
    """Of arrays ``(rows, …)``: the norm of all numbers of a row together, ``(rows,)``."""
    return np.sqrt(np.sum([(part.reshape(len(part), -1) ** 2).sum(axis=1) for part in parts], axis=0))


def _with(weights: LstmWeights, learnt: Sequence[Array]) -> LstmWeights:
    """The network with a copy of what was learnt, in the order of `parameters`."""
    arrays = iter([array.copy() for array in learnt])
    layers = tuple(LayerWeights(next(arrays), next(arrays), next(arrays)) for _ in weights.layers)
    return replace(weights, layers=layers, head_kernel=next(arrays), head_bias=next(arrays))


def _zero_states(weights: LstmWeights, x: Array) -> list[InitialStates]:
    images = x.shape[1]
    return [(np.zeros((images, n), x.dtype), np.zeros((images, n), x.dtype)) for n in weights.units]


def _check(weights: LstmWeights, images: Array, labels: Labels) -> None:
    if not weights.is_plain:
        raise InvalidValue("weights", "a plain stack of LSTM layers", f"another network ({weights.cell})")
    if images.ndim != 3 or not images.size or images.shape[2] != weights.columns:
        raise InvalidValue("images", f"of shape (images, rows, {weights.columns})", images.shape)
    if labels.shape != images.shape[:1]:
        raise InvalidValue("labels", f"one of each of {len(images)} images", labels.shape)
    if labels.min() < 0 or labels.max() >= weights.classes:
        span = (int(labels.min()), int(labels.max()))
        raise InvalidValue("labels", f"classes from 0 to {weights.classes - 1}", span)
