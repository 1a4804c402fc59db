"""How far one class leads another after every row, and each row's share in that, beside the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.inside.margin import Margin
from lstm_core.reading.verdict import SETTLED_MARGIN, SETTLED_RATIO

FOR, AGAINST = theme.ACCENT, theme.TRAINING
"""Colours of the class that is looked at and of the one it is compared with."""


@dataclass(frozen=True)
class MarginByRowInfo:
    """What the figure shows. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        label, against: what the two classes are called.
        after: the margin before any row and after each, ``rows + 1`` numbers rounded to 0.001.
        shares: per row, the change of the margin, rounded to 0.001.
        settled_at_row: of whichever ends ahead, against the other; None if it did not settle.
    """

    ink: list[list[int]]
    label: str
    against: str
    after: list[float]
    shares: list[float]
    settled_at_row: int | None

    @property
    def rows(self) -> int:
        return len(self.ink)


def margin_by_row_info(image: NDArray[np.floating[Any]], margin: Margin) -> MarginByRowInfo:
    """The data half of `margin_by_row`.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        margin: of its reading.

    Raises:
        InvalidValue: the image is empty or has other rows than the margin.
    """
    ink = ink_percents(image)
    if margin.after.shape != (len(image),):
        raise InvalidValue("margin", f"of {len(image)} rows", margin.after.shape)
    return MarginByRowInfo(
        ink=ink,
        label=theme.harmless(margin.of),
        against=theme.harmless(margin.over),
        after=_rounded(np.concatenate([[margin.start], margin.after])),
        shares=_rounded(margin.shares),
        settled_at_row=margin.settled_at_row or margin.reversed().settled_at_row,
    )


def margin_by_row(
    image: NDArray[np.floating[Any]], margin: Margin, row: int, *, narrow: bool = False
) -> Figure:
    """The image, the margin as a curve, and the shares as bars, all on the same rows.

    Args:
        image, margin: see `margin_by_row_info`.
        row: of the cursor, 1 … rows.
        narrow: for widths under about 500 pixels.

    Raises:
        InvalidValue: see `margin_by_row_info`; or the cursor is no row.
    """
    info = margin_by_row_info(image, margin)
    if not 1 <= row <= info.rows:
        raise InvalidValue("row", f"between 1 and {info.rows}", row)
    gap = 0.04 if narrow else 0.03
    image_share, curve_share = (0.44, 0.72) if narrow else (0.34, 0.68)
    ticks = 3 if narrow else 6
    return Figure(
        {
            "data": [ink_heatmap(info.ink), _curve(info), _bars(info)],
            "layout": {
                **theme.layout(
                    (136 if narrow else 350) + 44 + 46,
                    left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT,
                    right=8,
                    top=44,
                    bottom=46,
                ),
                "bargap": 0.25,
                "xaxis": theme.framed(
                    "image",
                    domain=[0, image_share],
                    range=[0.5, len(info.ink[0]) + 0.5],
                    showticklabels=False,
                    **square_pixels(),
                ),
                "yaxis": theme.framed(
                    "row", range=[info.rows + 0.5, 0.5], **theme.every_row(info.rows), **FITTED_ROWS
                ),
                "xaxis2": _signed_axis("margin", info.after, [image_share + gap, curve_share], ticks),
                "xaxis3": _signed_axis("row's share", info.shares, [curve_share + gap, 1], ticks),
                "shapes": [*_bounds(info), _frame(row), *theme.settled_line(info.settled_at_row)],
                "annotations": _annotations(info, image_share + gap, narrow),
            },
        }
    )


def _rounded(values: NDArray[np.float64]) -> list[float]:
    rounded: list[float] = (np.round(values, 3) + 0.0).tolist()
    return rounded


def _signed_axis(title: str, values: list[float], domain: list[float], ticks: int) -> dict[str, Any]:
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.08 * (high - low) or 1.0
    shown = theme.framed(title, domain=domain, range=[low - room, high + room], nticks=ticks, showgrid=True)
    return shown | {"zeroline": True, "zerolinecolor": theme.QUIET, "zerolinewidth": 2}


def _curve(info: MarginByRowInfo) -> dict[str, Any]:
    where = ["before any row", *(f"after row {row}" for row in range(1, info.rows + 1))]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "xaxis": "x2",
        "x": info.after,
        "y": [0.5, *range(1, info.rows + 1)],
        "customdata": where,
        "line": {"color": theme.QUIET, "width": 2},
        "marker": {"size": 7, "color": [FOR if value >= 0 else AGAINST for value in info.after]},
        "hovertemplate": f"%{{customdata}} · logit of {info.label} − logit of {info.against} = %{{x:+.2f}}"
        "<extra></extra>",
    }


def _bars(info: MarginByRowInfo) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": "x3",
        "x": info.shares,
        "y": list(range(1, info.rows + 1)),
        "marker": {"color": [FOR if value >= 0 else AGAINST for value in info.shares]},
        "hovertemplate": "row %{y} moved the margin by %{x:+.2f}<extra></extra>",
    }


def _bounds(info: MarginByRowInfo) -> list[dict[str, Any]]:
    """Where one class is `SETTLED_RATIO` times as probable as the other, on the sides that are reached."""
    return [
        {
            "type": "line",
            "xref": "x2",
            "yref": "y domain",
            "x0": bound,
            "x1": bound,
            "y0": 0,
            "y1": 1,
            "line": {"color": theme.QUIET, "width": 1, "dash": "dash"},
        }
        for bound in (-SETTLED_MARGIN, SETTLED_MARGIN)
        if min(info.after) <= bound <= max(info.after)
    ]


def _frame(row: int) -> dict[str, Any]:
    """The row cursor."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": theme.QUIET, "width": 1.5},
    }


def _annotations(info: MarginByRowInfo, left: float, narrow: bool) -> list[dict[str, Any]]:
    sides = (
        f'<span style="color:{AGAINST}">■</span> for {info.against}  '
        f'<span style="color:{FOR}">■</span> for {info.label}'
    )
    settled = "not settled"
    if info.settled_at_row is not None:
        settled = f'<span style="color:{theme.ACCENT}"><b>- -</b></span> settled at row {info.settled_at_row}'
    bound = "" if narrow or not _bounds(info) else f"  ¦ {SETTLED_RATIO} times as probable"
    above = {"xanchor": "left", "yanchor": "bottom", "align": "left"}
    return [
        theme.caption(sides + bound, left, 1, yshift=4, **above),
        theme.caption(settled, 0, 1, yshift=4, **above),
    ]
