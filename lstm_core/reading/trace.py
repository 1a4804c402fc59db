"""Read images row by row: of one image every gate, state and class probability, of many the probabilities.

The equations stand in `reading.recurrence`. Reading one image takes the layers one after the other, so that
the input products of all rows are one matrix product and only the recurrent ones go row by row. Reading
many takes all layers at every row, so that nothing but the last states is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import threadpoolctl

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.reading.cores import cores
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import Array, InitialStates, read_layer, read_row
from lstm_core.reading.recurrence import STATES, State, first_state
from lstm_core.reading.weights import LstmWeights

BLOCK = 256
"""Images that one core reads at a time: enough for fast matrix products, few enough to stay in its cache."""

FEWEST = 32
"""Images that are worth a core of their own."""


@dataclass(frozen=True)
class LayerTrace:
    """What one LSTM layer did, row by row: each array is ``(rows, units)`` float32.

    ``input_gate``, ``forget_gate`` and ``output_gate`` lie in [0, 1], ``candidate`` and ``hidden`` in
    [-1, 1]; ``cell`` is unbounded. Of a layer read in both directions each array is ``(rows, 2 * units)``:
    forward, then backward.
    """

    input_gate: FloatArray
    forget_gate: FloatArray
    candidate: FloatArray
    output_gate: FloatArray
    cell: FloatArray
    hidden: FloatArray


@dataclass(frozen=True)
class GruTrace:
    """What one GRU layer did, shaped as `LayerTrace`; the gates lie in [0, 1], the others in [-1, 1]."""

    update_gate: FloatArray
    reset_gate: FloatArray
    candidate: FloatArray
    hidden: FloatArray


@dataclass(frozen=True)
class RnnTrace:
    """What one simple RNN layer did, shaped as `LayerTrace`, in [-1, 1]."""

    hidden: FloatArray


AnyTrace = LayerTrace | GruTrace | RnnTrace

_TRACES: dict[str, type[AnyTrace]] = {
    "lstm": LayerTrace,
    "gru": GruTrace,
    "rnn": RnnTrace,
}


@dataclass(frozen=True)
class Trace:
    """One reading of one image.

    Attributes:
        probabilities: ``(rows, classes)`` float32; row ``t`` is the softmax head applied to the top
            layer's hidden state after the network has read rows ``0 … t``. Each row sums to 1. With two
            directions row ``t`` has seen the rows below it as well.
        logits: ``(rows, classes)`` float32, the same before the softmax.
        layers: bottom to top, of the network's cell.
    """

    probabilities: FloatArray
    logits: FloatArray
    layers: tuple[AnyTrace, ...]


def read(weights: LstmWeights, image: FloatArray) -> Trace:
    """Read one image from top to bottom, and from the bottom up where a layer has two directions.

    Args:
        weights: the network.
        image: ``(rows, columns)`` float32 in [0, 1], ink 1 and paper 0. Any number of rows is read;
            the number of columns must be the network's.

    Raises:
        InvalidValue: the image is not two-dimensional or has another number of columns.
    """
    if image.ndim != 2 or image.shape[1] != weights.columns or not len(image):
        raise InvalidValue("image", f"of shape (rows, {weights.columns})", image.shape)
    x = _projected(weights, np.ascontiguousarray(image, dtype=np.float32))
    layers = []
    for layer, first in zip(weights.layers, _first_states(weights, x[0]), strict=True):
        layers.append(_read_directions(layer, x, first))
        x = layers[-1].hidden
    logits = x @ weights.head_kernel + weights.head_bias
    return Trace(softmax(logits), logits, tuple(layers))


def read_batch(weights: LstmWeights, images: FloatArray, *, block: int = BLOCK) -> FloatArray:
    """Class probabilities after every row for many images, on all cores there are to use.

    Args:
        weights: the network.
        images: ``(batch, rows, columns)`` float32 in [0, 1].
        block: images that a core reads at a time, at most; memory and speed depend on it, not the result.

    Returns:
        ``(batch, rows, classes)`` float32.

    Raises:
        InvalidValue: the images have no row or another number of columns.
    """
    if images.ndim != 3 or images.shape[2] != weights.columns or not images.shape[1]:
        raise InvalidValue("images", f"of shape (batch, rows, {weights.columns})", images.shape)
    probabilities = np.empty((*images.shape[:2], weights.classes), np.float32)

    def read_block(part: slice) -> None:
        _read_block(weights, np.asarray(images[part], np.float32), probabilities[part])

    _in_blocks(len(images), block, read_block)
    return probabilities


def last_states(weights: LstmWeights, images: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What the top layer remembers after the last row, and what the network makes of it, for many images.

    Args:
        weights: the network.
        images: ``(batch, rows, columns)`` float32 in [0, 1].

    Returns:
        the state ``(batch, units)``, of two directions side by side: the cell state of an LSTM, otherwise the
        hidden state; and the logits ``(batch, classes)``. Both float32.

    Raises:
        InvalidValue: the images have no row or another number of columns.
    """
    if images.ndim != 3 or images.shape[2] != weights.columns or not images.shape[1]:
        raise InvalidValue("images", f"of shape (batch, rows, {weights.columns})", images.shape)
    top = weights.layers[-1]
    states = np.empty((len(images), top.units * (2 if top.backward else 1)), np.float32)
    logits = np.empty((len(images), weights.classes), np.float32)

    def read_block(part: slice) -> None:
        _read_to_the_end(weights, np.asarray(images[part], np.float32), states[part], logits[part])

    _in_blocks(len(images), BLOCK, read_block)
    return states, logits


