"""A digit's rows beside what every unit of a layer did at them, and what the network thought after them.

Every panel stands on the image's rows, so one frame marks the same row in all of them. The panels lie in
strips, each with the image at its left: two strips of three on a desktop, one a panel on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import player, theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.heatmap import Heatmap, group_means, heatmap_trace, rounded, symmetric_bounds
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.reading.gates import GATES, Gate
from lstm_core.reading.percents import percent
from lstm_core.reading.trace import LayerTrace

Quantity = Gate | Literal["cell", "hidden"]

TITLES: dict[Quantity, str] = {
    **{gate: description.title for gate, description in GATES.items()},
    "cell": "cell state c",
    "hidden": "hidden state h",
}
"""Every quantity of a layer, in the order of the equations."""

MAX_COLUMNS = 256
"""Units, or groups of units, in one heatmap: about one a pixel where three panels share a desktop's width."""

_USUAL = 0.98
"""Share of the cell states that the colour scale tells apart: a few are many times as large as the rest."""
_GAP, _NARROW_GAP = 0.02, 0.07
_CONTROLS_TOP = 54
_PLAYS = {"Play": 250, "Slow": 1000}
"""Milliseconds a row."""


@dataclass(frozen=True)
class GateHeatmapsInfo:
    """What the figure shows. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        quantities: the layer's panels.
        probabilities: in percent, one column a class.
        logits: one column a class.
        thoughts: per row, what the network thinks after it, in words.
    """

    ink: list[list[int]]
    quantities: list[Heatmap]
    probabilities: Heatmap
    logits: Heatmap
    thoughts: list[str]

    @property
    def rows(self) -> int:
        return len(self.ink)


def gate_heatmaps_info(
    image: NDArray[np.floating[Any]],
    layer: LayerTrace,
    groups: Sequence[Sequence[int]],
    probabilities: NDArray[np.floating[Any]],
    logits: NDArray[np.floating[Any]],
    quantities: Sequence[Quantity] = tuple(TITLES),
) -> GateHeatmapsInfo:
    """The data half of `gate_heatmaps`.

    Args:
        image: ``(rows, columns)`` in [0, 1].
        layer: arrays ``(rows, units)``.
        groups: the units, from 0, of each column of a heatmap; of more than one the mean is drawn. At most
            `MAX_COLUMNS`.
        probabilities, logits: ``(rows, classes)``.
        quantities: which.

    Raises:
        InvalidValue: an array has another number of rows, there is no such unit or quantity, no group, an
            empty one, or too many.
    """
    ink = ink_percents(image)
    rows, units = layer.hidden.shape
    for name, array in {"layer": layer.hidden, "probabilities": probabilities, "logits": logits}.items():
        if array.ndim != 2 or len(array) != len(image):
            raise InvalidValue(name, f"with {len(image)} rows", array.shape)
    if not 0 < len(groups) <= MAX_COLUMNS or not all(groups):
        raise InvalidValue(
            "groups", f"1 to {MAX_COLUMNS} groups, none of them empty", f"{len(groups)} groups"
        )
    if outside := [unit for group in groups for unit in group if not 0 <= unit < units]:
        raise InvalidValue("groups", f"units between 0 and {units - 1}", outside[0])
    if not quantities or not set(quantities) <= TITLES.keys():
        raise InvalidValue("quantities", f"some of {', '.join(TITLES)}", quantities)
    names = [_named(group) for group in groups]
    classes = [str(label) for label in range(probabilities.shape[1])]
    winners = probabilities.argmax(axis=1)
    return GateHeatmapsInfo(
        ink=ink,
        quantities=[_heatmap_of(name, getattr(layer, name), groups, names) for name in quantities],
        probabilities=Heatmap("probability (%)", classes, rounded(100.0 * probabilities, 2), (0.0, 100.0)),
        logits=Heatmap("logit", classes, rounded(logits), symmetric_bounds(logits)),
        thoughts=[
            f"after row {t + 1} of {rows}: {winner}, {percent(float(probabilities[t, winner]))}"
            for t, winner in enumerate(winners)
        ],
    )


