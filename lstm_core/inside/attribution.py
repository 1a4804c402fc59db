"""What made a network decide: which pixels and which rows the score of a class hangs on, after a chosen row.

After the last row a network that is sure hardly answers to a change; at the row where its verdict was
settled it still does. Two answers, and they need not agree, because the network is not linear. (A third, what
each row added as it was read, is exact and adds up: `inside.margin`.)

**The gradient** (Simonyan, Vedaldi & Zisserman, 2014, "Deep Inside Convolutional Networks", section 3) says
what an infinitely small change of a pixel would do to the logit. It is exact, backpropagated through
all rows and layers by `inside.backpropagation`. Times the ink, summed over pixels, it is the first-order
Taylor estimate of what the ink did (Shrikumar et al., 2017, "Learning Important Features Through Propagating
Activation Differences", section 3.1). Such contributions are *not complete*: they need not sum to the
difference that all the ink makes, score(image) − score(blank page), and usually do not, since gates saturate.
`Attribution.unexplained` is what is lacking. (Integrated gradients, Sundararajan et al., 2017, "Axiomatic
Attribution for Deep Networks", do sum to it, but slowly: with the weights that ship the mean error was 0.5
with 32 readings, 0.1 with 64 and 0.01 with 128, which took a second. So they are not offered.)

**Leaving a row out** and reading again is no estimate, but it asks about one row at a time; two rows that say
the same stand in for each other. There are two ways to leave row k out:

* ``skip``: the row is not read at all. The state after row k-1 meets row k+1, as if the image had one row
  less.
* ``blank``: the row is read with no ink in it. Everything below stays where it was.

Both equal reading the changed image from the start; the state before row k is not computed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.inside.backpropagation import backpropagate
from lstm_core.reading.layers import read_row
from lstm_core.reading.trace import LayerTrace, Trace, read
from lstm_core.reading.weights import LstmWeights

Way = Literal["skip", "blank"]
"""How a row is left out."""


@dataclass(frozen=True)
class Attribution:
    """What the score of one reading after a row hangs on. All arrays are float32; 0 at the rows below it.

    Attributes:
        score: the chosen class's logit after the row, less that of the class it is compared with.
        blank_score: the same of a page without ink.
        pixels: ``(rows, columns)``, the derivative of the score by each pixel.
        contributions: ``(rows, columns)``, ``pixels`` times the ink.
        hidden_norms: ``(layers, rows)``, the Euclidean norm of the derivative by each layer's hidden state of
            a row, bottom to top: what it changes through the layers above and through the gates of all later
            rows, the row's cell state held fast.
        cell_norms: ``(layers, rows)``, the same by the cell state, with what it changes through the row's
            hidden state and, row by row through the forget gates, through all later cell states.
    """

    score: float
    blank_score: float
    pixels: FloatArray
    contributions: FloatArray
    hidden_norms: FloatArray
    cell_norms: FloatArray

    @property
    def row_norms(self) -> FloatArray:
        """``(rows,)``, the norm of the derivative by a row of pixels."""
        norms: FloatArray = np.linalg.norm(self.pixels, axis=1)
        return norms

    @property
    def row_contributions(self) -> FloatArray:
        """``(rows,)``, the contributions of a row's pixels together."""
        sums: FloatArray = self.contributions.sum(axis=1)
        return sums

    @property
    def unexplained(self) -> float:
        """What the contributions lack of ``score - blank_score``; 0 in a linear network."""
        return self.score - self.blank_score - float(self.contributions.sum(dtype=np.float64))


def attribute(
    weights: LstmWeights,
    image: FloatArray,
    trace: Trace,
    label: int,
    against: int | None = None,
    *,
    row: int | None = None,
) -> Attribution:
    """What the logit of class ``label`` after a row hangs on, or by how much it exceeds that of ``against``.

    Args:
        weights: a plain stack of LSTM layers that read forward from a zero state.
        image: ``(rows, columns)`` float32 in [0, 1], ink 1.
        trace: its reading by ``weights``.
        label: the chosen class.
        against: another class, for the difference of two logits; None for the logit of ``label`` alone.
        row: counted from 1; None for the last.

    Raises:
        InvalidValue: a class or the row is none, both classes are the same, the network is no plain stack of
            LSTM layers, or the image or the trace do not fit it.
    """
    layers = _checked(weights, image, trace)
    direction = _direction(weights, label, against)
    at = _row(row, len(image)) - 1
    top = np.zeros_like(layers[-1].hidden)
    top[at] = weights.head_kernel @ direction
    found = backpropagate(weights.layers, image, layers, top)
    hidden = [of_layer.hidden for of_layer in found.layers]
    cell = [_by_cell(layer, gradient) for layer, gradient in zip(layers, hidden, strict=True)]
    return Attribution(
        score=float(trace.logits[at] @ direction),
        blank_score=float(read(weights, np.zeros_like(image)).logits[at] @ direction),
        pixels=found.inputs,
        contributions=found.inputs * image,
        hidden_norms=np.stack([np.linalg.norm(gradient, axis=1) for gradient in hidden]),
        cell_norms=np.stack([np.linalg.norm(gradient, axis=1) for gradient in cell]),
    )


