"""How the verdict evolved: the image, the probabilities after every row, and a player.

Left, the image as the network sees it; middle, one line of class probabilities per row, on the same rows
as the image; right (below, when narrow), the probabilities after the current row. The player runs inside
the browser: one frame a row, no round trip to the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import player, theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import ink_heatmap, ink_percents

_PLAYS = {"▶ Play": 300}
"""Milliseconds a row."""

_LABEL_FROM_PERCENT = 1.0
_CONTROLS_TOP = 56
"""Pixels between the panels and the player: room for tick labels and axis titles."""
_BARS = (2, 3)
"""The traces of the bars: the losing classes', and the winner's."""
_BAR_WIDTH = 0.8


@dataclass(frozen=True)
class EvolutionInfo:
    """What the figure shows. Rows are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent, 0 (paper) to 100.
        percents: per row, the classes' probabilities in percent, rounded to 0.01.
        winners: per row, the most probable class (the lowest, when tied).
        settled_at_row: the row after which the verdict no longer changes.
    """

    ink: list[list[int]]
    percents: list[list[float]]
    winners: list[int]
    settled_at_row: int

    @property
    def rows(self) -> int:
        return len(self.percents)

    @property
    def columns(self) -> int:
        return len(self.ink[0])

    @property
    def classes(self) -> int:
        return len(self.percents[0])


def evolution_info(
    image: NDArray[np.floating[Any]], probabilities: NDArray[np.floating[Any]], settled_at_row: int
) -> EvolutionInfo:
    """The data half of `evolution`.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        probabilities: ``(rows, classes)`` in [0, 1]; row ``t`` is what the network thinks after it.
        settled_at_row: 1 … rows.

    Raises:
        InvalidValue: the two arrays differ in rows, one is empty, or the settled row is not a row.
    """
    ink = ink_percents(image)
    if probabilities.ndim != 2 or len(probabilities) != len(image) or not probabilities.size:
        raise InvalidValue("probabilities", f"of shape ({len(image)}, classes)", probabilities.shape)
    if not 1 <= settled_at_row <= len(image):
        raise InvalidValue("settled_at_row", f"between 1 and {len(image)}", settled_at_row)
    return EvolutionInfo(
        ink=ink,
        percents=np.round(100.0 * probabilities.astype(np.float64), 2).tolist(),
        winners=probabilities.argmax(axis=1).tolist(),
        settled_at_row=int(settled_at_row),
    )


def evolution(
    image: NDArray[np.floating[Any]],
    probabilities: NDArray[np.floating[Any]],
    settled_at_row: int,
    *,
    narrow: bool = False,
) -> Figure:
    """The evolution of a verdict, with a player, resting at the last row.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        probabilities: ``(rows, classes)`` in [0, 1].
        settled_at_row: 1 … rows, the row after which the verdict no longer changes.
        narrow: for widths under about 500 pixels: the bars stand below the image and the heatmap.

    Raises:
        InvalidValue: see `evolution_info`.
    """
    info = evolution_info(image, probabilities, settled_at_row)
    return Figure(
        {
            "data": [ink_heatmap(info.ink), _heatmap(info), *_bars(info, info.rows)],
            "layout": _layout(info, narrow),
            "frames": [_frame(info, row) for row in range(1, info.rows + 1)],
        }
    )


def _frame(info: EvolutionInfo, row: int) -> dict[str, Any]:
    """Only what differs from row to row: the bars, the marks and where the buttons lead."""
    return {
        "name": str(row),
        "traces": list(_BARS),
        "data": _bars_after(info, row),
        "layout": {"shapes": _shapes(info, row), "updatemenus": [_buttons(info, row)]},
    }


def _heatmap(info: EvolutionInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "xaxis": "x2",
        "z": info.percents,
        "y0": 1,
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.PROBABILITY,
        "showscale": False,
        "hovertemplate": "row %{y} · class %{x} · %{z:.1f} %<extra></extra>",
    }


def _bars(info: EvolutionInfo, row: int) -> list[dict[str, Any]]:
    return [
        {
            **after,
            "xaxis": "x3",
            "yaxis": "y3",
            "orientation": "h",
            "width": _BAR_WIDTH,
            "textposition": "outside",
            "textangle": 0,
            "cliponaxis": False,
            "constraintext": "none",
            "marker": {"color": colour},
            "hovertemplate": "class %{y} · %{x:.1f} %<extra></extra>",
        }
        for after, colour in zip(_bars_after(info, row), (theme.QUIET, theme.ACCENT), strict=True)
    ]


def _bars_after(info: EvolutionInfo, row: int) -> list[dict[str, Any]]:
    """The losing classes' bars and the winner's, of one colour each.

    Given a list of colours, Plotly tries again and again to read all of it as one colour, and writes each
    failure with its stack to the console, after every stroke.
    """
    winner = info.winners[row - 1]
    losers = [label for label in range(info.classes) if label != winner]
    return [_bars_of(labels, info.percents[row - 1]) for labels in (losers, [winner])]


def _bars_of(labels: list[int], percents: list[float]) -> dict[str, Any]:
    chosen = [percents[label] for label in labels]
    return {
        "type": "bar",
        "x": chosen,
        "y": labels,
        "text": [theme.percent(p / 100) if p >= _LABEL_FROM_PERCENT else "" for p in chosen],
    }


def _shapes(info: EvolutionInfo, row: int) -> list[dict[str, Any]]:
    """A veil over the unread rows, a frame around the current one, a line where the verdict settled."""
    shapes: list[dict[str, Any]] = []
    for x in ("x domain", "x2 domain"):
        across = {"xref": x, "yref": "y", "x0": 0, "x1": 1}
        shapes += [
            {
                **across,
                "type": "rect",
                "y0": row + 0.5,
                "y1": info.rows + 0.5,
                "fillcolor": theme.VEIL,
                "line": {"width": 0},
            },
            {
                **across,
                "type": "line",
                "y0": info.settled_at_row - 0.5,
                "y1": info.settled_at_row - 0.5,
                "line": {"color": "#FFFFFF", "width": 1.5, "dash": "dot"},
            },
            {
                **across,
                "type": "rect",
                "y0": row - 0.5,
                "y1": row + 0.5,
                "line": {"color": theme.ACCENT, "width": 2},
            },
        ]
    return shapes


def _buttons(info: EvolutionInfo, row: int) -> dict[str, Any]:
    return player.buttons(player.of_rows(info.rows), row - 1, top=_CONTROLS_TOP, plays=_PLAYS)


def _slider(info: EvolutionInfo, narrow: bool) -> dict[str, Any]:
    around = ("row ", "") if narrow else ("after row ", f" of {info.rows}")
    return player.slider(player.of_rows(info.rows), info.rows - 1, top=_CONTROLS_TOP + 4, around=around)


def _layout(info: EvolutionInfo, narrow: bool) -> dict[str, Any]:
    rows, classes = info.rows, info.classes
    if narrow:
        base = theme.layout(570, left=40, right=14, top=30, bottom=140)
        image, heatmap, bars, lines, below = [0, 0.48], [0.52, 1], [0, 0.86], [0.62, 1], [0, 0.44]
    else:
        base = theme.layout(490, left=44, right=44, top=12, bottom=156)
        image, heatmap, bars, lines, below = [0, 0.37], [0.39, 0.65], [0.8, 1], [0, 1], [0, 1]
    return {
        **base,
        "xaxis": theme.framed(
            "column",
            domain=image,
            range=[0.5, info.columns + 0.5],
            constrain="domain",
            constraintoward="right",
            scaleanchor="y",
            showticklabels=False,
        ),
        "yaxis": theme.framed(
            "row",
            domain=lines,
            range=[rows + 0.5, 0.5],
            constrain="domain",
            constraintoward="top",
            **theme.every_row(rows),
        ),
        "xaxis2": theme.framed("class", domain=heatmap, range=[-0.5, classes - 0.5], dtick=1, anchor="y"),
        "xaxis3": theme.axis(
            "probability (%)", domain=bars, range=[0, 100], anchor="y3", showgrid=True, dtick=50, ticks=""
        ),
        "yaxis3": theme.axis(
            "class", domain=below, range=[classes - 0.5, -0.5], dtick=1, anchor="x3", ticks=""
        ),
        "barmode": "overlay",
        "shapes": _shapes(info, rows),
        "annotations": [_settled(info, narrow)],
        "updatemenus": [_buttons(info, rows)],
        "sliders": [_slider(info, narrow)],
    }


def _settled(info: EvolutionInfo, narrow: bool) -> dict[str, Any]:
    if narrow:
        text = f"dotted line: settled at row {info.settled_at_row}"
        return theme.caption(text, 1, 1, xanchor="right", yanchor="bottom", yshift=4)
    return theme.caption(
        f"settled<br>at row {info.settled_at_row}",
        1,
        info.settled_at_row - 0.5,
        xref="x2 domain",
        yref="y",
        xanchor="left",
        xshift=6,
        align="left",
    )
