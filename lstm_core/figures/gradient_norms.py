"""How strongly the final score answers to each row's states, layer by layer, on a logarithmic scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

COLOURS = (theme.TRAINING, theme.ACCENT, "#0B9A6D", "#9C5BD0", theme.QUIET)
"""Of the layers, bottom to top; they begin anew after the last."""

_LEAST = 1e-12
"""Norms below this stand at it: a logarithmic scale has no place for 0."""


@dataclass(frozen=True)
class GradientNormsInfo:
    """What the figure shows.

    Attributes:
        hidden, cell: per layer, bottom to top, the norm at every row, to four digits.
        exponents: of ten, whole, below the least and above the greatest norm.
    """

    hidden: list[list[float]]
    cell: list[list[float]]
    exponents: tuple[int, int]

    @property
    def rows(self) -> int:
        return len(self.hidden[0])


def gradient_norms_info(
    hidden: NDArray[np.floating[Any]], cell: NDArray[np.floating[Any]]
) -> GradientNormsInfo:
    """The data half of `gradient_norms`.

    Args:
        hidden, cell: ``(layers, rows)``, not negative.

    Raises:
        InvalidValue: an array is empty or has a negative number or one that is not finite, or the two differ
            in shape.
    """
    for name, norms in (("hidden", hidden), ("cell", cell)):
        if norms.ndim != 2 or not norms.size or norms.shape != hidden.shape:
            raise InvalidValue(name, "of shape (layers, rows)", norms.shape)
        if not (np.isfinite(norms) & (norms >= 0)).all():
            raise InvalidValue(name, "finite and not negative", float(norms.min()))
    kept = np.maximum(np.stack([hidden, cell]).astype(np.float64), _LEAST)
    logarithms = np.log10(kept)
    return GradientNormsInfo(
        hidden=[[float(f"{norm:.4g}") for norm in layer] for layer in kept[0]],
        cell=[[float(f"{norm:.4g}") for norm in layer] for layer in kept[1]],
        exponents=(math.floor(logarithms.min()), math.ceil(logarithms.max())),
    )


def gradient_norms(hidden: NDArray[np.floating[Any]], cell: NDArray[np.floating[Any]]) -> Figure:
    """The norms over the rows: of hidden states dotted, of cell states solid.

    Raises:
        InvalidValue: see `gradient_norms_info`.
    """
    info = gradient_norms_info(hidden, cell)
    low, high = info.exponents
    every = max(1, (high - low) // 6)
    data = []
    for number, (dotted, solid) in enumerate(zip(info.hidden, info.cell, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        data.append(_line(f"layer {number + 1}: cell state", solid, colour, "solid"))
        data.append(_line(f"layer {number + 1}: hidden state", dotted, colour, "dot"))
    return Figure(
        {
            "data": data,
            "layout": {
                **theme.layout(360, left=62, right=12, top=14, bottom=96),
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
                    "row", range=[0.5, info.rows + 0.5], ticks="", **theme.every_row(info.rows)
                ),
                "yaxis": theme.axis(
                    "gradient's norm",
                    type="log",
                    range=[low - 0.1, max(high, low + 1) + 0.1],
                    tickvals=[10.0**exponent for exponent in range(low, max(high, low + 1) + 1, every)],
                    ticktext=[_power(exponent) for exponent in range(low, max(high, low + 1) + 1, every)],
                    showgrid=True,
                    ticks="",
                ),
            },
        }
    )


def _line(name: str, norms: list[float], colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(range(1, len(norms) + 1)),
        "y": norms,
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"size": 5},
        "hovertemplate": f"{name} · row %{{x}} · %{{y:.2e}}<extra></extra>",
    }


def _power(exponent: int) -> str:
    return "1" if not exponent else f"10<sup>{'−' if exponent < 0 else ''}{abs(exponent)}</sup>"