def logits_without_rows(
    weights: LstmWeights, image: FloatArray, trace: Trace, way: Way = "skip", *, row: int | None = None
) -> FloatArray:
    """The logits after a row of as many readings as there are rows; reading ``k`` does without row ``k``.

    All go through the rows together. Reading ``k`` joins at row ``k`` from the state that ``trace`` had
    before it, so that on average half of them are under way. What comes below the row makes no difference.

    Args:
        weights, image, trace: see `attribute`.
        way: whether the row is skipped or read as blank; see the module.
        row: after which, counted from 1; None for the last.

    Returns:
        ``(rows, classes)`` float32.

    Raises:
        InvalidValue: see `attribute`; or ``way`` is neither.
    """
    layers = _checked(weights, image, trace)
    if way not in ("skip", "blank"):
        raise InvalidValue("way", "'skip' or 'blank'", way)
    rows = _row(row, len(image))
    states = [(np.zeros_like(layer.hidden), np.zeros_like(layer.cell)) for layer in layers]
    for t in range(rows):
        if t:
            for (hidden, cell), layer in zip(states, layers, strict=True):
                hidden[t], cell[t] = layer.hidden[t - 1], layer.cell[t - 1]
        reading = t if way == "skip" else t + 1
        if not reading:
            continue
        x = np.broadcast_to(image[t], (reading, image.shape[1])).astype(np.float32)
        x[t:] = 0
        under_way = [(hidden[:reading], cell[:reading]) for hidden, cell in states]
        read_row(weights.layers, x, under_way, under_way)
    logits: FloatArray = states[-1][0] @ weights.head_kernel + weights.head_bias
    logits[rows:] = trace.logits[rows - 1]
    return logits


def _by_cell(layer: LayerTrace, hidden: FloatArray) -> FloatArray:
    """``(rows, units)``: δc_t = δh_t ⊙ o_t ⊙ (1 − tanh²(c_t)) + δc_{t+1} ⊙ f_{t+1}."""
    gradient: FloatArray = hidden * layer.output_gate * (1 - np.tanh(layer.cell) ** 2)
    for t in reversed(range(len(gradient) - 1)):
        gradient[t] += gradient[t + 1] * layer.forget_gate[t + 1]
    return gradient


def _row(row: int | None, rows: int) -> int:
    """The chosen row, counted from 1."""
    if row is not None and not 1 <= row <= rows:
        raise InvalidValue("row", f"between 1 and {rows}", row)
    return row or rows


def _direction(weights: LstmWeights, label: int, against: int | None) -> FloatArray:
    """``(classes,)``: 1 for ``label``, -1 for ``against``; its product with the logits is the score."""
    for name, number in (("label", label), ("against", against)):
        if number is not None and not 0 <= number < weights.classes:
            raise InvalidValue(name, f"between 0 and {weights.classes - 1}", number)
    if label == against:
        raise InvalidValue("against", f"another class than {label}", against)
    direction = np.zeros(weights.classes, np.float32)
    direction[label] = 1
    if against is not None:
        direction[against] = -1
    return direction


def _checked(weights: LstmWeights, image: FloatArray, trace: Trace) -> tuple[LayerTrace, ...]:
    """The layers of ``trace``, which fit the network and the image."""
    layers = tuple(layer for layer in trace.layers if isinstance(layer, LayerTrace))
    if not weights.is_plain:
        raise InvalidValue("weights", "of a plain stack of LSTM layers", f"another network ({weights.cell})")
    if image.ndim != 2 or not len(image) or image.shape[1] != weights.columns:
        raise InvalidValue("image", f"of shape (rows, {weights.columns})", image.shape)
    wanted = [(len(image), units) for units in weights.units]
    if [layer.hidden.shape for layer in layers] != wanted:
        raise InvalidValue("trace", f"of layers {wanted}", [layer.hidden.shape for layer in layers])
    return layers
