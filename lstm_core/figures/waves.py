"""A network that turns a sine into a cosine: what comes out against the truth, and how its error fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.learning_curves import thinned
from lstm_core.lesson.waves import Wave

HEIGHT = 470
HIGHEST = 1.6
"""The wave's axis ends here, so that nothing moves while an untrained network says anything."""
LEAST_LOSS = 1e-6
"""A logarithmic axis has no zero."""


@dataclass(frozen=True)
class WavesInfo:
    """Three lines over the same time steps, and the loss over the training steps 1, 2, …

    Attributes:
        time: time steps.
        input, truth, prediction: of each time step.
        steps: training steps whose losses are drawn, increasing; of many some, without losing a peak or dip.
        losses: of each of these steps.
        last_step: where the axis of training steps ends.
        powers: exponents of ten between which the axis of losses lies, whole.
    """

    time: list[int]
    input: list[float]
    truth: list[float]
    prediction: list[float]
    steps: list[int]
    losses: list[float]
    last_step: int
    powers: tuple[int, int]


def waves_info(wave: Wave, losses: Sequence[float], total_steps: int) -> WavesInfo:
    """The data half of `waves`.

    Args:
        wave: what the network makes of a wave now.
        losses: of every training step so far.
        total_steps: how far the training is meant to go, at least 1; the axis grows when it went further.

    Raises:
        InvalidValue: ``total_steps`` is below 1.
    """
    if total_steps < 1:
        raise InvalidValue("total_steps", "at least 1", total_steps)
    drawn = np.maximum(np.array(losses, np.float64), LEAST_LOSS)
    kept = thinned(np.log10(drawn))
    lowest = int(np.floor(np.log10(drawn.min()))) if drawn.size else 0
    highest = int(np.ceil(np.log10(drawn.max()))) if drawn.size else 0
    return WavesInfo(
        time=[int(step) for step in wave.time],
        input=_rounded(wave.input),
        truth=_rounded(wave.truth),
        prediction=_rounded(wave.prediction),
        steps=[int(index) + 1 for index in kept],
        losses=[float(f"{loss:.4g}") for loss in drawn[kept]],
        last_step=max(total_steps, len(losses)),
        powers=(min(lowest, -3), max(highest, 0)),
    )


def waves(wave: Wave, losses: Sequence[float], *, total_steps: int) -> Figure:
    """The sine that went in, the cosine that should come out and what does; below, the error of each step.

    The truth is a broad pale line, on which the prediction comes to lie as it is learnt.

    Args:
        wave, losses, total_steps: see `waves_info`.

    Raises:
        InvalidValue: see `waves_info`.
    """
    info = waves_info(wave, losses, total_steps)
    grid = {"showgrid": True, "ticks": ""}
    return Figure(
        {
            "data": [
                _line("sine", info.time, info.input, {"color": theme.QUIET, "width": 2, "dash": "dot"}),
                _line("cosine", info.time, info.truth, {"color": theme.TRAINING, "width": 6})
                | {"opacity": 0.65},
                _line("prediction", info.time, info.prediction, {"color": theme.ACCENT, "width": 2.5}),
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": info.steps,
                    "y": info.losses,
                    "xaxis": "x2",
                    "yaxis": "y2",
                    "showlegend": False,
                    "line": {"color": theme.ACCENT, "width": 1.5},
                    "hovertemplate": "training step %{x} · error %{y:.3g}<extra></extra>",
                },
            ],
            "layout": {
                **theme.layout(HEIGHT, left=56, right=20, top=34),
                "uirevision": "waves",
                "showlegend": True,
                "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
                "xaxis": theme.axis("time step", range=_ends(info.time), anchor="y", **grid),
                "yaxis": theme.axis("value", domain=[0.46, 1], range=[-HIGHEST, HIGHEST], dtick=1, **grid),
                "xaxis2": theme.axis("training step", range=[0, info.last_step], anchor="y2", **grid),
                "yaxis2": theme.axis(
                    "mean squared error",
                    domain=[0, 0.29],
                    type="log",
                    range=list(info.powers),
                    dtick=1,
                    exponentformat="power",
                    **grid,
                ),
            },
        }
    )


def _line(name: str, time: list[int], values: list[float], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": time,
        "y": values,
        "line": line | {"simplify": False},
        "hovertemplate": f"time step %{{x}} · {name} %{{y:.3f}}<extra></extra>",
    }


def _ends(time: list[int]) -> list[int]:
    return [time[0], time[-1] + 1]


def _rounded(values: NDArray[np.float32]) -> list[float]:
    return [round(float(value), 4) for value in values]