def read_stack(
    layers: Sequence[LayerWeights], x: Array, initial: Sequence[InitialStates]
) -> list[LayerTrace]:
    """Read ``x`` of shape ``(rows, …, features)`` from given states.

    Args:
        layers: LSTM cells, bottom to top.
        x: what the bottom layer reads.
        initial: each layer's hidden state and cell state before the first row, ``(…, units)``.

    Returns:
        what each layer did, of the dtype of the arguments.
    """
    traces: list[LayerTrace] = []
    for layer, state in zip(layers, initial, strict=True):
        traces.append(LayerTrace(**read_layer(layer, x, state)))
        x = traces[-1].hidden
    return traces


def use_one_core() -> None:
    """Keep each of NumPy's matrix products in this process on one core from now on.

    A reading is many small products: threads gain nothing, and while a training fills every core they wait
    for each other (a median of 24 ms instead of 1.2 ms was measured). `read_batch` gives each core images of
    its own, so it still uses all of them.
    """
    threadpoolctl.threadpool_limits(1, user_api="blas")


def softmax(logits: FloatArray) -> FloatArray:
    """Softmax of ``(…, classes)`` over the last axis, shifted by the maximum so that it cannot overflow."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def _projected(weights: LstmWeights, x: FloatArray) -> FloatArray:
    """``(…, columns)`` as the lowest layer reads it."""
    if weights.projection_kernel is None or weights.projection_bias is None:
        return x
    return x @ weights.projection_kernel + weights.projection_bias


def _first_states(weights: LstmWeights, first_row: FloatArray) -> list[State | None]:
    """The state of each layer before it reads; each follows from the one below."""
    states: list[State | None] = []
    previous = first_row
    for layer in weights.layers:
        state = first_state(layer, previous)
        states.append(state)
        previous = state[0] if state else previous
    return states


def _read_directions(layer: LayerWeights, x: FloatArray, first: State | None) -> AnyTrace:
    """Read ``x`` of shape ``(rows, …, features)``; arrays are ``(rows, …, units of all directions)``."""
    arrays = read_layer(layer, x, first)
    if layer.backward:
        upwards = read_layer(layer.backward, x[::-1])
        arrays = {
            name: np.concatenate([array, upwards[name][::-1]], axis=-1) for name, array in arrays.items()
        }
    return _TRACES[layer.cell](**arrays)


def _in_blocks(images: int, block: int, read_block: Callable[[slice], None]) -> None:
    """Calls ``read_block`` for so many images, at most ``block`` at a time, on all cores there are to use."""
    workers = cores()
    block = min(block, max(FEWEST, math.ceil(images / workers)))
    parts = [slice(start, start + block) for start in range(0, images, block)]
    if len(parts) < 2:
        for part in parts:
            read_block(part)
        return
    # A block a core beats BLAS's own threads, which leave the gates to one core and wait for each other.
    with threadpoolctl.threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        list(pool.map(read_block, parts))


def _read_to_the_end(
    weights: LstmWeights, images: FloatArray, states: FloatArray, logits: FloatArray
) -> None:
    """The last ``states`` of the top layer and ``logits`` of ``images`` ``(batch, rows, columns)``."""
    if any(layer.backward for layer in weights.layers):
        x = _projected(weights, images.swapaxes(0, 1))
        for layer in weights.layers:
            top = _read_directions(layer, x, None)
            x = top.hidden
        states[...] = (top.cell if isinstance(top, LayerTrace) else top.hidden)[-1]
        logits[...] = x[-1] @ weights.head_kernel + weights.head_bias
        return
    *_, (_, found, x) = _row_by_row(weights, images)
    states[...] = found[-1][-1]  # the cell state comes last, where there is one
    logits[...] = x @ weights.head_kernel + weights.head_bias


def _row_by_row(weights: LstmWeights, images: FloatArray) -> Iterator[tuple[int, list[State], FloatArray]]:
    """Each row with the states it leaves, bottom to top, and what the top layer hands on; overwritten by the
    next row. Forward only."""
    states: list[State] = [
        tuple(np.empty((len(images), layer.units), np.float32) for _ in STATES[layer.cell])
        for layer in weights.layers
    ]
    found: list[State | None] = _first_states(weights, _projected(weights, images[:, 0]))
    for row in range(images.shape[1]):
        x = read_row(weights.layers, _projected(weights, images[:, row]), found, states)
        found = list(states)
        yield row, states, x


def _read_block(weights: LstmWeights, images: FloatArray, out: FloatArray) -> None:
    """Probabilities ``out`` ``(batch, rows, classes)`` of ``images`` ``(batch, rows, columns)``."""
    if any(layer.backward for layer in weights.layers):
        x = _projected(weights, images.swapaxes(0, 1))
        for layer in weights.layers:
            x = _read_directions(layer, x, None).hidden
        out[...] = softmax(x @ weights.head_kernel + weights.head_bias).swapaxes(0, 1)
        return
    for row, _, x in _row_by_row(weights, images):
        out[:, row] = softmax(x @ weights.head_kernel + weights.head_bias)
