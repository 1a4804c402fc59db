"""One unit of an LSTM layer, row by row, and what it would hold if a gate had another value.

The cell state is computed here from the gates (Gers, Schmidhuber & Cummins, 2000), so a changed gate
carries on by the same recurrence:

    c_t = f_t c_{t-1} + i_t g_t
    h_t = o_t tanh(c_t)

Only the gate that is named changes. The network's other units, and this unit's gates at later rows, would
in truth answer to the changed hidden state; here they keep the values they had, which isolates the effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
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
class UnitTrace:
    """One unit of one layer, read from a zero state; each array is ``(rows,)`` float64.

    Attributes:
        input_gate, forget_gate, output_gate: in [0, 1].
        candidate: in [-1, 1].
    """

    input_gate: Curve
    forget_gate: Curve
    candidate: Curve
    output_gate: Curve

    @property
    def rows(self) -> int:
        return len(self.input_gate)

    @cached_property
    def cell(self) -> Curve:
        """``(rows,)``: c_t after every row."""
        cell = np.zeros(self.rows)
        held = 0.0
        for t in range(self.rows):
            held = cell[t] = self.forget_gate[t] * held + self.input_gate[t] * self.candidate[t]
        return cell

    @property
    def previous(self) -> Curve:
        """``(rows,)``: c_{t-1}, what the cell held before each row."""
        return np.concatenate(([0.0], self.cell[:-1]))

    @property
    def kept(self) -> Curve:
        """``(rows,)``: f_t c_{t-1}, what is left of it."""
        return self.forget_gate * self.previous

    @property
    def added(self) -> Curve:
        """``(rows,)``: i_t g_t, what the row writes."""
        return self.input_gate * self.candidate

    @property
    def squashed(self) -> Curve:
        """``(rows,)`` in [-1, 1]: tanh(c_t)."""
        return np.tanh(self.cell)

    @property
    def hidden(self) -> Curve:
        """``(rows,)`` in [-1, 1]: h_t after every row."""
        return self.output_gate * self.squashed

    def with_gate(self, gate: Gate, value: float, row: int | None = None) -> UnitTrace:
        """The same unit with one gate set to ``value`` at one row, or at every row.

        Args:
            gate: which.
            value: in [0, 1]; the candidate in [-1, 1].
            row: counted from 0; None for every row.

        Raises:
            InvalidValue: the value is out of range, or there is no such row.
        """
        lowest = GATES[gate].lowest
        if not lowest <= value <= 1.0:
            raise InvalidValue(gate, f"in [{lowest:g}, 1]", value)
        if row is not None and not 0 <= row < self.rows:
            raise InvalidValue("row", f"between 0 and {self.rows - 1}", row)
        changed = getattr(self, gate).copy()
        changed[slice(None) if row is None else row] = value
        return replace(self, **{gate: changed})

    def busiest_row(self) -> int:
        """The row, counted from 0, that changes the cell state most."""
        return int(np.abs(self.cell - self.previous).argmax())


def unit_trace(layer: LayerTrace, unit: int) -> UnitTrace:
    """Unit ``unit``, counted from 0, of a layer that was read from a zero state.

    Raises:
        InvalidValue: the layer has no such unit.
    """
    units = layer.hidden.shape[1]
    if not 0 <= unit < units:
        raise InvalidValue("unit", f"between 0 and {units - 1}", unit)
    return UnitTrace(**{gate: getattr(layer, gate)[:, unit].astype(np.float64) for gate in GATES})


def units_by_variation(layer: LayerTrace) -> list[int]:
    """Every unit, counted from 0; first the one whose hidden state varies most over the rows."""
    spread = layer.hidden.std(axis=0)
    return [int(unit) for unit in np.argsort(-spread, kind="stable")]


@dataclass(frozen=True)
class GateSums:
    """What a gate's squashing function is applied to: ``from_row + from_memory + bias`` at every row.

    Attributes:
        from_row: ``(rows,)`` float64, x_t W of one unit.
        from_memory: ``(rows,)`` float64, h_{t-1} U of one unit.
        bias: b of one unit.
    """

    from_row: Curve
    from_memory: Curve
    bias: float

    @property
    def total(self) -> Curve:
        """``(rows,)``: z_t, of which the gate is σ(z_t) and the candidate tanh(z_t)."""
        return self.from_row + self.from_memory + self.bias


def gate_sums(
    layer: LayerWeights, inputs: NDArray[np.float32], hidden: NDArray[np.float32], gate: Gate, unit: int
) -> GateSums:
    """The sums behind one gate of one unit.

    Args:
        layer: weights of an LSTM layer.
        inputs: ``(rows, features)``, what the layer read.
        hidden: ``(rows, units)``, its hidden state after every row; before the first it is zero.
        gate, unit: which.
    """
    column = gate_columns(gate, layer.units).start + unit
    before = np.vstack([np.zeros_like(hidden[:1]), hidden[:-1]]).astype(np.float64)
    return GateSums(
        inputs.astype(np.float64) @ layer.kernel[:, column].astype(np.float64),
        before @ layer.recurrent_kernel[:, column].astype(np.float64),
        float(layer.bias[column]),
    )
