"""Heatmaps side by side over the same rows of an image: ink, class probabilities, and their difference.

The figures of two readings are made of these panels; see `lstm_core.figures.before_after` and
`lstm_core.figures.two_readings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.inside.difference import difference

Numbers = NDArray[np.floating[Any]]
Kind = Literal["ink", "probability", "difference"]

LOSS_AND_GAIN = [[0.0, "#63B3ED"], [0.5, "#20252E"], [1.0, "#F76707"]]
"""Blue less, orange more, nearly black the same: opaque, so it looks alike on a light and a dark page."""

_SHARES = {"ink": 1.45, "probability": 1.0, "difference": 1.0}
_GAP = 0.035
_TALL, _TALL_NARROW, _BETWEEN, _TOP, _BOTTOM = 420, 190, 84, 30, 44
"""Pixels: a line of panels, between two lines, over the first and under the last."""
_USUAL_WIDTH = 1100
"""Pixels of a line of panels on a page that is not narrow."""
_LETTERS, _LETTERS_NARROW = 26, 18
"""Of a title."""


@dataclass(frozen=True)
class Panel:
    """One heatmap.

    Attributes:
        title: stands over it.
        kind: decides colours, the names of its columns and what pointing at it says.
        numbers: per row: ink in whole percent of every column, probabilities of every class in percent, or
            their differences in percentage points, rounded to 0.01.
    """

    title: str
    kind: Kind
    numbers: Sequence[Sequence[float]]


def ink_panel(title: str, image: Numbers) -> Panel:
    """Of an image, ``(rows, columns)`` in [0, 1]. Raises `InvalidValue` for an array of another shape."""
    return Panel(title, "ink", ink_percents(image))


def probability_panel(title: str, probabilities: Numbers) -> Panel:
    """Of ``(rows, classes)`` in [0, 1]. Raises `InvalidValue` for an array of another shape."""
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    return Panel(title, "probability", _percent(probabilities))


def difference_panel(title: str, first: Numbers, second: Numbers) -> Panel:
    """Second less first, over the rows that both have. Raises `InvalidValue` as `difference` does."""
    return Panel(title, "difference", _percent(difference(first, second)))


def aligned_panels(
    lines: Sequence[Sequence[Panel]], *, cursor: int | None = None, narrow: bool = False
) -> Figure:
    """Lines of panels; all panels of a line are on the same rows.

    Args:
        lines: at least one, each of at least one panel.
        cursor: the row to frame, 1 … rows, or None.
        narrow: for widths under about 500 pixels: fewer tick labels.

    Raises:
        InvalidValue: there is nothing to show, or the cursor is no row of it.
    """
    if not lines or not all(lines):
        raise InvalidValue("lines", "at least one, each of at least one panel", len(lines))
    rows = max(len(panel.numbers) for line in lines for panel in line)
    if cursor is not None and not 1 <= cursor <= rows:
        raise InvalidValue("cursor", f"between 1 and {rows}", cursor)
    tall = _TALL_NARROW if narrow else min(_TALL, max(map(_image_width, lines)))
    height = _TOP + tall * len(lines) + _BETWEEN * (len(lines) - 1) + _BOTTOM
    layout = theme.layout(
        height, left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT, right=10, top=_TOP, bottom=_BOTTOM
    )
    layout |= {"shapes": [], "annotations": []}
    data: list[dict[str, Any]] = []
    for at, (line, (bottom, top)) in enumerate(zip(lines, _heights(len(lines), tall), strict=True)):
        y = _numbered("y", at)
        layout[f"yaxis{y[1:]}"] = theme.framed(
            "row",
            range=[rows + 0.5, 0.5],
            domain=[bottom, top],
            anchor=_numbered("x", len(data)),
            **theme.every_row(rows),
            **FITTED_ROWS,
        )
        for panel, domain in zip(line, _widths(line), strict=True):
            x = _numbered("x", len(data))
            layout[f"xaxis{x[1:]}"] = _across(panel, domain, y, narrow)
            data.append({**_heatmap(panel), "xaxis": x, "yaxis": y})
            layout["annotations"].append(_title(panel, x, y, _LETTERS_NARROW if narrow else _LETTERS))
            if cursor is not None:
                layout["shapes"].append(_frame(cursor, x, y))
    return Figure({"data": data, "layout": layout})


def _percent(shares: Numbers) -> list[list[float]]:
    return (np.round(100.0 * shares.astype(np.float64), 2) + 0.0).tolist()


def _heights(lines: int, tall: int) -> list[tuple[float, float]]:
    """Bottom and top of each line, from the top down, as shares of the whole."""
    whole = tall * lines + _BETWEEN * (lines - 1)
    tops = [1 - at * (tall + _BETWEEN) / whole for at in range(lines)]
    return [(max(round(top - tall / whole, 4), 0.0), round(top, 4)) for top in tops]


def _widths(line: Sequence[Panel]) -> list[list[float]]:
    room = 1 - _GAP * (len(line) - 1)
    total = sum(_SHARES[panel.kind] for panel in line)
    domains, left = [], 0.0
    for panel in line:
        width = room * _SHARES[panel.kind] / total
        domains.append([round(left, 4), round(min(left + width, 1.0), 4)])
        left += width + _GAP
    return domains


def _image_width(line: Sequence[Panel]) -> int:
    """Pixels of an image in the line on a usual screen, to be as tall; without an image, the full height."""
    ends = [end for panel, end in zip(line, _widths(line), strict=True) if panel.kind == "ink"]
    return round(_USUAL_WIDTH * max(right - left for left, right in ends)) if ends else _TALL


def _numbered(axis: str, at: int) -> str:
    return axis if at == 0 else f"{axis}{at + 1}"


def _across(panel: Panel, domain: list[float], y: str, narrow: bool) -> dict[str, Any]:
    count = len(panel.numbers[0])
    if panel.kind == "ink":
        # Pixels are square: a line is no taller than its image, and an image no wider than its line is tall.
        return theme.framed(
            "column",
            domain=domain,
            anchor=y,
            range=[0.5, count + 0.5],
            tickvals=[1, (count + 1) // 2, count],
            **square_pixels(y, "center"),
        )
    step = 3 if narrow else 1
    ticks = list(range(0, count, step * (1 + count // 20)))
    return theme.framed("class", domain=domain, anchor=y, range=[-0.5, count - 0.5], tickvals=ticks)


def _heatmap(panel: Panel) -> dict[str, Any]:
    if panel.kind == "ink":
        return ink_heatmap(panel.numbers, name=panel.title)
    shared = {"type": "heatmap", "z": panel.numbers, "y0": 1, "showscale": False, "name": panel.title}
    if panel.kind == "probability":
        says = "row %{y} · class %{x} · %{z:.1f} %<extra></extra>"
        return shared | {"zmin": 0, "zmax": 100, "colorscale": theme.PROBABILITY, "hovertemplate": says}
    says = "row %{y} · class %{x} · %{z:+.1f} percentage points<extra></extra>"
    return shared | {"zmin": -100, "zmax": 100, "colorscale": LOSS_AND_GAIN, "hovertemplate": says}


def _title(panel: Panel, x: str, y: str, letters: int) -> dict[str, Any]:
    """Cut to its panel's width; Plotly would take what stands in angle brackets for layout."""
    text = panel.title if len(panel.title) <= letters else f"{panel.title[: letters - 1]}…"
    return theme.caption(
        escape(text, quote=False),
        0,
        1,
        xref=f"{x} domain",
        yref=f"{y} domain",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
    )


def _frame(row: int, x: str, y: str) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": f"{x} domain",
        "yref": y,
        "x0": 0,
        "x1": 1,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": theme.ACCENT, "width": 2},
    }
