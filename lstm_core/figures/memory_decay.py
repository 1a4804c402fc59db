"""How much of what happened at a row is left after the last: on a logarithmic scale, curve by curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

LOWEST, HIGHEST = -9, 9
"""Exponents of ten at the ends of the scale; what lies beyond stands at its end."""

COLOURS = (theme.QUIET, theme.ACCENT, theme.TRAINING)
_DASHES = ("dash", "solid", "solid")


@dataclass(frozen=True)
class Memory:
    """One curve: its name, and for every row how much of a change there is left after the last row."""

    name: str
    left: NDArray[np.floating[Any]]


@dataclass(frozen=True)
class MemoryDecayInfo:
    """Per curve, the exponent of ten at every row, rounded to 0.001 and cut at the ends of the scale."""

    names: list[str]
    exponents: list[list[float]]
    rows: int


def memory_decay_info(memories: Sequence[Memory]) -> MemoryDecayInfo:
    """The data half of `memory_decay`.

    Args:
        memories: one to three, each with ``(rows,)`` numbers of either sign.

    Raises:
        InvalidValue: there are none or more than three, or they differ in their rows.
    """
    if not 1 <= len(memories) <= len(COLOURS):
        raise InvalidValue("memories", f"one to {len(COLOURS)} curves", len(memories))
    rows = len(memories[0].left)
    for memory in memories:
        if memory.left.shape != (rows,) or not rows:
            raise InvalidValue(memory.name, f"of shape ({max(rows, 1)},)", memory.left.shape)
    with np.errstate(divide="ignore"):
        exponents = [np.log10(np.abs(memory.left.astype(np.float64))) for memory in memories]
    return MemoryDecayInfo(
        names=[memory.name for memory in memories],
        exponents=[(np.round(np.clip(e, LOWEST, HIGHEST), 3) + 0.0).tolist() for e in exponents],
        rows=rows,
    )


def memory_decay(memories: Sequence[Memory]) -> Figure:
    """The curves over the rows, the last row at the right, where all is left of everything.

    Raises:
        InvalidValue: see `memory_decay_info`.
    """
    info = memory_decay_info(memories)
    ticks = list(range(LOWEST, HIGHEST + 1, 3))
    return Figure(
        {
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": name,
                    "x": list(range(1, info.rows + 1)),
                    "y": exponents,
                    "line": {"color": colour, "width": 2.5, "dash": dash},
                    "marker": {"size": 5},
                    "hovertemplate": f"{name} · row %{{x}} · 10^%{{y:.1f}}<extra></extra>",
                }
                for name, exponents, colour, dash in zip(
                    info.names, info.exponents, COLOURS, _DASHES, strict=False
                )
            ],
            "layout": {
                **theme.layout(340, left=62, right=12, top=14, bottom=96),
                "showlegend": True,
                "legend": {
                    "orientation": "h",
                    "x": 0,
                    "y": -0.2,
                    "yanchor": "top",
                    "itemclick": False,
                    "itemdoubleclick": False,
                },
                "xaxis": theme.axis(
                    "row of the change", range=[0.5, info.rows + 0.5], ticks="", **theme.every_row(info.rows)
                ),
                "yaxis": theme.axis(
                    f"left after row {info.rows}",
                    range=[LOWEST - 0.4, HIGHEST + 0.4],
                    tickvals=ticks,
                    ticktext=[_power(exponent) for exponent in ticks],
                    showgrid=True,
                    ticks="",
                )
                | {"zeroline": True, "zerolinecolor": theme.QUIET, "zerolinewidth": 1},
            },
        }
    )


def _power(exponent: int) -> str:
    return "1" if not exponent else f"10<sup>{'−' if exponent < 0 else ''}{abs(exponent)}</sup>"
