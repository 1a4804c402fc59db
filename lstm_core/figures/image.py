"""An image as figures show it: a heatmap of its ink, row 1 at the top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme

FITTED_ROWS: dict[str, Any] = {"constrain": "domain", "constraintoward": "top"}
"""Settings of the axis of an image's rows that goes with `square_pixels`; what is not needed stays below."""


def square_pixels(rows: str = "y", toward: str = "right") -> dict[str, Any]:
    """Settings of the axis of an image's columns, so that no width of the page stretches the image.

    What stands beside the image on the same rows is as tall as it.

    Args:
        rows: the axis of the rows, as Plotly names it; it needs `FITTED_ROWS`.
        toward: the side to which an image narrower than its place is moved.
    """
    return {"scaleanchor": rows, "scaleratio": 1, "constrain": "domain", "constraintoward": toward}


def ink_percents(image: NDArray[np.floating[Any]]) -> list[list[int]]:
    """Per row, the columns' ink in whole percent.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.

    Raises:
        InvalidValue: the image has another number of axes, or nothing in it.
    """
    if image.ndim != 2 or not image.size:
        raise InvalidValue("image", "of shape (rows, columns)", image.shape)
    percents: list[list[int]] = np.rint(100 * image).astype(int).tolist()
    return percents


def ink_heatmap(ink: Sequence[Sequence[float]], **settings: Any) -> dict[str, Any]:
    """The trace of ``ink`` in percent; rows and columns count from 1. ``settings`` are Plotly's."""
    return {
        "type": "heatmap",
        "z": ink,
        "x0": 1,
        "y0": 1,
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.INK,
        "showscale": False,
        "hovertemplate": "row %{y} · column %{x} · ink %{z} %<extra></extra>",
        **settings,
    }