def gate_heatmaps(info: GateHeatmapsInfo, row: int, *, narrow: bool = False) -> Figure:
    """The heatmaps with a player, resting at ``row``.

    The traces whose columns are units have ``"meta": "units"``, for who listens to clicks.

    Args:
        info: what `gate_heatmaps_info` gives.
        row: 1 … rows.
        narrow: for widths under about 500 pixels: one panel a strip.

    Raises:
        InvalidValue: there is no such row.
    """
    if not 1 <= row <= info.rows:
        raise InvalidValue("row", f"between 1 and {info.rows}", row)
    strips = _strips(info, narrow)
    heights = _heights(len(strips), narrow)
    data: list[dict[str, Any]] = []
    bottom = _CONTROLS_TOP + (128 if narrow else 104)
    gap = _NARROW_GAP if narrow else _GAP
    height = sum(heights) + 44 + bottom
    layout: dict[str, Any] = {
        **theme.layout(
            height,
            left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT,
            right=14,
            top=44,
            bottom=bottom,
        ),
        "shapes": _shapes(info, row, len(strips), narrow),
        "updatemenus": [_buttons(info, row)],
        "sliders": [_slider(info, row, narrow)],
    }
    tops = [1 - sum(heights[:number]) / sum(heights) for number in range(len(strips))]
    for number, strip in enumerate(strips):
        top = tops[number]
        bottom_of = top - (heights[number] - (0 if number == len(strips) - 1 else _BETWEEN)) / sum(heights)
        y = _name("y", number + 1)
        first = sum(len(before) + 1 for before in strips[:number]) + 1
        layout[f"yaxis{_number(number + 1)}"] = theme.framed(
            "row",
            domain=[max(round(bottom_of, 4), 0.0), round(top, 4)],
            range=[info.rows + 0.5, 0.5],
            anchor=_name("x", first),
            **theme.every_row(info.rows),
            **FITTED_ROWS,
        )
        left = 0.0
        shares = [_IMAGE if len(strips) > 1 else _LARGE_IMAGE, *(share for _, share in strip)]
        shares = [_NARROW_IMAGE, *(s * (1 - _NARROW_IMAGE) for s in shares[1:])] if narrow else shares
        room = 1 - gap * (len(shares) - 1)
        for place, share in enumerate(shares):
            right = left + share / sum(shares) * room
            at = first + place
            domain = [round(left, 4), round(min(right, 1.0), 4)]
            x = _name("x", at)
            if not place:
                data.append(ink_heatmap(info.ink, xaxis=x, yaxis=y))
                layout[f"xaxis{_number(at)}"] = theme.framed(
                    "image",
                    domain=domain,
                    anchor=y,
                    range=[0.5, len(info.ink[0]) + 0.5],
                    **_NO_LABELS,
                    **square_pixels(y),
                )
            else:
                panel = strip[place - 1][0]
                data.append(heatmap_trace(panel, x, y, domain, top, _is_of_classes(panel, info)))
                layout[f"xaxis{_number(at)}"] = theme.framed(
                    panel.title,
                    domain=domain,
                    anchor=y,
                    type="category",
                    **(_CLASS_LABELS if _is_of_classes(panel, info) else _NO_LABELS),
                )
            left = right + gap
    return Figure(
        {
            "data": data,
            "layout": layout,
            "frames": [_frame(info, at, len(strips), narrow) for at in range(1, info.rows + 1)],
        }
    )


_IMAGE, _LARGE_IMAGE, _NARROW_IMAGE = 1.05, 1.5, 0.42
"""Share of the width, where one of several panels has 1: about square."""
_BETWEEN = 78
"""Pixels between two strips: the title of the upper one, and the colour scale of the lower."""

_CLASS_LABELS: dict[str, Any] = {"tickangle": 0, "tickfont": {"size": 9}}
_NO_LABELS: dict[str, Any] = {"tickvals": [1], "ticktext": [" "], "tickfont": {"size": 9}}
"""An axis that hides its labels has its title too near in Plotly; this one has a blank label."""


