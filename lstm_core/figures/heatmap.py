"""One heatmap over a digit's rows, a column for each unit, group of units or class, and its colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.figures import theme

BALANCE = [[0.0, "#74C0FC"], [0.25, "#1C6DB5"], [0.5, "#14171C"], [0.75, "#C2500A"], [1.0, "#FFC078"]]
"""From −1 or the most negative, blue, over zero, nearly black, to the most positive, orange: opaque, so the
same on a light and a dark page, and as light on one side as on the other."""


@dataclass(frozen=True)
class Heatmap:
    """One panel.

    Attributes:
        title: of its horizontal axis.
        names: what each column is, as hovering says it.
        values: per row and column, rounded to 0.001.
        bounds: the ends of its colour scale.
        beyond: whether some values lie beyond them and have the colour of the end.
    """

    title: str
    names: list[str]
    values: list[list[float]]
    bounds: tuple[float, float]
    beyond: bool = False


def group_means(array: NDArray[np.float32], groups: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """``(rows, groups)``: the mean of each group's columns."""
    members = np.concatenate([np.asarray(group) for group in groups])
    sizes = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.add.reduceat(array[:, members].astype(np.float64), starts, axis=1) / sizes


def rounded(array: NDArray[np.floating[Any]], decimals: int = 3) -> list[list[float]]:
    """As a figure keeps numbers, without -0."""
    return (np.round(array.astype(np.float64), decimals) + 0.0).tolist()


def symmetric_bounds(array: NDArray[np.floating[Any]], share: float = 1.0) -> tuple[float, float]:
    """Bounds around zero that hold ``share`` of the numbers, rounded up to a tenth."""
    most = max(float(np.ceil(10 * np.quantile(np.abs(array), share))) / 10, 0.1)
    return -most, most


def heatmap_trace(
    panel: Heatmap, x: str, y: str, domain: list[float], top: float, classes: bool
) -> dict[str, Any]:
    """A heatmap on the axes ``x`` and ``y``, as Plotly has it.

    Those whose columns are units have ``"meta": "units"``, for who listens to clicks.

    Args:
        panel: what it shows.
        x, y: names of axes.
        domain: from where to where the horizontal axis reaches, as shares of the figure's width.
        top: where the colour scale stands, as a share of the height.
        classes: whether columns are classes and not units.
    """
    low, high = panel.bounds
    what = "class" if classes else "unit"
    return {
        "type": "heatmap",
        "xaxis": x,
        "yaxis": y,
        "x": panel.names,
        "y0": 1,
        "z": panel.values,
        "zmin": low,
        "zmax": high,
        "colorscale": BALANCE if low < 0 else theme.PROBABILITY,
        "meta": None if classes else "units",
        "hovertemplate": f"row %{{y}} · {what} %{{x}} · {panel.title} %{{z}}<extra></extra>",
        "colorbar": {
            "orientation": "h",
            "thickness": 6,
            "len": round(domain[1] - domain[0], 4),
            "x": domain[0],
            "xanchor": "left",
            "xpad": 0,
            "y": top,
            "yanchor": "bottom",
            "ypad": 4,
            "ticklabelposition": "outside top",
            "tickvals": [low, high] if low == 0 else [low, 0, high],
            "ticktext": _ends(panel),
            "tickfont": {"size": 10},
            "ticks": "",
            "outlinewidth": 0,
        },
    }


def _ends(panel: Heatmap) -> list[str]:
    """What stands at the ends of the colour scale, and in its middle if that is zero."""
    low, high = panel.bounds
    below, above = ("≤ ", "≥ ") if panel.beyond else ("", "")
    ends = [f"{below}{low:g}".replace("-", "−"), f"{above}{high:g}"]
    return ends if low == 0 else [ends[0], "0", ends[1]]
