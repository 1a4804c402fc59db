"""A reliability diagram: how often verdicts are right, over how sure they are.

After Guo, Pleiss, Sun & Weinberger (2017), "On Calibration of Modern Neural Networks", figure 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.inside.calibration import Reliability

FEW = 100
"""A bar of fewer readings says how many: they say little."""

_LEFT = 52
"""Pixels left of the plotting area, over which the key begins too: it is wide for a phone."""


@dataclass(frozen=True)
class ReliabilityInfo:
    """Only bins with readings, from the least sure.

    Attributes:
        centres: of the bins, in percent.
        width: of a bin, in percent.
        accuracies, confidences: in percent, rounded to 0.1.
        counts: readings.
        few: the same as text where they are fewer than `FEW`, else nothing.
    """

    centres: list[float]
    width: float
    accuracies: list[float]
    confidences: list[float]
    counts: list[int]

    @property
    def few(self) -> list[str]:
        return [str(count) if count < FEW else "" for count in self.counts]


def reliability_info(found: Reliability) -> ReliabilityInfo:
    """The data half of `reliability_diagram`.

    Raises:
        InvalidValue: no bin holds a reading.
    """
    filled = [number for number, count in enumerate(found.counts) if count]
    if not filled:
        raise InvalidValue("found", "of at least one reading", "none")
    width = 100 / len(found.counts)
    return ReliabilityInfo(
        [round((number + 0.5) * width, 3) for number in filled],
        width,
        [round(100 * float(found.accuracy[number]), 1) for number in filled],
        [round(100 * float(found.confidence[number]), 1) for number in filled],
        [int(found.counts[number]) for number in filled],
    )


def reliability_diagram(before: Reliability, after: Reliability) -> Figure:
    """Bars of accuracy by confidence, the line of perfect honesty, and points with the temperature.

    Args:
        before: as the network says it; the bars.
        after: with the temperature fitted on other readings; the points.

    Raises:
        InvalidValue: see `reliability_info`.
    """
    bars, points = reliability_info(before), reliability_info(after)
    keys = f'<span style="color:{theme.TRAINING}">■</span> as the network says'
    keys += f'  <span style="color:{theme.ACCENT}">●</span> with the temperature'
    keys += f'<br><span style="color:{theme.QUIET}"><b>···</b></span> perfectly calibrated'
    return Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "x": bars.centres,
                    "y": bars.accuracies,
                    "width": 0.9 * bars.width,
                    "marker": {"color": theme.TRAINING},
                    "text": bars.few,
                    "textposition": "auto",
                    "textangle": 0,
                    "insidetextanchor": "start",
                    "insidetextfont": {"color": "#FFFFFF"},
                    "cliponaxis": False,
                    "customdata": _custom(bars),
                    "hovertemplate": "says %{customdata[0]} % · right %{y} % of %{customdata[1]:,}"
                    "<extra></extra>",
                },
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": points.confidences,
                    "y": points.accuracies,
                    "marker": {
                        "size": 9,
                        "color": theme.ACCENT,
                        "line": {"color": "#FFFFFF", "width": 1.5},
                    },
                    "customdata": _custom(points),
                    "cliponaxis": False,
                    "hovertemplate": "with the temperature: says %{customdata[0]} % · right %{y} % of "
                    "%{customdata[1]:,}<extra></extra>",
                },
            ],
            "layout": {
                **theme.layout(380, left=_LEFT, right=14, top=54),
                "xaxis": theme.axis("how sure it is (%)", range=[0, 100], dtick=20, ticks=""),
                "yaxis": theme.axis("how often it is right (%)", range=[0, 100], showgrid=True, ticks=""),
                "shapes": [
                    {
                        "type": "line",
                        "x0": 0,
                        "y0": 0,
                        "x1": 100,
                        "y1": 100,
                        "line": {"color": theme.QUIET, "width": 2, "dash": "dot"},
                    }
                ],
                "annotations": [
                    theme.caption(
                        keys, 0, 1, xanchor="left", yanchor="bottom", xshift=8 - _LEFT, yshift=6, align="left"
                    )
                ],
            },
        }
    )


def _custom(info: ReliabilityInfo) -> list[list[Any]]:
    return [list(pair) for pair in zip(info.confidences, info.counts, strict=True)]
