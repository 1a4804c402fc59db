"""How a sum becomes a gate: the logistic sigmoid or tanh, and where a drawing's rows stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.reading.gates import Squash

_POINTS = 121


@dataclass(frozen=True)
class GateCurveInfo:
    """The curve, and one point on it for every row; all rounded to 1e-4.

    Attributes:
        curve_x, curve_y: the function over the whole scale.
        sums, values: per row, what comes in and what comes out.
        reach: the scale goes from ``-reach`` to ``reach``.
        row: the one that is looked at, counted from 1.
    """

    curve_x: list[float]
    curve_y: list[float]
    sums: list[float]
    values: list[float]
    reach: float
    row: int


def gate_curve_info(sums: NDArray[np.floating[Any]], row: int, squash: Squash) -> GateCurveInfo:
    """The data half of `gate_curve`.

    Args:
        sums: ``(rows,)``, what the function is applied to at every row.
        row: 1 … rows.
        squash: ``sigmoid``, 1 / (1 + e^-z), or ``tanh``.

    Raises:
        InvalidValue: ``sums`` is not one-dimensional or is empty, or there is no such row.
    """
    if sums.ndim != 1 or not sums.size:
        raise InvalidValue("sums", "of shape (rows,)", sums.shape)
    if not 1 <= row <= len(sums):
        raise InvalidValue("row", f"between 1 and {len(sums)}", row)
    exact = sums.astype(np.float64)
    reach = float(max(6.0, np.ceil(np.abs(exact).max())))
    x = np.linspace(-reach, reach, _POINTS)
    return GateCurveInfo(
        curve_x=np.round(x, 4).tolist(),
        curve_y=np.round(_squashed(x, squash), 4).tolist(),
        sums=np.round(exact, 4).tolist(),
        values=np.round(_squashed(exact, squash), 4).tolist(),
        reach=reach,
        row=row,
    )


def gate_curve(sums: NDArray[np.floating[Any]], row: int, squash: Squash, *, symbol: str) -> Figure:
    """The function with one point for each row; the row that is looked at stands out.

    Args:
        sums, row, squash: see `gate_curve_info`.
        symbol: of what comes out, such as ``fₜ``.

    Raises:
        InvalidValue: see `gate_curve_info`.
    """
    info = gate_curve_info(sums, row, squash)
    low = -1.0 if squash == "tanh" else 0.0
    name = "tanh(z)" if squash == "tanh" else "σ(z)"
    at = info.row - 1
    return Figure(
        {
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": info.curve_x,
                    "y": info.curve_y,
                    "line": {"color": theme.QUIET, "width": 2},
                    "hoverinfo": "skip",
                },
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": info.sums,
                    "y": info.values,
                    "customdata": list(range(1, len(info.sums) + 1)),
                    "marker": {"color": theme.TRAINING, "size": 8, "opacity": 0.75},
                    "hovertemplate": f"row %{{customdata}} · z = %{{x:.3f}} · {symbol} = %{{y:.3f}}"
                    "<extra></extra>",
                },
                {
                    "type": "scatter",
                    "mode": "markers+text",
                    "x": [info.sums[at]],
                    "y": [info.values[at]],
                    "text": [f"row {info.row}"],
                    "textposition": "top left",
                    "marker": {"color": theme.ACCENT, "size": 13},
                    "cliponaxis": False,
                    "hoverinfo": "skip",
                },
            ],
            "layout": {
                **theme.layout(260, left=52, right=12, top=12, bottom=46),
                "xaxis": theme.axis("z", range=[-info.reach, info.reach], showgrid=True, ticks="")
                | {"zeroline": True, "zerolinecolor": theme.QUIET, "zerolinewidth": 1},
                "yaxis": theme.axis(
                    f"{symbol} = {name}", range=[low - 0.06, 1.06], showgrid=True, dtick=0.5, ticks=""
                ),
            },
        }
    )


def _squashed(z: NDArray[np.float64], squash: Squash) -> NDArray[np.float64]:
    return np.tanh(z) if squash == "tanh" else 0.5 * (1.0 + np.tanh(0.5 * z))
