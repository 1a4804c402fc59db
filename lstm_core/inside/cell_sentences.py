"""What an LSTM cell does at each row, in a sentence that is true of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_core.inside.arithmetic import rounded_sum
from lstm_core.reading.percents import in_words

if TYPE_CHECKING:
    from lstm_core.inside.cell_flow import CellFlow


def with_minus(value: float, decimals: int = 2) -> str:
    """With a real minus sign and never as −0.

    >>> with_minus(-0.3849), with_minus(-0.001)
    ('−0.38', '0.00')
    """
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def unit_sentences(flow: CellFlow) -> list[str]:
    """One for each row, of one unit. What is left and added is rounded so that it makes the memory shown."""
    return [f"Row {t + 1}: {_of_unit(flow, t)}" for t in range(flow.rows)]


def mean_sentences(flow: CellFlow, layer: int, units: int) -> list[str]:
    """One for each row, of the mean of a layer.

    Args:
        flow: of all units, as `lstm_core.inside.cell_flow.mean_flow` gives it.
        layer: its number, from 1.
        units: how many it has.
    """
    return [
        f"Row {t + 1}, on average over the {units} units of layer {layer}: {_keeps(flow, t)}, "
        f"{_lets_in(flow, t)}, and {_shows(flow, t)} tanh(c)."
        for t in range(flow.rows)
    ]


def _of_unit(flow: CellFlow, t: int) -> str:
    (kept, added), cell = rounded_sum([float(flow.kept[t]), float(flow.added[t])], decimals=2)
    before, after = with_minus(float(flow.before[t])), with_minus(cell)
    becomes = f"stays at {after}" if before == after else f"goes from {before} to {after}"
    shows = f"{_shows(flow, t).capitalize()} tanh({after})."
    if not t:
        return f"{_keeps(flow, t)}. {_lets_in(flow, t).capitalize()}, so the memory {becomes}. {shows}"
    return (
        f"{_keeps(flow, t)} and {_lets_in(flow, t)}: {with_minus(kept)} is left and {with_minus(added)} is "
        f"added, so the memory {becomes}. {shows}"
    )


def _keeps(flow: CellFlow, t: int) -> str:
    share = in_words(float(flow.forget_gate[t]))
    return f"the forget gate keeps {share} of the memory" if t else "there is no memory to keep yet"


def _lets_in(flow: CellFlow, t: int) -> str:
    return f"the input gate lets {in_words(float(flow.input_gate[t]))} of the candidate in"


def _shows(flow: CellFlow, t: int) -> str:
    return f"the output gate shows {in_words(float(flow.output_gate[t]))} of"
