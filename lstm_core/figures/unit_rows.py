"""One unit of a layer beside the digit it reads: its gates and states at every row, on the image's rows.

A curve may have a second form, what it would be if something were changed; that is drawn in the accent
colour over the real one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels

COLOURS = (theme.TRAINING, "#0B9A6D")
"""Of the first and the second curve of a panel."""

_HIDDEN_CHANGE = 1e-9
_GAP, _GAP_NARROW = 0.035, 0.05
_TALL, _TALL_NARROW = 260, 136
"""Pixels of the rows: on a usual page and on a phone about as tall as the image is wide."""
_LETTERS_NARROW = 12
"""Of a line of a panel's title."""


@dataclass(frozen=True)
class Curve:
    """A quantity at every row: its symbol, ``(rows,)`` numbers, and what they would be if changed."""

    symbol: str
    values: NDArray[np.floating[Any]]
    changed: NDArray[np.floating[Any]] | None = None


@dataclass(frozen=True)
class Panel:
    """One or two curves over one scale.

    Attributes:
        title: of the scale.
        bounds: of the scale, or None to fit it to the curves and zero.
    """

    title: str
    curves: Sequence[Curve]
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class UnitRowsInfo:
    """What the figure shows. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        values: per panel and curve, the numbers of every row, rounded to 1e-4.
        changed: the same of what would be; None where nothing differs.
        bounds: per panel, the least and the greatest number of its scale.
        row: the one that is looked at.
    """

    ink: list[list[int]]
    values: list[list[list[float]]]
    changed: list[list[list[float] | None]]
    bounds: list[tuple[float, float]] = field(default_factory=list)
    row: int = 1

    @property
    def rows(self) -> int:
        return len(self.ink)


def unit_rows_info(image: NDArray[np.floating[Any]], panels: Sequence[Panel], row: int) -> UnitRowsInfo:
    """The data half of `unit_rows`.

    Args:
        image: ``(rows, columns)`` in [0, 1].
        panels: at least one; every curve has ``rows`` numbers.
        row: 1 … rows.

    Raises:
        InvalidValue: the image is empty, a curve has another number of rows, there is no panel, or the row
            is none.
    """
    ink = ink_percents(image)
    if not panels:
        raise InvalidValue("panels", "at least one", panels)
    rows = len(image)
    if not 1 <= row <= rows:
        raise InvalidValue("row", f"between 1 and {rows}", row)
    for curve in (curve for panel in panels for curve in panel.curves):
        for numbers in (curve.values, curve.changed):
            if numbers is not None and numbers.shape != (rows,):
                raise InvalidValue(curve.symbol, f"of shape ({rows},)", numbers.shape)
    return UnitRowsInfo(
        ink=ink,
        values=[[_rounded(curve.values) for curve in panel.curves] for panel in panels],
        changed=[[_what_differs(curve) for curve in panel.curves] for panel in panels],
        bounds=[panel.bounds or _fitting(panel.curves) for panel in panels],
        row=row,
    )


def unit_rows(
    image: NDArray[np.floating[Any]], panels: Sequence[Panel], row: int, *, narrow: bool = False
) -> Figure:
    """The image and, right of it, one panel after the other, all on the same rows.

    Args:
        image, panels, row: see `unit_rows_info`.
        narrow: for widths under about 500 pixels: less room between the panels.

    Raises:
        InvalidValue: see `unit_rows_info`.
    """
    info = unit_rows_info(image, panels, row)
    domains = _domains(len(panels), narrow)
    titles = [theme.in_lines(panel.title, _LETTERS_NARROW) if narrow else panel.title for panel in panels]
    top = 48 if narrow else 34
    bottom = 46 + 16 * max(title.count("<br>") for title in titles)
    data: list[dict[str, Any]] = [ink_heatmap(info.ink)]
    for number, panel in enumerate(panels):
        data += _curves(info, panel, number)
    layout: dict[str, Any] = {
        **theme.layout(
            (_TALL_NARROW if narrow else _TALL) + top + bottom,
            left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT,
            right=12,
            top=top,
            bottom=bottom,
        ),
        "xaxis": theme.framed(
            "the drawing",
            domain=domains[0],
            range=[0.5, len(info.ink[0]) + 0.5],
            showticklabels=False,
            **square_pixels(),
        ),
        "yaxis": theme.framed(
            "row", range=[info.rows + 0.5, 0.5], **theme.every_row(info.rows), **FITTED_ROWS
        ),
        "shapes": [_cursor(info, number) for number in range(len(panels) + 1)],
        "annotations": [_key(panel, number, info, narrow) for number, panel in enumerate(panels)],
    }
    for number, bounds in enumerate(info.bounds):
        layout[f"xaxis{number + 2}"] = theme.framed(
            titles[number],
            domain=domains[number + 1],
            anchor="y",
            range=_roomy(bounds),
            nticks=3 if narrow else 6,
            showgrid=True,
        ) | {"zeroline": bounds[0] < 0, "zerolinecolor": theme.QUIET, "zerolinewidth": 1}
    return Figure({"data": data, "layout": layout})


