"""The numbers that flow through an LSTM cell at every row: of one unit, or of a whole layer on average.

The equations are those of Gers, Schmidhuber & Cummins (2000), "Learning to Forget", section 3:

    c_t = f_t c_{t-1} + i_t g_t
    h_t = o_t tanh(c_t)

A unit's numbers obey them. The means over a layer do not, since a mean of products is no product of means;
they say how much there is of each quantity.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import GATES, Gate, gate_columns

if TYPE_CHECKING:
    from lstm_core.reading.layer_weights import LayerWeights
    from lstm_core.reading.trace import LayerTrace

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class CellFlow:
    """What is on every wire of a cell; each array is ``(rows,)`` float64.

    Attributes:
        hidden_before: h_{t-1}, in [-1, 1]; zero before the first row.
        before: c_{t-1}; zero before the first row.
        forget_gate, input_gate, output_gate: in [0, 1].
        candidate: g_t, in [-1, 1].
        kept: f_t c_{t-1}, what is left of the memory.
        added: i_t g_t, what the row writes.
        cell: c_t.
        squashed: tanh(c_t), in [-1, 1].
        hidden: h_t, in [-1, 1].
    """

    hidden_before: Curve
    before: Curve
    forget_gate: Curve
    input_gate: Curve
    candidate: Curve
    output_gate: Curve
    kept: Curve
    added: Curve
    cell: Curve
    squashed: Curve
    hidden: Curve

    @property
    def rows(self) -> int:
        return len(self.cell)


def unit_flow(layer: LayerTrace, unit: int) -> CellFlow:
    """The numbers of one unit, counted from 0, of a layer that started from zero.

    Raises:
        InvalidValue: the layer has no such unit.
    """
    units = layer.hidden.shape[1]
    if not 0 <= unit < units:
        raise InvalidValue("unit", f"between 0 and {units - 1}", unit)
    return CellFlow(**{name: array[:, unit] for name, array in _quantities(layer).items()})


def mean_flow(layer: LayerTrace) -> CellFlow:
    """The mean size of every number over the units of a layer that started from zero.

    Signs are left out: units that remember positive and negative numbers would cancel each other.
    """
    return CellFlow(**{name: np.abs(array).mean(axis=1) for name, array in _quantities(layer).items()})


def _quantities(layer: LayerTrace) -> dict[str, NDArray[np.float64]]:
    """Everything in a `CellFlow`, of all units: ``(rows, units)``."""
    found = {name: getattr(layer, name).astype(np.float64) for name in (*GATES, "cell", "hidden")}
    before, hidden_before = _one_row_later(found["cell"]), _one_row_later(found["hidden"])
    found |= {
        "before": before,
        "hidden_before": hidden_before,
        "kept": found["forget_gate"] * before,
        "added": found["input_gate"] * found["candidate"],
        "squashed": np.tanh(found["cell"]),
    }
    return {field.name: found[field.name] for field in fields(CellFlow)}


def _one_row_later(array: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros_like(array[:1]), array[:-1]])


@dataclass(frozen=True)
class GateTerms:
    """What a gate's sum z is made of at every row, of one unit or on average over a layer.

    Attributes:
        inputs: ``(rows, features)`` float64, x: the pixels, or the hidden states of the layer below.
        kernel: ``(features,)`` float64, W.
        hidden: ``(rows, units)`` float64, h_{t-1} of every unit of the layer.
        recurrent_kernel: ``(units,)`` float64, U.
        bias: b.
    """

    inputs: NDArray[np.float64]
    kernel: Curve
    hidden: NDArray[np.float64]
    recurrent_kernel: Curve
    bias: float

    @property
    def products(self) -> NDArray[np.float64]:
        """``(rows, features + units)``: x_j W_j, then h_k U_k."""
        return np.hstack([self.inputs * self.kernel, self.hidden * self.recurrent_kernel])

    @property
    def parts(self) -> NDArray[np.float64]:
        """``(rows, 3)``: what came from the inputs, from the hidden states before, and the bias."""
        rows = len(self.inputs)
        return np.stack(
            [self.inputs @ self.kernel, self.hidden @ self.recurrent_kernel, np.full(rows, self.bias)], axis=1
        )

    def largest(self, count: int) -> NDArray[np.intp]:
        """``(rows, count)``: places in `products` of the largest by size, the largest first."""
        return np.argsort(-np.abs(self.products), axis=1, kind="stable")[:, :count]


def gate_terms(
    layer: LayerWeights,
    inputs: NDArray[np.float32],
    hidden: NDArray[np.float32],
    gate: Gate,
    unit: int | None,
) -> GateTerms:
    """The terms of one gate at every row.

    A mean of sums is the sum of the mean products, so the mean over a layer has the same form.

    Args:
        layer: weights of an LSTM layer that started from zero.
        inputs: ``(rows, features)``, what it read.
        hidden: ``(rows, units)``, its hidden state after every row.
        gate: which.
        unit: counted from 0; None for the mean over all units.
    """
    columns = gate_columns(gate, layer.units)
    each = [
        array[..., columns].astype(np.float64) for array in (layer.kernel, layer.recurrent_kernel, layer.bias)
    ]
    kernel, recurrent_kernel, bias = (a.mean(axis=-1) if unit is None else a[..., unit] for a in each)
    return GateTerms(
        inputs.astype(np.float64),
        kernel,
        _one_row_later(hidden.astype(np.float64)),
        recurrent_kernel,
        float(bias),
    )
