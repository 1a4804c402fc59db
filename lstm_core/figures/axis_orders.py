"""The same outputs with the batch first and with the time first: one matrix, and its transpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class AxisOrdersInfo:
    """Both orders.

    Attributes:
        batch_major: per image, the numbers of every row, rounded to 1e-4.
        time_major: per row, the numbers of every image.
        row: the one that is looked at, counted from 1.
    """

    batch_major: list[list[float]]
    time_major: list[list[float]]
    row: int


def axis_orders_info(outputs: NDArray[np.floating[Any]], row: int) -> AxisOrdersInfo:
    """The data half of `axis_orders`.

    Args:
        outputs: ``(batch, rows)`` in [-1, 1]: one unit's hidden state.
        row: 1 … rows.

    Raises:
        InvalidValue: ``outputs`` is not two-dimensional or is empty, or there is no such row.
    """
    if outputs.ndim != 2 or not outputs.size:
        raise InvalidValue("outputs", "of shape (batch, rows)", outputs.shape)
    if not 1 <= row <= outputs.shape[1]:
        raise InvalidValue("row", f"between 1 and {outputs.shape[1]}", row)
    rounded = np.round(outputs.astype(np.float64), 4) + 0.0
    return AxisOrdersInfo(rounded.tolist(), rounded.T.tolist(), row)


def axis_orders(
    outputs: NDArray[np.floating[Any]], row: int, names: Sequence[str], *, time_major: bool
) -> Figure:
    """One of the two orders as coloured cells, the slice of one row framed.

    Args:
        outputs, row: see `axis_orders_info`.
        names: of the images, ``batch`` of them.
        time_major: rows down and images across; otherwise images down and rows across.

    Raises:
        InvalidValue: see `axis_orders_info`, or there are more or fewer names than images.
    """
    info = axis_orders_info(outputs, row)
    if len(names) != len(info.batch_major):
        raise InvalidValue("names", f"{len(info.batch_major)} of them", len(names))
    rows = len(info.time_major)
    over_rows = {"range": [0.5, rows + 0.5], **theme.every_row(rows)}
    over_images: dict[str, Any] = {
        "range": [0.5, len(names) + 0.5],
        "tickvals": list(range(1, len(names) + 1)),
        "ticktext": list(names),
    }
    at = {"0": row - 0.5, "1": row + 0.5}
    across, down = ("y", "x") if time_major else ("x", "y")
    ends = {f"{across}{end}": value for end, value in at.items()} | {f"{down}0": 0.5}
    ends |= {f"{down}1": len(names) + 0.5}
    text = "image %{x} · row %{y}" if time_major else "image %{y} · row %{x}"
    if time_major:
        layout = theme.layout(430, left=46, right=10, top=10, bottom=46)
        x = theme.framed("image", **over_images)
        y = theme.framed("row", **over_rows | {"range": [rows + 0.5, 0.5]})
    else:
        layout = theme.layout(190, left=92, right=10, top=10, bottom=46)
        x = theme.framed("row", **over_rows)
        y = theme.framed("image", **over_images | {"range": [len(names) + 0.5, 0.5]})
    return Figure(
        {
            "data": [
                {
                    "type": "heatmap",
                    "z": info.time_major if time_major else info.batch_major,
                    "x0": 1,
                    "y0": 1,
                    "zmin": -1,
                    "zmax": 1,
                    "xgap": 1,
                    "ygap": 1,
                    "colorscale": theme.PROBABILITY,
                    "showscale": False,
                    "hovertemplate": f"{text} · h = %{{z:.3f}}<extra></extra>",
                }
            ],
            "layout": {
                **layout,
                "xaxis": x,
                "yaxis": y,
                "shapes": [
                    {
                        "type": "rect",
                        "xref": "x",
                        "yref": "y",
                        **ends,
                        "line": {"color": theme.ACCENT, "width": 3},
                    }
                ],
            },
        }
    )