def _rounded(values: NDArray[np.floating[Any]]) -> list[float]:
    return (np.round(values.astype(np.float64), 4) + 0.0).tolist()


def _what_differs(curve: Curve) -> list[float] | None:
    if curve.changed is None or np.abs(curve.changed - curve.values).max() < _HIDDEN_CHANGE:
        return None
    return _rounded(curve.changed)


def _fitting(curves: Sequence[Curve]) -> tuple[float, float]:
    numbers = [curve.values for curve in curves]
    numbers += [curve.changed for curve in curves if curve.changed is not None]
    every = np.concatenate(numbers)
    low, high = min(float(every.min()), 0.0), max(float(every.max()), 0.0)
    return (low, high) if high - low > _HIDDEN_CHANGE else (-1.0, 1.0)


def _roomy(bounds: tuple[float, float]) -> list[float]:
    room = 0.06 * (bounds[1] - bounds[0])
    return [bounds[0] - room, bounds[1] + room]


def _domains(panels: int, narrow: bool) -> list[list[float]]:
    image, gap = (0.45, _GAP_NARROW) if narrow else (0.42, _GAP)
    each = (1 - image - panels * gap) / panels
    domains = [[0.0, image]]
    for number in range(panels):
        left = image + gap + number * (each + gap)
        domains.append([round(left, 4), round(min(left + each, 1.0), 4)])
    return domains


def _curves(info: UnitRowsInfo, panel: Panel, number: int) -> list[dict[str, Any]]:
    traces = []
    for curve, values, changed, colour in zip(
        panel.curves, info.values[number], info.changed[number], COLOURS, strict=False
    ):
        traces.append(_line(info, number, curve.symbol, values, colour))
        if changed is not None:
            traces.append(_line(info, number, f"{curve.symbol} if changed", changed, theme.ACCENT, "dot"))
    return traces


def _line(
    info: UnitRowsInfo, number: int, name: str, values: list[float], colour: str, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "xaxis": f"x{number + 2}",
        "x": values,
        "y": list(range(1, info.rows + 1)),
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"size": [10 if t == info.row else 4 for t in range(1, info.rows + 1)], "opacity": 1},
        "cliponaxis": False,
        "hovertemplate": f"row %{{y}} · {name} = %{{x:.3f}}<extra></extra>",
    }


def _cursor(info: UnitRowsInfo, axis: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": f"x{axis + 1 if axis else ''} domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": info.row - 0.5,
        "y1": info.row + 0.5,
        "line": {"color": theme.ACCENT if not axis else theme.QUIET, "width": 2 if not axis else 1},
    }


def _key(panel: Panel, number: int, info: UnitRowsInfo, narrow: bool) -> dict[str, Any]:
    """The symbols of a panel's curves over it, each behind a dot of its colour; on a phone one a line."""
    entries = [
        f'<span style="color:{colour}">●</span> {curve.symbol}'
        for curve, colour in zip(panel.curves, COLOURS, strict=False)
    ]
    if any(changed is not None for changed in info.changed[number]):
        entries.append(f'<span style="color:{theme.ACCENT}">●</span> changed')
    return theme.caption(
        ("<br>" if narrow else "  ").join(entries),
        0,
        1,
        xref=f"x{number + 2} domain",
        yref="y domain",
        align="left",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
    )
