"""A digit's rows beside the mean gates of every layer, so that one sees what the layers do with the stroke.

Every panel stands on the image's rows, as in `lstm_core.figures.gate_heatmaps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.inside.latching import LayerMemory
from lstm_core.reading.gates import GATES, Gate

LINES: dict[Gate, tuple[str, str]] = {
    "forget_gate": ("#0B9A6D", "solid"),
    "input_gate": (theme.TRAINING, "dash"),
    "output_gate": ("#B15DC4", "dot"),
}
"""Colour and dash of each gate's curve."""

_A_STRIP = 3
"""Layers beside one image on a desktop."""
_IMAGE, _LAYER, _GAP, _GAP_NARROW = 1.0, 1.15, 0.035, 0.06
_TALL, _TALL_NARROW, _BETWEEN, _TOP, _BOTTOM = 300, 136, 84, 30, 48
"""Pixels: a strip of panels, between two strips, over the first and under the last."""


@dataclass(frozen=True)
class MeanGatesInfo:
    """What the figure shows. Rows and layers are counted from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        percents: per layer and gate, the mean of every row in percent, rounded to 0.1.
        latched_at: per layer, the row from which on it is latched; None if it does not latch.
    """

    ink: list[list[int]]
    percents: list[dict[Gate, list[float]]]
    latched_at: list[int | None]

    @property
    def rows(self) -> int:
        return len(self.ink)


def mean_gates_info(image: NDArray[np.floating[Any]], layers: Sequence[LayerMemory]) -> MeanGatesInfo:
    """The data half of `mean_gates`.

    Args:
        image: ``(rows, columns)`` in [0, 1].
        layers: at least one, bottom to top, each of as many rows.

    Raises:
        InvalidValue: the image is empty, there is no layer, or one has another number of rows.
    """
    ink = ink_percents(image)
    if not layers:
        raise InvalidValue("layers", "at least one", layers)
    for layer in layers:
        if layer.rows != len(ink):
            raise InvalidValue(f"layer {layer.number}", f"of {len(ink)} rows", layer.rows)
    percents: list[dict[Gate, list[float]]] = [
        {gate: (np.round(100 * getattr(layer, gate), 1) + 0.0).tolist() for gate in LINES} for layer in layers
    ]
    return MeanGatesInfo(ink, percents, [layer.latched_at for layer in layers])


