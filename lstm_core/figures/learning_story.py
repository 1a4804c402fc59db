"""One image over training: a class's probability by row and step, and every class by row at the chosen step.

Left, the image; middle, one column a snapshot, on the same rows as the image, with the row at which its
verdict settled; right (below, when narrow) the reading of one snapshot. Its player runs inside the browser:
one frame a snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import player, theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.reading.verdict import settled_in_words, verdict

_PLAYS = {"Play": 700}
"""Milliseconds a snapshot."""

_CONTROLS_TOP = 62
_READING = 3
"""Which of the traces the player changes."""


@dataclass(frozen=True)
class LearningStoryInfo:
    """What the figure shows. Rows are counted from 1; columns are snapshots, ascending in steps.

    Attributes:
        steps: of training.
        ink: per row, the columns' ink in whole percent.
        percents: per step, row and class, the probability in percent, to 0.1.
        label: the class whose probability is looked at.
        class_percents: per row and step, the probability of ``label`` in percent, to 0.1.
        settled_at_row: per step; None where the verdict did not settle.
        settled: per step, the same in words.
        verdicts: per step, the most probable class after the last row.
    """

    steps: list[int]
    ink: list[list[int]]
    percents: list[list[list[float]]]
    label: int
    class_percents: list[list[float]]
    settled_at_row: list[int | None]
    settled: list[str]
    verdicts: list[int]

    @property
    def rows(self) -> int:
        return len(self.ink)

    @property
    def classes(self) -> int:
        return len(self.percents[0][0])


def learning_story_info(
    image: NDArray[np.floating[Any]],
    steps: Sequence[int],
    probabilities: NDArray[np.floating[Any]],
    label: int,
) -> LearningStoryInfo:
    """The data half of `learning_story_figure`.

    Args:
        image: ``(rows, columns)`` in [0, 1], ink 1.
        steps: ascending.
        probabilities: ``(steps, rows, classes)`` in [0, 1].
        label: a class.

    Raises:
        InvalidValue: the shapes do not fit each other, there is no step or they do not ascend, or the class
            is none.
    """
    ink = ink_percents(image)
    if not steps or list(steps) != sorted(set(steps)):
        raise InvalidValue("steps", "ascending, at least one", list(steps))
    if probabilities.ndim != 3 or probabilities.shape[:2] != (len(steps), len(image)):
        wanted = f"of shape ({len(steps)}, {len(image)}, classes)"
        raise InvalidValue("probabilities", wanted, probabilities.shape)
    if not 0 <= label < probabilities.shape[2]:
        raise InvalidValue("label", f"between 0 and {probabilities.shape[2] - 1}", label)
    percents = np.round(100.0 * probabilities.astype(np.float64), 1)
    found = [verdict(reading, image) for reading in probabilities]
    return LearningStoryInfo(
        steps=[int(step) for step in steps],
        ink=ink,
        percents=percents.tolist(),
        label=label,
        class_percents=percents[..., label].T.tolist(),
        settled_at_row=[one.settled_at_row for one in found],
        settled=[settled_in_words(one) for one in found],
        verdicts=[one.label for one in found],
    )


def learning_story_figure(
    image: NDArray[np.floating[Any]],
    steps: Sequence[int],
    probabilities: NDArray[np.floating[Any]],
    label: int,
    *,
    narrow: bool = False,
) -> Figure:
    """The story with a slider through training time, resting at the last step.

    Args:
        image, steps, probabilities, label: see `learning_story_info`.
        narrow: for widths under about 500 pixels: the reading of one step stands below.

    Raises:
        InvalidValue: see `learning_story_info`.
    """
    info = learning_story_info(image, steps, probabilities, label)
    last = len(info.steps) - 1
    return Figure(
        {
            "data": [ink_heatmap(info.ink), _of_class(info), _settled(info, narrow), _reading(info, last)],
            "layout": _layout(info, narrow),
            "frames": [
                {
                    "name": name,
                    "traces": [_READING],
                    "data": [{"type": "heatmap", "z": info.percents[at]}],
                    "layout": {
                        "shapes": _shapes(info, at),
                        "annotations": _annotations(info, at, narrow),
                        "updatemenus": [_buttons(info, at)],
                    },
                }
                for at, name in enumerate(_frames(info))
            ],
        }
    )


def _of_class(info: LearningStoryInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "xaxis": "x2",
        "z": info.class_percents,
        "y0": 1,
        "customdata": [info.steps] * info.rows,
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.PROBABILITY,
        "showscale": False,
        "hovertemplate": f"step %{{customdata}} · row %{{y}} · class {info.label}: %{{z}} %<extra></extra>",
    }


def _settled(info: LearningStoryInfo, narrow: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "xaxis": "x2",
        "x": list(range(len(info.steps))),
        "y": [row or info.rows for row in info.settled_at_row],
        "text": [str(label) for label in info.verdicts],
        "textposition": "middle center",
        "textfont": {"color": "#FFFFFF", "size": 11 if narrow else 12},
        "customdata": [list(pair) for pair in zip(info.steps, info.settled, strict=True)],
        "line": {"color": theme.ACCENT, "width": 2},
        "marker": {
            "size": 15 if narrow else 18,
            "color": ["#B4420A" if label == info.label else "#4A5160" for label in info.verdicts],
            "symbol": ["circle" if row else "square" for row in info.settled_at_row],
            "line": {"color": "#FFFFFF", "width": 1},
        },
        "cliponaxis": False,
        "hovertemplate": "step %{customdata[0]} · reads as %{text}, %{customdata[1]}<extra></extra>",
    }


def _reading(info: LearningStoryInfo, at: int) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "xaxis": "x3",
        "yaxis": "y3",
        "z": info.percents[at],
        "y0": 1,
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.PROBABILITY,
        "showscale": False,
        "hovertemplate": "row %{y} · class %{x} · %{z} %<extra></extra>",
    }


def _shapes(info: LearningStoryInfo, at: int) -> list[dict[str, Any]]:
    """A frame around the chosen step, a line where its verdict settled, if it did."""
    settled = info.settled_at_row[at]
    return [
        {
            "type": "rect",
            "xref": "x2",
            "yref": "y domain",
            "x0": at - 0.5,
            "x1": at + 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"color": theme.ACCENT, "width": 2},
        },
        {
            "type": "line",
            "xref": "x3 domain",
            "yref": "y3",
            "x0": 0,
            "x1": 1,
            "y0": (settled or info.rows) - 0.5,
            "y1": (settled or info.rows) - 0.5,
            "visible": settled is not None,
            "line": {"color": "#FFFFFF", "width": 1.5, "dash": "dot"},
        },
    ]


def _annotations(info: LearningStoryInfo, at: int, narrow: bool) -> list[dict[str, Any]]:
    return [
        theme.caption(
            f"class {info.label} by row and step",
            0,
            1,
            xref="x2 domain",
            yref="y domain",
            xanchor="left",
            yanchor="bottom",
            yshift=12,
        ),
        theme.caption(
            f"step {info.steps[at]:,}: reads as {info.verdicts[at]}, {info.settled[at]}",
            0 if narrow else 0.5,
            1,
            xref="x3 domain",
            yref="y3 domain",
            xanchor="left" if narrow else "center",
            yanchor="bottom",
            yshift=4 if narrow else 12,
        ),
    ]


def _frames(info: LearningStoryInfo) -> list[str]:
    return [str(step) for step in info.steps]


def _buttons(info: LearningStoryInfo, at: int) -> dict[str, Any]:
    return player.buttons(_frames(info), at, top=_CONTROLS_TOP, plays=_PLAYS)


def _slider(info: LearningStoryInfo) -> dict[str, Any]:
    last = len(info.steps) - 1
    return player.slider(_frames(info), last, top=_CONTROLS_TOP + 4, around=("step ", ""))


def _layout(info: LearningStoryInfo, narrow: bool) -> dict[str, Any]:
    rows, count = info.rows, len(info.steps)
    upper, lower = ([0.66, 1], [0, 0.46]) if narrow else ([0, 1], [0, 1])
    image, middle, right = ([0, 0.38], [0.42, 1], [0, 1]) if narrow else ([0, 0.3], [0.33, 0.68], [0.74, 1])
    shown = sorted({0, count - 1, *range(0, count, max(1, -(-count // (5 if narrow else 7))))})
    if count > 2 and shown[-1] - shown[-2] < max(1, count // 8):
        del shown[-2]
    lines = {"range": [rows + 0.5, 0.5], **theme.every_row(rows)}
    return {
        **theme.layout(
            630 if narrow else 520,
            left=theme.ROWS_LEFT_NARROW if narrow else theme.ROWS_LEFT,
            right=14,
            top=36,
            bottom=150,
        ),
        "xaxis": theme.framed(
            "image",
            domain=image,
            range=[0.5, len(info.ink[0]) + 0.5],
            anchor="y",
            showticklabels=False,
            **square_pixels(),
        ),
        "yaxis": theme.framed("row", domain=upper, **lines, **FITTED_ROWS),
        "xaxis2": theme.framed(
            "training step",
            domain=middle,
            anchor="y",
            range=[-0.5, count - 0.5],
            tickvals=shown,
            ticktext=[_short(info.steps[at]) for at in shown],
        ),
        "xaxis3": theme.framed("class", domain=right, anchor="y3", range=[-0.5, info.classes - 0.5], dtick=1),
        "yaxis3": theme.framed("row", domain=lower, anchor="x3", **lines),
        "shapes": _shapes(info, count - 1),
        "annotations": _annotations(info, count - 1, narrow),
        "updatemenus": [_buttons(info, count - 1)],
        "sliders": [_slider(info)],
    }


def _short(step: int) -> str:
    """Such as ``400`` or ``12k``."""
    return str(step) if step < 1000 else f"{step / 1000:.4g}k"
