"""How a layer treats its memory over the rows: what it keeps, what it lets in, and whether it latches.

A layer, or a unit, has **latched** at a row if from it on to the last row its forget gate keeps at least
`KEEPS` of the memory and its input gate lets at most `LETS_IN` of the candidate in. For a layer the means
over its units count. From there on the rows hardly change what is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.reading import percents

if TYPE_CHECKING:
    from lstm_core.reading.trace import LayerTrace

KEEPS, LETS_IN = 0.9, 0.1

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class LayerMemory:
    """The gates of one layer on average, and what follows from them. Rows count from 1.

    Attributes:
        number: of the layer, from 1.
        forget_gate, input_gate, output_gate: ``(rows,)`` float64 in [0, 1], means over the units.
        latched_at: the first row of the latching; None if the layer does not latch.
        unit_rows: in order, the rows at which units latch, each by its own gates; of no unit that does not.
        units: how many there are.
    """

    number: int
    forget_gate: Curve
    input_gate: Curve
    output_gate: Curve
    latched_at: int | None
    unit_rows: tuple[int, ...]
    units: int

    @property
    def rows(self) -> int:
        return len(self.forget_gate)


def layer_memory(layer: LayerTrace, number: int) -> LayerMemory:
    """The gates of layer ``number``, from 1, on average, and whether it latches."""
    forget, let_in, output = (
        array.astype(np.float64) for array in (layer.forget_gate, layer.input_gate, layer.output_gate)
    )
    means = forget.mean(axis=1), let_in.mean(axis=1), output.mean(axis=1)
    by_unit = [latched_row(f, i) for f, i in zip(forget.T, let_in.T, strict=True)]
    rows = tuple(sorted(row for row in by_unit if row is not None))
    return LayerMemory(number, *means, latched_row(*means[:2]), rows, len(by_unit))


def latched_row(forget_gate: Curve, input_gate: Curve) -> int | None:
    """The first row, from 1, from which on a memory is latched; None if it is not at the last row.

    Args:
        forget_gate, input_gate: ``(rows,)`` in [0, 1], of a unit or a layer's means.
    """
    loose = np.flatnonzero((forget_gate < KEEPS) | (input_gate > LETS_IN))
    first = int(loose[-1]) + 2 if len(loose) else 1
    return first if first <= len(forget_gate) else None


def share_left(layer: LayerTrace, row: int) -> float:
    """The share of what the units held after ``row`` that is still in them after the last row.

    The cell state is only ever scaled by the forget gate, so of c_s there is Π_{t>s} f_t left at the end;
    the mean over the units is given.

    Args:
        layer: what it did.
        row: 1 … rows.

    Raises:
        InvalidValue: there is no such row.
    """
    rows = len(layer.forget_gate)
    if not 1 <= row <= rows:
        raise InvalidValue("row", f"between 1 and {rows}", row)
    return float(layer.forget_gate[row:].astype(np.float64).prod(axis=0).mean())


def in_words(memory: LayerMemory) -> str:
    """What the layer's gates do over the rows."""
    rows = memory.rows
    if memory.latched_at is not None:
        return f"{forgets_in_words(memory)} {latched_in_words(memory)}"
    return (
        f"{forgets_in_words(memory)} It does not latch: at row {rows}, the last, it keeps "
        f"{percents.in_words(float(memory.forget_gate[-1]))} and lets "
        f"{percents.in_words(float(memory.input_gate[-1]))} of the candidate in. {_units_in_words(memory)}"
    )


def latched_in_words(memory: LayerMemory) -> str:
    """From where on it has latched, and how closed it is from there; empty where it does not latch."""
    if memory.latched_at is None:
        return ""
    after = slice(memory.latched_at - 1, None)
    kept, let_in = float(memory.forget_gate[after].min()), float(memory.input_gate[after].max())
    return (
        f"From row {memory.latched_at} on it has latched: at every row it keeps at least "
        f"{percents.at_least(kept)} of its memory and lets at most {percents.at_most(let_in)} of the "
        "candidate in."
    )


def forgets_in_words(memory: LayerMemory) -> str:
    """At which rows the layer's forget gate keeps least and most."""
    least, most = int(memory.forget_gate.argmin()), int(memory.forget_gate.argmax())
    kept = [percents.in_words(float(memory.forget_gate[row])) for row in (least, most)]
    begins = f"Layer {memory.number}: the forget gate"
    if kept[0] == kept[1]:
        return f"{begins} keeps {kept[0]} of the memory at every row."
    return (
        f"{begins} is most closed at row {least + 1}, where it keeps {kept[0]} of the memory, and most open "
        f"at row {most + 1}, where it keeps {kept[1]}."
    )


def _units_in_words(memory: LayerMemory) -> str:
    """The median is the row by which at least half of those that latch have done so."""
    latched = memory.unit_rows
    if not latched:
        return "By their own gates, none of its units latches either."
    if len(latched) == 1:
        return f"By its own gates, one of its {memory.units} units latches, at row {latched[0]}."
    by = latched[(len(latched) - 1) // 2]
    return (
        f"By their own gates, {len(latched)} of its {memory.units} units latch, at least half of these by "
        f"row {by}."
    )
