"""What a decision hangs on: the image under a veil of signed pixel values, and one bar a row beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.reading.percents import PERCENT

FOR, AGAINST = theme.ACCENT, theme.TRAINING
"""Colours of what speaks for the class and of what speaks against it."""

_VEIL = [
    [0.0, "rgba(49, 130, 206, 1)"],
    [0.25, "rgba(49, 130, 206, 0.75)"],
    [0.5, "rgba(128, 128, 128, 0)"],
    [0.75, "rgba(232, 89, 12, 0.75)"],
    [1.0, "rgba(232, 89, 12, 1)"],
]
"""Clear where nothing hangs on a pixel, so that the image shows through."""

_FAINT_INK = [[0.0, "#101010"], [1.0, "#9A9A9A"]]
"""Darker than `theme.INK`, for the veil's sake."""

_LETTERS_NARROW = 18
"""Of a line of the title under the bars."""


@dataclass(frozen=True)
class SaliencyInfo:
    """What the figure shows. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        pixels: per row and column, from -1 to 1: the value divided by the greatest absolute one, to 0.01.
        greatest: that greatest absolute value; 0 where all are.
        bars: per row, rounded to four digits.
        matters_most: the row with the greatest absolute bar, the uppermost of equals.
    """

    ink: list[list[int]]
    pixels: list[list[float]]
    greatest: float
    bars: list[float]
    matters_most: int

    @property
    def rows(self) -> int:
        return len(self.ink)


def saliency_info(
    image: NDArray[np.floating[Any]], pixels: NDArray[np.floating[Any]], bars: NDArray[np.floating[Any]]
) -> SaliencyInfo:
    """The data half of `saliency`.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        pixels: ``(rows, columns)`` of either sign; above 0 speaks for the class.
        bars: ``(rows,)`` of either sign.

    Raises:
        InvalidValue: the image is empty, or the others do not fit it or are not finite.
    """
    ink = ink_percents(image)
    if pixels.shape != image.shape or not np.isfinite(pixels).all():
        raise InvalidValue("pixels", f"finite, of shape {image.shape}", pixels.shape)
    if bars.shape != (len(image),) or not np.isfinite(bars).all():
        raise InvalidValue("bars", f"finite, of shape ({len(image)},)", bars.shape)
    greatest = float(np.abs(pixels).max())
    shares = pixels.astype(np.float64) / (greatest or 1.0)
    return SaliencyInfo(
        ink=ink,
        pixels=(np.round(shares, 2) + 0.0).tolist(),
        greatest=greatest,
        bars=[float(f"{value:.4g}") + 0.0 for value in bars.astype(np.float64)],
        matters_most=int(np.abs(bars).argmax()) + 1,
    )


def saliency(
    image: NDArray[np.floating[Any]],
    pixels: NDArray[np.floating[Any]],
    bars: NDArray[np.floating[Any]],
    *,
    pixels_title: str,
    bars_title: str,
    percent: bool = False,
    narrow: bool = False,
) -> Figure:
    """The image with its pixels' values, and a bar for every row on the same rows.

    Args:
        image, pixels, bars: see `saliency_info`.
        pixels_title: what the colours mean, under the image.
        bars_title: what the bars mean, under them.
        percent: the bars are differences of probabilities in percent.
        narrow: for widths under about 500 pixels.

    Raises:
        InvalidValue: see `saliency_info`.
    """
    info = saliency_info(image, pixels, bars)
    share = 0.52 if narrow else 0.48
    bars_title = theme.in_lines(bars_title, _LETTERS_NARROW) if narrow else bars_title
    bottom = 46 + 16 * bars_title.count("<br>")
    unit = PERCENT if percent else ""
    reach = 1.15 * max(map(abs, info.bars)) or 1.0
    return Figure(
        {
            "data": [
                ink_heatmap(info.ink, colorscale=_FAINT_INK, hoverinfo="skip"),
                _veil(info),
                _bars(info, unit),
            ],
            "layout": {
                **theme.layout(
                    (156 if narrow else 396) + 28 + bottom,
                    left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT,
                    top=28,
                    bottom=bottom,
                ),
                "bargap": 0.25,
                "xaxis": theme.framed(
                    pixels_title,
                    domain=[0, share],
                    range=[0.5, len(info.ink[0]) + 0.5],
                    showticklabels=False,
                    **square_pixels(),
                ),
                "yaxis": theme.framed(
                    "row", range=[info.rows + 0.5, 0.5], **theme.every_row(info.rows), **FITTED_ROWS
                ),
                "xaxis2": theme.framed(
                    bars_title,
                    domain=[share + 0.03, 1],
                    range=[-reach, reach],
                    nticks=4 if narrow else 7,
                    showgrid=True,
                )
                | {"zeroline": True, "zerolinecolor": theme.QUIET, "zerolinewidth": 1},
                "shapes": [_frame(info, axis) for axis in ("x", "x2")],
                "annotations": [
                    theme.caption(
                        f'<span style="color:{AGAINST}">■</span> against  '
                        f'<span style="color:{FOR}">■</span> for',
                        share + 0.03,
                        1,
                        xanchor="left",
                        yanchor="bottom",
                        yshift=3,
                    )
                ],
            },
        }
    )


def _veil(info: SaliencyInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": info.pixels,
        "customdata": info.ink,
        "x0": 1,
        "y0": 1,
        "zmin": -1,
        "zmax": 1,
        "colorscale": _VEIL,
        "showscale": False,
        "hovertemplate": "row %{y} · column %{x} · ink %{customdata} %<br>"
        f"%{{z:+.2f}} of the greatest, {info.greatest:.3g}<extra></extra>",
    }


def _bars(info: SaliencyInfo, unit: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": "x2",
        "x": info.bars,
        "y": list(range(1, info.rows + 1)),
        "marker": {"color": [FOR if value >= 0 else AGAINST for value in info.bars]},
        "hovertemplate": f"row %{{y}} · %{{x:+.3g}}{unit}<extra></extra>",
    }


def _frame(info: SaliencyInfo, axis: str) -> dict[str, Any]:
    """Around the row that matters most."""
    return {
        "type": "rect",
        "xref": f"{axis} domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": info.matters_most - 0.5,
        "y1": info.matters_most + 0.5,
        "line": {"color": theme.QUIET, "width": 1.5},
    }
