"""One digit, read again and again while the network learns: its rows, the probabilities, the mean gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.image import FITTED_ROWS, ink_heatmap, ink_percents, square_pixels
from lstm_core.figures.mean_gates import LINES, mean_gates_info
from lstm_core.reading.gates import GATES, Gate

if TYPE_CHECKING:
    from lstm_core.inside.latching import LayerMemory

MOST_LAYERS = 3
"""As many fit beside the probabilities; of more, the lowest and the top ones are shown."""

_HEIGHT, _HEIGHT_NARROW, _TOP, _BOTTOM, _BETWEEN = 165, 145, 28, 46, 76
"""Pixels: a strip of panels, over the first, under the last, and between two."""
_GAP = 0.03
_IMAGE = 1.9
"""Share of the width of the image beside gates, where every other panel has 1."""


@dataclass(frozen=True)
class LiveReadingInfo:
    """What the figure shows. Rows and layers count from 1.

    Attributes:
        ink: per row, the columns' ink in whole percent.
        percents: per row, the classes' probabilities in percent, rounded to 0.01.
        settled_at_row: of the verdict; None if it did not settle.
        gates: by the number of a layer, per gate its mean over the units at every row, in percent.
        names: what the classes are called, by label.
    """

    ink: list[list[int]]
    percents: list[list[float]]
    settled_at_row: int | None
    gates: dict[int, dict[Gate, list[float]]]
    names: tuple[str, ...] = ()


def live_reading_info(
    image: NDArray[np.floating[Any]],
    probabilities: NDArray[np.floating[Any]],
    settled_at_row: int | None,
    layers: Sequence[LayerMemory],
    names: tuple[str, ...] = (),
) -> LiveReadingInfo:
    """The data half of `live_reading`.

    Args:
        image: ``(rows, columns)`` in [0, 1].
        probabilities: ``(rows, classes)`` in [0, 1].
        settled_at_row: 1 … rows, or None.
        layers: bottom to top; none of a network without an LSTM's gates. At most `MOST_LAYERS` are shown.
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: an array is empty or of other rows, or there is no such row.
    """
    ink = ink_percents(image)
    if probabilities.ndim != 2 or len(probabilities) != len(ink) or not probabilities.size:
        raise InvalidValue("probabilities", f"of shape ({len(ink)}, classes)", probabilities.shape)
    if settled_at_row is not None and not 1 <= settled_at_row <= len(ink):
        raise InvalidValue("settled_at_row", f"between 1 and {len(ink)}", settled_at_row)
    shown = [*layers[:1], *layers[1:][-(MOST_LAYERS - 1) :]]
    means = mean_gates_info(image, shown).percents if shown else []
    return LiveReadingInfo(
        ink=ink,
        percents=np.round(100.0 * probabilities.astype(np.float64), 2).tolist(),
        settled_at_row=settled_at_row,
        gates={layer.number: mean for layer, mean in zip(shown, means, strict=True)},
        names=names or tuple(map(str, range(probabilities.shape[1]))),
    )


def live_reading(info: LiveReadingInfo, *, narrow: bool = False) -> Figure:
    """The image, the probabilities and the mean gates on the same rows, always on the same scales.

    A dashed line lies over the row from which the verdict stays.

    Args:
        info: what `live_reading_info` gives.
        narrow: for widths under about 400 pixels: the gates below the image.
    """
    rows, classes, columns = len(info.ink), len(info.percents[0]), len(info.ink[0])
    below = narrow and bool(info.gates)
    height = _HEIGHT_NARROW if narrow else _HEIGHT
    whole = 2 * height + _BETWEEN if below else height
    share = height / whole
    layout = theme.layout(
        whole + _TOP + _BOTTOM, left=theme.ROWS_LEFT_NARROW, right=8, top=_TOP, bottom=_BOTTOM
    )
    layout |= {"uirevision": "watched", "annotations": [], "shapes": theme.settled_line(info.settled_at_row)}
    row_axis = {"range": [rows + 0.5, 0.5], **theme.every_row(rows)}
    layout["yaxis"] = theme.framed("row", domain=[1 - share, 1], anchor="x", **row_axis, **FITTED_ROWS)
    if below:
        layout["yaxis2"] = theme.framed("row", domain=[0, share], anchor="x3", **row_axis)
        layout["shapes"] += theme.settled_line(info.settled_at_row, "y2")
    gate_axis = "y2" if below else "y"
    panels: list[tuple[str, str, dict[str, Any], list[dict[str, Any]], str]] = [
        (
            "image",
            "column",
            {"range": [0.5, columns + 0.5], "tickvals": [1, columns], **square_pixels()},
            [ink_heatmap(info.ink)],
            "y",
        ),
        (
            "probability",
            "class",
            {"range": [-0.5, classes - 0.5], **theme.class_ticks(info.names, _ticks_apart(info, classes))},
            [_probabilities(info)],
            "y",
        ),
        *(
            (
                f"gates, layer {layer}",
                "mean (%)",
                {"range": [0, 100], "tickvals": [25, 50, 75], "showgrid": True},
                [_line(layer, gate, values) for gate, values in means.items()],
                gate_axis,
            )
            for layer, means in info.gates.items()
        ),
    ]
    strips = (
        ([1, 1], [1] * len(info.gates))
        if below
        else ([_IMAGE if info.gates else 1, *[1] * (len(panels) - 1)],)
    )
    domains = [domain for shares in strips for domain in _domains(shares)]
    data: list[dict[str, Any]] = []
    for at, ((title, across, axis, traces, y), domain) in enumerate(
        zip(panels, domains, strict=True), start=1
    ):
        x = "x" if at == 1 else f"x{at}"
        data += [{**trace, "xaxis": x, "yaxis": y} for trace in traces]
        layout[f"xaxis{x[1:]}"] = theme.framed(across, domain=domain, anchor=y, **axis)
        layout["annotations"].append(_title(title, x, y))
    return Figure({"data": data, "layout": layout})


def _ticks_apart(info: LiveReadingInfo, classes: int) -> int:
    """How many classes are from one tick to the next, so that their names do not touch."""
    longest = min(max(map(len, info.names)), theme.MOST_SHOWN)
    room = 12 if info.gates else 34  # characters
    return max(1 if classes <= 10 and not info.gates else 3, -(-classes * (longest + 1) // room))


def _domains(shares: Sequence[float]) -> list[list[float]]:
    """Of panels side by side, each with its share of the width."""
    one = (1 - _GAP * (len(shares) - 1)) / sum(shares)
    lefts = [one * sum(shares[:at]) + _GAP * at for at in range(len(shares))]
    return [[round(left, 4), round(left + one * share, 4)] for left, share in zip(lefts, shares, strict=True)]


def _probabilities(info: LiveReadingInfo) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": info.percents,
        "y0": 1,
        "zmin": 0,
        "zmax": 100,
        "colorscale": theme.PROBABILITY,
        "showscale": False,
        "text": [[theme.harmless(name) for name in info.names]] * len(info.percents),
        "hovertemplate": "row %{y} · class %{text} · %{z:.1f} %<extra></extra>",
    }


def _line(layer: int, gate: Gate, percents: list[float]) -> dict[str, Any]:
    colour, dash = LINES[gate]
    words = GATES[gate].words
    return {
        "type": "scatter",
        "mode": "lines",
        "x": percents,
        "y": list(range(1, len(percents) + 1)),
        "line": {"color": colour, "width": 2, "dash": dash},
        "name": f"layer {layer}, {words}",
        "hovertemplate": f"row %{{y}} · layer {layer} · {words} %{{x:.1f}} %<extra></extra>",
    }


def _title(text: str, x: str, y: str) -> dict[str, Any]:
    place = {"xref": f"{x} domain", "yref": f"{y} domain", "xanchor": "left", "yanchor": "bottom"}
    return theme.caption(text, 0, 1, **place, yshift=3, font={"size": 12})
