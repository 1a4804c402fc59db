"""Which test digits a layer of the network takes for nearly the same: nearest hidden states, common units.

A hidden state lies in [-1, 1] and is kept in steps of 1/127, one byte a unit: the layer's states after every
row of 10,000 digits take 28 × 10,000 × units bytes, 72 MB for 256 units and 287 MB for 1,024. No state is
off by more than 1/254. (Measured on one core: a row of 256 units is compared in 0.3 ms this way and in
3.1 ms from float16, which NumPy converts number by number.)
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue
from lstm_core.reading.cores import cores
from lstm_core.reading.layers import read_row
from lstm_core.reading.recurrence import State
from lstm_core.reading.trace import BLOCK
from lstm_core.reading.weights import LstmWeights

Measure = Literal["cosine", "euclidean"]
STEPS = 127
"""Steps of a kept hidden state between 0 and 1."""

_TINY = 1e-12


@dataclass(frozen=True)
class Index:
    """The hidden states of one layer for many digits.

    Attributes:
        codes: ``(rows, n, units)`` int8, the hidden state after each row times `STEPS`.
        squares: ``(rows, n)`` float32, the squared length of each kept state, decoded.
        readings: ``(rows, n)`` uint8, the most probable class after each row.
    """

    codes: NDArray[np.int8]
    squares: FloatArray
    readings: NDArray[np.uint8]

    @property
    def rows(self) -> int:
        return len(self.codes)

    @property
    def units(self) -> int:
        return self.codes.shape[2]

    def __len__(self) -> int:
        return self.codes.shape[1]


@dataclass(frozen=True)
class Neighbours:
    """Digits, nearest first.

    Attributes:
        digits: ``(k,)`` their places in the index.
        values: ``(k,)`` cosine similarity in [-1, 1], or Euclidean distance ≥ 0.
    """

    digits: NDArray[np.intp]
    values: FloatArray


@dataclass(frozen=True)
class SameUnits:
    """Digits that switch on what this digit switches on, most units first.

    Attributes:
        units: ``(u,)`` the units, from 0, whose hidden state is over the threshold here.
        digits: ``(k,)`` places in the index.
        counts: ``(k,)`` how many of ``units`` are over the threshold there.
    """

    units: NDArray[np.intp]
    digits: NDArray[np.intp]
    counts: NDArray[np.intp]


def build(
    weights: LstmWeights, split: Split, layer: int, progress: Callable[[int], object] | None = None
) -> Index:
    """Read every digit once and keep the hidden states of one layer.

    Args:
        weights: a plain stack of LSTM layers that read from the top down and start at zero.
        split: digits of the size the network reads.
        layer: from 0.
        progress: told the digits done, in the caller's thread.

    Raises:
        InvalidValue: there is no such layer, or the digits have another size.
    """
    if not 0 <= layer < len(weights.layers):
        raise InvalidValue("layer", f"between 0 and {len(weights.layers) - 1}", layer)
    n, rows, columns = split.images.shape
    if columns != weights.columns:
        raise InvalidValue("split", f"of images with {weights.columns} columns", split.images.shape)
    units = weights.layers[layer].units
    index = Index(
        np.empty((rows, n, units), np.int8), np.empty((rows, n), np.float32), np.empty((rows, n), np.uint8)
    )
    starts = range(0, n, BLOCK)
    one_block = partial(_read_block, weights, split, layer, index)
    with threadpoolctl.threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(cores()) as pool:
        for number, _ in enumerate(pool.map(one_block, starts), start=1):
            if progress:
                progress(min(number * BLOCK, n))
    return index


def nearest(
    index: Index, hidden: FloatArray, first: int, last: int, measure: Measure, count: int
) -> Neighbours:
    """The digits whose hidden states at rows ``first … last``, one after the other, are nearest to these.

    The states of all these rows are compared as one long vector: a digit is near if the layer went through
    nearly the same states at the same rows. All-zero states have a cosine similarity of 0 to everything.

    Args:
        index: of the layer.
        hidden: ``(rows, units)`` the layer's hidden states while it read this digit, in [-1, 1].
        first, last: from 0, both included.
        measure: "cosine" similarity, or "euclidean" distance.
        count: how many digits, at least 1; fewer if the index holds fewer.

    Raises:
        InvalidValue: the rows, the states' shape, the measure or the count is none.
    """
    _check(index, hidden, count)
    if not 0 <= first <= last < index.rows:
        raise InvalidValue("rows", f"a range within 0 … {index.rows - 1}", (first, last))
    if measure not in get_args(Measure):
        raise InvalidValue("measure", f"one of {', '.join(get_args(Measure))}", measure)
    rows = range(first, last + 1)
    products = np.sum([_products(index, hidden, row) for row in rows], axis=0)
    squares = index.squares[first : last + 1].sum(axis=0)
    square = float(np.square(hidden[first : last + 1], dtype=np.float64).sum())
    if measure == "cosine":
        values = products / np.sqrt(np.maximum(squares * square, _TINY))
        order = np.argsort(-values, kind="stable")[:count]
    else:
        values = np.sqrt(np.maximum(squares + square - 2 * products, 0))
        order = np.argsort(values, kind="stable")[:count]
    return Neighbours(order, values[order].astype(np.float32))


def same_units(index: Index, hidden: FloatArray, row: int, threshold: float, count: int) -> SameUnits:
    """The digits that switch on most of the units that this digit switches on at a row.

    A unit is on when its hidden state is over the threshold. Of digits with equally many, the one whose
    state has the greater cosine similarity comes first.

    Args:
        index: of the layer.
        hidden: ``(rows, units)`` the layer's hidden states while it read this digit.
        row: from 0.
        threshold: in [-1, 1].
        count: how many digits, at least 1. None are found when no unit is on.

    Raises:
        InvalidValue: the row, the states' shape, the threshold or the count is none.
    """
    _check(index, hidden, count)
    if not 0 <= row < index.rows:
        raise InvalidValue("row", f"between 0 and {index.rows - 1}", row)
    if not -1 <= threshold <= 1:
        raise InvalidValue("threshold", "in [-1, 1]", threshold)
    units = np.flatnonzero(hidden[row] > threshold)
    if not len(units):
        nothing = np.zeros(0, np.intp)
        return SameUnits(units, nothing, nothing)
    on = index.codes[row] > np.floor(threshold * STEPS)
    counts = on @ np.isin(np.arange(index.units), units).astype(np.float32)
    similar = _products(index, hidden, row) / np.sqrt(np.maximum(index.squares[row], _TINY))
    order = np.lexsort((-similar, -counts))[:count]
    return SameUnits(units, order, counts[order].astype(np.intp))


def _check(index: Index, hidden: FloatArray, count: int) -> None:
    if hidden.shape != (index.rows, index.units):
        raise InvalidValue("hidden", f"of shape {(index.rows, index.units)}", hidden.shape)
    if count < 1:
        raise InvalidValue("count", "at least 1", count)


def _products(index: Index, hidden: FloatArray, row: int) -> FloatArray:
    """Dot products ``(n,)`` of every kept state with this one; a block at a time stays in the cache."""
    scaled = hidden[row].astype(np.float32) / np.float32(STEPS)
    codes = index.codes[row]
    parts = [codes[at : at + BLOCK].astype(np.float32) @ scaled for at in range(0, len(index), BLOCK)]
    return np.concatenate(parts)


def _read_block(weights: LstmWeights, split: Split, layer: int, index: Index, start: int) -> None:
    part = slice(start, start + BLOCK)
    images = np.divide(split.images[part], 255, dtype=np.float32)
    states: list[State] = [
        (np.empty((len(images), one.units), np.float32), np.empty((len(images), one.units), np.float32))
        for one in weights.layers
    ]
    found: list[State | None] = [None] * len(states)
    for row in range(images.shape[1]):
        top = read_row(weights.layers, images[:, row], found, states)
        found = list(states)
        codes = np.rint(states[layer][0] * STEPS)
        index.codes[row, part] = codes
        index.squares[row, part] = np.square(codes / STEPS).sum(axis=1)
        index.readings[row, part] = (top @ weights.head_kernel + weights.head_bias).argmax(axis=1)
