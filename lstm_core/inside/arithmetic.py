"""The arithmetic of one unit at one row: every product that goes into its gates and states.

With the columns of W and U and the entry of b that belong to the unit (Gers, Schmidhuber & Cummins, 2000,
"Learning to Forget", section 3):

    z = Σ_j x_j W_j + Σ_k h_k U_k + b                    of each gate and of the candidate
    i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
    c_t = f c_{t-1} + i g
    h_t = o tanh(c_t)

and, at the top of the stack, the logit of class k as Σ_u h_u V_uk + d_k. All in float64, from the float32
numbers that were read with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import GATES, Gate, gate_columns

if TYPE_CHECKING:
    from lstm_core.reading.layer_weights import LayerWeights
    from lstm_core.reading.trace import LayerTrace
    from lstm_core.reading.weights import LstmWeights

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What one gate's squashing function is applied to, product by product.

    Attributes:
        inputs: ``(features,)`` float64, x_j: the row's pixels, or the hidden state of the layer below.
        kernel: ``(features,)`` float64, W_j.
        hidden: ``(units,)`` float64, h_k: the layer's hidden state after the row before.
        recurrent_kernel: ``(units,)`` float64, U_k.
        bias: b.
    """

    inputs: Vector
    kernel: Vector
    hidden: Vector
    recurrent_kernel: Vector
    bias: float

    @property
    def input_products(self) -> Vector:
        """``(features,)``: x_j W_j."""
        return self.inputs * self.kernel

    @property
    def hidden_products(self) -> Vector:
        """``(units,)``: h_k U_k."""
        return self.hidden * self.recurrent_kernel

    @property
    def parts(self) -> tuple[float, float, float]:
        """What came from the inputs, from the hidden state before, and the bias."""
        return float(self.input_products.sum()), float(self.hidden_products.sum()), self.bias

    @property
    def total(self) -> float:
        """z, their sum."""
        return sum(self.parts)


@dataclass(frozen=True)
class UnitArithmetic:
    """One unit at one row.

    Attributes:
        terms: of each gate and of the candidate.
        previous_cell: c_{t-1}, zero before the first row.
    """

    terms: Mapping[Gate, Terms]
    previous_cell: float

    def value(self, gate: Gate) -> float:
        """The gate's value in [0, 1], or the candidate's in [-1, 1]."""
        z = self.terms[gate].total
        return float(np.tanh(z) if GATES[gate].squash == "tanh" else 0.5 * (1 + np.tanh(0.5 * z)))

    @property
    def kept(self) -> float:
        """What is left of the cell state before: f c_{t-1}."""
        return self.value("forget_gate") * self.previous_cell

    @property
    def added(self) -> float:
        """What the row writes: i g."""
        return self.value("input_gate") * self.value("candidate")

    @property
    def cell(self) -> float:
        """c_t."""
        return self.kept + self.added

    @property
    def squashed(self) -> float:
        """In [-1, 1]: tanh(c_t)."""
        return float(np.tanh(self.cell))

    @property
    def hidden(self) -> float:
        """h_t, in [-1, 1]."""
        return self.value("output_gate") * self.squashed


def unit_arithmetic(
    layer: LayerWeights, inputs: NDArray[np.float32], trace: LayerTrace, unit: int, row: int
) -> UnitArithmetic:
    """The products behind one unit's gates and states at one row.

    Args:
        layer: weights of an LSTM layer that started from zero.
        inputs: ``(rows, features)``, what it read.
        trace: what it did.
        unit, row: counted from 0.

    Raises:
        InvalidValue: the layer has no such unit, or the image no such row.
    """
    rows, units = trace.hidden.shape
    if not 0 <= unit < units:
        raise InvalidValue("unit", f"between 0 and {units - 1}", unit)
    if not 0 <= row < rows:
        raise InvalidValue("row", f"between 0 and {rows - 1}", row)
    before = trace.hidden[row - 1] if row else np.zeros(units, np.float32)

    def terms(gate: Gate) -> Terms:
        column = gate_columns(gate, units).start + unit
        return Terms(
            inputs[row].astype(np.float64),
            layer.kernel[:, column].astype(np.float64),
            before.astype(np.float64),
            layer.recurrent_kernel[:, column].astype(np.float64),
            float(layer.bias[column]),
        )

    previous_cell = float(trace.cell[row - 1, unit]) if row else 0.0
    return UnitArithmetic({gate: terms(gate) for gate in GATES}, previous_cell)


@dataclass(frozen=True)
class LogitTerms:
    """What one unit of the top layer adds to every logit at one row; each array is ``(classes,)`` float64.

    Attributes:
        kernel: V_uk, the weights of the head that belong to the unit.
        from_unit: h_u V_uk.
        from_others: what all other units of the layer add together.
        bias: d_k.
    """

    kernel: Vector
    from_unit: Vector
    from_others: Vector
    bias: Vector

    @property
    def total(self) -> Vector:
        """``(classes,)``: the logits."""
        return self.from_unit + self.from_others + self.bias


def logit_terms(weights: LstmWeights, hidden: NDArray[np.float32], unit: int) -> LogitTerms:
    """How the hidden value of one unit enters each class's logit.

    Args:
        weights: the network.
        hidden: ``(units,)``, the top layer's hidden state after a row.
        unit: counted from 0.

    Raises:
        InvalidValue: the top layer has no such unit, or ``hidden`` is not its state.
    """
    units = len(weights.head_kernel)
    if hidden.shape != (units,):
        raise InvalidValue("hidden", f"of shape ({units},)", hidden.shape)
    if not 0 <= unit < units:
        raise InvalidValue("unit", f"between 0 and {units - 1}", unit)
    kernel = weights.head_kernel.astype(np.float64)
    products = hidden.astype(np.float64)[:, None] * kernel
    others = np.delete(products, unit, axis=0).sum(axis=0)
    return LogitTerms(kernel[unit], products[unit], others, weights.head_bias.astype(np.float64))


def rounded_sum(
    parts: Sequence[float], decimals: int = 3, total: float | None = None
) -> tuple[list[float], float]:
    """Parts and their sum, rounded so that the rounded parts still add up to the rounded sum.

    The method of largest remainders: all parts are rounded down, and those that lost most are rounded up
    until the sum is right. Each part is within 10 ** -``decimals`` of its value, or twice that if ``total``
    is given, and the sum within half.

    Args:
        parts: one or more.
        decimals: digits after the point.
        total: what is shown for the sum already, rounded; None rounds the sum.

    Raises:
        InvalidValue: there is no part, or one is not finite.
    """
    exact = np.asarray(parts, np.float64) * 10.0**decimals
    if exact.ndim != 1 or not exact.size or not np.isfinite(exact).all():
        raise InvalidValue("parts", "one finite number or more", parts)
    down = np.floor(exact)
    shown = round(float(exact.sum()) if total is None else total * 10.0**decimals)
    everywhere, some = divmod(shown - round(float(down.sum())), len(down))
    down += everywhere
    down[np.argsort(np.floor(exact) - exact, kind="stable")[:some]] += 1

    def scaled(whole: float) -> float:
        return round(float(whole) / 10.0**decimals, decimals) + 0.0

    return [scaled(whole) for whole in down], scaled(shown)
