"""Loss and accuracy while the network learns, with marks where someone changed something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.reading.percents import PERCENT

_LABEL_WIDTH = 0.06
"""What the text of a mark, which stands upright, takes of the axis where that is narrow."""

MOST_POINTS = 600
"""More points on one line than a screen has pixels across are thinned; see `thinned`."""


@dataclass(frozen=True)
class LossPoint:
    """Loss (nats) and accuracy (0 … 1) at a step; not-a-number where the loss diverged."""

    step: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Mark:
    """Something that happened at a step: "learning rate 0.001 → 0.0003", "paused"."""

    step: int
    text: str


@dataclass(frozen=True)
class Line:
    """Points of one line; ``None`` is a gap."""

    steps: list[int]
    values: list[float | None]


@dataclass(frozen=True)
class LearningCurvesInfo:
    """Four lines (accuracies in percent), the marks in order, and the last step the axis shows."""

    training_loss: Line
    validation_loss: Line
    training_accuracy: Line
    validation_accuracy: Line
    marks: list[Mark]
    last_step: int


def learning_curves_info(
    training: Sequence[LossPoint],
    validation: Sequence[LossPoint],
    marks: Sequence[Mark],
    total_steps: int,
) -> LearningCurvesInfo:
    """The data half of `learning_curves`.

    Args:
        training: measured on batches while training, in order of steps.
        validation: measured on the validation set, in order of steps.
        marks: in any order; marks on the same step become one.
        total_steps: how far the run is meant to go, at least 1; the axis grows when points go further.

    Raises:
        InvalidValue: ``total_steps`` is below 1.
    """
    if total_steps < 1:
        raise InvalidValue("total_steps", "at least 1", total_steps)
    texts: dict[int, list[str]] = {}
    for mark in sorted(marks, key=lambda mark: mark.step):
        texts.setdefault(mark.step, []).append(mark.text)
    return LearningCurvesInfo(
        training_loss=_line(training, [point.loss for point in training]),
        validation_loss=_line(validation, [point.loss for point in validation]),
        training_accuracy=_line(training, [100 * point.accuracy for point in training]),
        validation_accuracy=_line(validation, [100 * point.accuracy for point in validation]),
        marks=[Mark(step, ", ".join(said)) for step, said in texts.items()],
        last_step=max([total_steps, *(point.step for point in (*training[-1:], *validation[-1:]))]),
    )


def thinned(values: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.intp]:
    """Which of many points to draw, such that no peak or dip is lost.

    The first and the last point are kept, and from each of equally long stretches between them the
    lowest and the highest. Values that are not finite count as neither, unless first or last.

    Args:
        values: ``(n,)``.
        most: at least 4.

    Returns:
        at most ``most`` increasing indices; all, when ``n <= most``.

    Raises:
        InvalidValue: ``most`` is below 4.
    """
    if most < 4:
        raise InvalidValue("most", "at least 4", most)
    n = len(values)
    if n <= most:
        return np.arange(n)
    length = -(-(n - 2) // ((most - 2) // 2))
    stretches = -(-(n - 2) // length)
    padded = np.full(stretches * length, np.nan)
    padded[: n - 2] = values[1:-1]
    inner = padded.reshape(stretches, length)
    finite = np.isfinite(inner)
    lowest = np.where(finite, inner, np.inf).argmin(axis=1)
    highest = np.where(finite, inner, -np.inf).argmax(axis=1)
    start = 1 + length * np.arange(stretches)
    return np.unique(np.concatenate([[0], start + lowest, start + highest, [n - 1]]))


def learning_curves(
    training: Sequence[LossPoint],
    validation: Sequence[LossPoint],
    marks: Sequence[Mark] = (),
    *,
    total_steps: int,
    zoomable: bool = True,
) -> Figure:
    """Loss above, accuracy below, over the steps of a run.

    The horizontal axis spans the whole run from the start, so nothing moves while the lines grow.

    Args:
        training, validation, marks, total_steps: see `learning_curves_info`.
        zoomable: whether dragging zooms and a double click goes back. Better not on a phone, where it takes
            the page's scrolling, nor while the run goes on: Plotly itself keeps a zoom across new points, but
            Streamlit replaces a chart whose points have changed, and with it a drag that has just begun.

    Raises:
        InvalidValue: see `learning_curves_info`.
    """
    info = learning_curves_info(training, validation, marks, total_steps)
    zoom = {"fixedrange": not zoomable, "showgrid": True, "ticks": ""}
    return Figure(
        {
            "data": [
                _trace(info.training_loss, "training", "loss", ":.4g", "y"),
                _trace(info.validation_loss, "validation", "loss", ":.4g", "y"),
                _trace(info.training_accuracy, "training", "accuracy", ":.2f", "y2", PERCENT),
                _trace(info.validation_accuracy, "validation", "accuracy", ":.2f", "y2", PERCENT),
            ],
            "layout": {
                **theme.layout(460, left=56, right=20, top=34),
                "uirevision": "learning",
                "dragmode": "zoom" if zoomable else False,
                "showlegend": True,
                "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
                "xaxis": theme.axis("step", range=[0, info.last_step], anchor="y2", **zoom),
                "yaxis": theme.axis("loss (nats)", domain=[0.53, 1], rangemode="tozero", **zoom),
                "yaxis2": theme.axis("accuracy (%)", domain=[0, 0.47], range=[0, 101], **zoom),
                "shapes": [_mark_line(mark) for mark in info.marks],
                "annotations": [_mark_text(mark, info.last_step) for mark in _readable(info)],
            },
        }
    )


def _line(points: Sequence[LossPoint], values: list[float]) -> Line:
    array = np.array(values, np.float64)
    kept = thinned(array)
    return Line(
        [points[i].step for i in kept],
        [float(f"{value:.6g}") if np.isfinite(value) else None for value in array[kept]],
    )


def _trace(line: Line, split: str, quantity: str, form: str, axis: str, unit: str = "") -> dict[str, Any]:
    training = split == "training"
    return {
        "type": "scatter",
        "mode": "lines" if training else "lines+markers",
        "name": split,
        "legendgroup": split,
        "showlegend": axis == "y",
        "x": line.steps,
        "y": line.values,
        "yaxis": axis,
        "line": {
            "color": theme.TRAINING if training else theme.VALIDATION,
            "width": 1.5 if training else 2.5,
        },
        "marker": {"size": 6},
        "hovertemplate": f"step %{{x}} · {split} {quantity} %{{y{form}}}{unit}<extra></extra>",
    }


def _mark_line(mark: Mark) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": mark.step,
        "x1": mark.step,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.QUIET, "width": 1, "dash": "dash"},
    }


def _readable(info: LearningCurvesInfo) -> list[Mark]:
    """The marks, of which those that would be written over each other are one, at the last of them."""
    found: list[Mark] = []
    for mark in info.marks:
        if found and mark.step - found[-1].step < _LABEL_WIDTH * info.last_step:
            found[-1] = Mark(mark.step, f"{found[-1].text}; {mark.text}")
        else:
            found.append(mark)
    return found


def _mark_text(mark: Mark, last_step: int) -> dict[str, Any]:
    at_the_end = mark.step > (1 - _LABEL_WIDTH) * last_step
    return theme.caption(
        mark.text,
        mark.step,
        1,
        xref="x",
        textangle=-90,
        xanchor="right" if at_the_end else "left",  # before a mark there are curves
        yanchor="top",
        xshift=-2 if at_the_end else 2,
        font={"size": 11},
        hovertext=f"step {mark.step}: {mark.text}",
    )