def _strips(info: GateHeatmapsInfo, narrow: bool) -> list[list[tuple[Heatmap, float]]]:
    """The panels of each strip with their shares of the width."""
    thoughts = [(info.probabilities, 0.5), (info.logits, 0.5)]
    panels = [(panel, 1.0) for panel in info.quantities]
    if narrow:
        return [*([panel] for panel in panels), thoughts]
    if len(panels) == 1:
        return [[(panels[0][0], 2.4), *thoughts]]
    half = (len(panels) + 1) // 2
    return [[*panels[:half], thoughts[0]], [*panels[half:], thoughts[1]]]


def _is_of_classes(panel: Heatmap, info: GateHeatmapsInfo) -> bool:
    return panel is info.probabilities or panel is info.logits


def _heights(strips: int, narrow: bool) -> list[int]:
    """Pixels of each strip with what stands below it."""
    panel = 132 if narrow else 330 if strips == 1 else 250
    return [panel + (_BETWEEN if number < strips - 1 else 0) for number in range(strips)]


def _named(group: Sequence[int]) -> str:
    """Units as people count."""
    return ", ".join(str(unit + 1) for unit in group)


def _heatmap_of(
    name: Quantity, array: NDArray[np.float32], groups: Sequence[Sequence[int]], names: list[str]
) -> Heatmap:
    values = rounded(group_means(array, groups))
    if name == "cell":
        bounds = symmetric_bounds(array, _USUAL)
        return Heatmap(TITLES[name], names, values, bounds, beyond=float(np.abs(array).max()) > bounds[1])
    lowest = -1.0 if name == "hidden" else GATES[name].lowest
    return Heatmap(TITLES[name], names, values, (lowest, 1.0))


def _buttons(info: GateHeatmapsInfo, row: int) -> dict[str, Any]:
    return player.buttons(player.row_frames(info.rows), row - 1, top=_CONTROLS_TOP, plays=_PLAYS)


def _slider(info: GateHeatmapsInfo, row: int, narrow: bool) -> dict[str, Any]:
    top = _CONTROLS_TOP + (72 if narrow else 48)
    return player.slider(player.row_frames(info.rows), row - 1, top=top, around=None)


def _frame(info: GateHeatmapsInfo, row: int, strips: int, narrow: bool) -> dict[str, Any]:
    """Only what differs from row to row: the marks and words, and where the buttons lead."""
    return {
        "name": str(row),
        "traces": [],
        "data": [],
        "layout": {
            "shapes": _shapes(info, row, strips, narrow),
            "updatemenus": [_buttons(info, row)],
        },
    }


def _shapes(info: GateHeatmapsInfo, row: int, strips: int, narrow: bool) -> list[dict[str, Any]]:
    """In every strip a veil over the unread rows and a frame around the current one; its thought."""
    shapes: list[dict[str, Any]] = []
    for number in range(1, strips + 1):
        across = {"type": "rect", "xref": "paper", "yref": _name("y", number), "x0": 0, "x1": 1}
        shapes += [
            {
                **across,
                "y0": row + 0.5,
                "y1": info.rows + 0.5,
                "fillcolor": theme.VEIL,
                "line": {"width": 0},
            },
            {**across, "y0": row - 0.5, "y1": row + 0.5, "line": {"color": theme.ACCENT, "width": 2}},
        ]
    return [*shapes, _thought(info, row, narrow)]


def _thought(info: GateHeatmapsInfo, row: int, narrow: bool) -> dict[str, Any]:
    """What the network thinks at the row: right of the buttons, or on a phone below them.

    It is the label of a line that cannot be seen: Plotly changes shapes in a tenth of the time that an
    annotation takes, for which it draws the whole figure anew.
    """
    at, below = (0, 44) if narrow else (1, 4)
    y = -_CONTROLS_TOP - below
    return {
        "type": "line",
        "xref": "paper",
        "x0": at,
        "x1": at,
        "yref": "paper",
        "ysizemode": "pixel",
        "yanchor": 0,
        "y0": y,
        "y1": y,
        "line": {"width": 0},
        "label": {
            "text": info.thoughts[row - 1],
            "textangle": 0,
            "xanchor": "left" if narrow else "right",
            "yanchor": "top",
            "padding": 0,
        },
    }


def _name(axis: str, number: int) -> str:
    """As Plotly refers to an axis: x, x2, x3 …"""
    return f"{axis}{_number(number)}"


def _number(number: int) -> str:
    return "" if number == 1 else str(number)
