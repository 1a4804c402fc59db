"""At which row verdicts settle: how many images at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure


@dataclass(frozen=True)
class SettlingInfo:
    """Rows counted from 1.

    Attributes:
        counts: images whose verdict settled at row 1, 2, ….
        median: the row by which half of all images had settled; None if fewer did.
        late: the row by which 99 % had.
        never: images that did not settle.
    """

    counts: list[int]
    median: int | None
    late: int | None
    never: int


def settling_info(settled: NDArray[np.integer[Any]], rows: int) -> SettlingInfo:
    """The data half of `settling`.

    Args:
        settled: ``(n,)`` in 0 … rows, as `lstm_core.reading.verdict.settled_rows` gives them; 0 did not
            settle.
        rows: of the images.

    Raises:
        InvalidValue: there is no image, or a row is none.
    """
    if settled.ndim != 1 or not settled.size:
        raise InvalidValue("settled", "of shape (n,), not empty", settled.shape)
    if settled.min() < 0 or settled.max() > rows:
        raise InvalidValue("settled", f"between 0 and {rows}", (int(settled.min()), int(settled.max())))
    never, *counts = np.bincount(settled, minlength=rows + 1).tolist()
    by_row = np.cumsum(counts)

    def row_of(share: float) -> int | None:
        row = int(np.searchsorted(by_row, share * len(settled))) + 1
        return row if row <= rows else None

    return SettlingInfo(counts, row_of(0.5), row_of(0.99), never)


def settling(settled: NDArray[np.integer[Any]], rows: int) -> Figure:
    """A bar a row; the one by which half had settled is marked.

    Args:
        settled, rows: see `settling_info`.

    Raises:
        InvalidValue: see `settling_info`.
    """
    info = settling_info(settled, rows)
    marked = (
        "fewer than half settle"
        if info.median is None
        else f'<span style="color:{theme.ACCENT}">●</span> half have settled by row {info.median}'
    )
    colours = [theme.ACCENT if row == info.median else theme.TRAINING for row in range(1, rows + 1)]
    return Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "x": list(range(1, rows + 1)),
                    "y": info.counts,
                    "marker": {"color": colours},
                    "hovertemplate": "settled at row %{x}: %{y:,} images<extra></extra>",
                }
            ],
            "layout": {
                **theme.layout(260, left=56, right=12, top=34),
                "bargap": 0.15,
                "xaxis": theme.axis("row", range=[0.5, rows + 0.5], ticks="", **theme.every_row(rows)),
                "yaxis": theme.axis("images", showgrid=True, ticks="", rangemode="tozero"),
                "annotations": [
                    theme.caption(
                        marked,
                        0,
                        1,
                        xanchor="left",
                        yanchor="bottom",
                        yshift=6,
                    )
                ],
            },
        }
    )