def mean_gates(
    info: MeanGatesInfo, row: int, *, settled_at: int | None = None, narrow: bool = False
) -> Figure:
    """The image and, right of it, one panel a layer; its frames frame one row each.

    Args:
        info: what `mean_gates_info` gives.
        row: 1 … rows.
        settled_at: the row, 1 … rows, over which a line says that the verdict settled; None for no line.
        narrow: for widths under about 500 pixels: one layer a strip.

    Raises:
        InvalidValue: there is no such row.
    """
    if not 1 <= row <= info.rows:
        raise InvalidValue("row", f"between 1 and {info.rows}", row)
    depth, many = len(info.percents), 1 if narrow else _A_STRIP
    strips = [range(depth)[at : at + many] for at in range(0, depth, many)]
    tall = _TALL_NARROW if narrow else _TALL
    whole = tall * len(strips) + _BETWEEN * (len(strips) - 1)
    layout = theme.layout(whole + _TOP + _BOTTOM, left=40, right=12, top=_TOP, bottom=_BOTTOM)
    layout |= {"shapes": _shapes(info, row, strips, settled_at), "annotations": []}
    data: list[dict[str, Any]] = []
    axis = 0
    for number, strip in enumerate(strips):
        top = 1 - number * (tall + _BETWEEN) / whole
        y = _name("y", number)
        layout[f"yaxis{y[1:]}"] = theme.framed(
            "row",
            domain=[max(round(top - tall / whole, 4), 0.0), round(top, 4)],
            range=[info.rows + 0.5, 0.5],
            anchor=_name("x", axis),
            **theme.every_row(info.rows),
            **FITTED_ROWS,
        )
        domains = _domains(len(strip), min(many, depth), _GAP_NARROW if narrow else _GAP)
        for layer, domain in zip([None, *strip], domains, strict=True):
            x = _name("x", axis)
            axis += 1
            if layer is None:
                data.append(ink_heatmap(info.ink, xaxis=x, yaxis=y))
                columns = len(info.ink[0])
                ticks = [1, (columns + 1) // 2, columns]
                layout[f"xaxis{x[1:]}"] = theme.framed(
                    "column",
                    domain=domain,
                    anchor=y,
                    range=[0.5, columns + 0.5],
                    tickvals=ticks,
                    **square_pixels(y),
                )
                continue
            data += [_line(info, layer, gate, x, y) for gate in LINES]
            layout[f"xaxis{x[1:]}"] = theme.framed(
                "mean of the units (%)",
                domain=domain,
                anchor=y,
                range=[0, 100],
                tickvals=[0, 50, 100] if narrow else [0, 25, 50, 75, 100],
                showgrid=True,
            )
            layout["annotations"].append(_title(layer, x, y))
    frames = [
        {
            "name": str(at),
            "traces": [],
            "data": [],
            "layout": {"shapes": _shapes(info, at, strips, settled_at)},
        }
        for at in range(1, info.rows + 1)
    ]
    return Figure({"data": data, "layout": layout, "frames": frames})


def _name(axis: str, at: int) -> str:
    """As Plotly refers to an axis: x, x2, x3 …"""
    return axis if at == 0 else f"{axis}{at + 1}"


def _domains(layers: int, most: int, gap: float) -> list[list[float]]:
    """Of the image and each of ``layers`` panels, as wide as where ``most`` stand in a strip."""
    unit = (1 - gap * most) / (_IMAGE + most * _LAYER)
    domains, left = [], 0.0
    for share in (_IMAGE, *[_LAYER] * layers):
        domains.append([round(left, 4), round(min(left + share * unit, 1.0), 4)])
        left += share * unit + gap
    return domains


def _line(info: MeanGatesInfo, layer: int, gate: Gate, x: str, y: str) -> dict[str, Any]:
    colour, dash = LINES[gate]
    return {
        "type": "scatter",
        "mode": "lines",
        "xaxis": x,
        "yaxis": y,
        "x": info.percents[layer][gate],
        "y": list(range(1, info.rows + 1)),
        "line": {"color": colour, "width": 2.5, "dash": dash},
        "name": f"layer {layer + 1}, {GATES[gate].words}",
        "hovertemplate": f"row %{{y}} · layer {layer + 1} · {GATES[gate].words} %{{x:.1f}} %<extra></extra>",
    }


def _title(layer: int, x: str, y: str) -> dict[str, Any]:
    return theme.caption(
        f"<b>layer {layer + 1}</b>",
        0,
        1,
        xref=f"{x} domain",
        yref=f"{y} domain",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
    )


def _shapes(
    info: MeanGatesInfo, row: int, strips: Sequence[range], settled_at: int | None
) -> list[dict[str, Any]]:
    """In every strip a frame around the row, a line where the verdict settled, dots where layers latched."""
    shapes: list[dict[str, Any]] = []
    axis = 0
    for number, strip in enumerate(strips):
        y = _name("y", number)
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "yref": y,
                "x0": 0,
                "x1": 1,
                "y0": row - 0.5,
                "y1": row + 0.5,
                "line": {"color": theme.ACCENT, "width": 2},
            }
        )
        shapes += theme.settled_line(settled_at, y)
        for place, layer in enumerate(strip, start=1):
            at = info.latched_at[layer]
            if at is not None:
                across = {"xref": f"{_name('x', axis + place)} domain", "yref": y, "x0": 0, "x1": 1}
                line = {"color": theme.QUIET, "width": 2, "dash": "dot"}
                shapes.append({"type": "line", **across, "y0": at - 0.5, "y1": at - 0.5, "line": line})
        axis += 1 + len(strip)
    return shapes
