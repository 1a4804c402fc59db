"""A stack of layers unrolled over the rows: one box per layer and row, with what flows between them.

Time goes to the right, layers upward. Of many rows only the first two and the last are drawn. A box is a
copy of the same layer, with the same weights, at another row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.figure import Figure

LINE_PIXELS = 84
"""From one layer to the next."""

_HALF_WIDTH, _HALF_HEIGHT = 0.31, 0.27
_FILLS = {
    "input": "rgba(124, 133, 148, 0.16)",
    "layer": "rgba(49, 130, 206, 0.18)",
    "output": "rgba(232, 89, 12, 0.20)",
}
_EDGES = {"input": theme.QUIET, "layer": theme.TRAINING, "output": theme.ACCENT}


@dataclass(frozen=True)
class Box:
    """One box of the figure.

    Attributes:
        column, line: where it stands, from 0, left to right and bottom to top.
        kind: ``input``, ``layer`` or ``output``.
        title, size: its two lines.
        about: what it does, in words, for the pointer.
    """

    column: int
    line: int
    kind: str
    title: str
    size: str
    about: str


@dataclass(frozen=True)
class Arrow:
    """An arrow from the middle of one place to the middle of another, with its label.

    Attributes:
        start, end: (column, line).
        label: what flows along it, or nothing.
        final: whether it belongs to what is handed out at the end.
    """

    start: tuple[float, int]
    end: tuple[float, int]
    label: str
    final: bool = False


@dataclass(frozen=True)
class UnrolledInfo:
    """Boxes and arrows; ``rows`` are the rows drawn, counted from 1, with None for those left out."""

    rows: list[int | None]
    lines: int
    boxes: list[Box]
    arrows: list[Arrow]


def unrolled_info(
    units: Sequence[int], *, rows: int, columns: int, classes: int, every_row: bool = False
) -> UnrolledInfo:
    """The data half of `unrolled_network`.

    Args:
        units: of each layer, bottom to top.
        rows, columns: of the images.
        classes: numbers that the head gives.
        every_row: whether the head is applied after every row; otherwise after the last only.

    Raises:
        InvalidValue: there is no layer, or a size is below 1.
    """
    if not units or min(units) < 1:
        raise InvalidValue("units", "at least one layer of at least one unit", tuple(units))
    for name, size in (("rows", rows), ("columns", columns), ("classes", classes)):
        if size < 1:
            raise InvalidValue(name, "at least 1", size)
    shown: list[int | None] = list(range(1, rows + 1)) if rows <= 3 else [1, 2, None, rows]
    boxes, arrows = [], []
    top = len(units) + 1
    for column, row in enumerate(shown):
        if row is None:
            continue
        boxes.append(Box(column, 0, "input", f"x<sub>{row}</sub>", f"{columns}", f"row {row} of the image"))
        for line, size in enumerate(units, start=1):
            boxes.append(_layer_box(column, line, row, size))
            arrows.append(Arrow((column, line - 1), (column, line), "" if line == 1 else "h"))
        if every_row or row == rows:
            about = f"what the network says after row {row}"
            boxes.append(Box(column, top, "output", f"y<sub>{row}</sub>", f"{classes}", about))
            arrows.append(Arrow((column, top - 1), (column, top), "h", final=True))
    for line in range(1, top):
        arrows.append(Arrow((-0.72, line), (0, line), "0"))
        arrows += [Arrow((column, line), (column + 1, line), "h, c") for column in range(len(shown) - 1)]
        arrows.append(Arrow((len(shown) - 1, line), (len(shown) - 0.28, line), "h, c", final=True))
    return UnrolledInfo(shown, top + 1, boxes, arrows)


def unrolled_network(
    units: Sequence[int], *, rows: int, columns: int, classes: int, every_row: bool = False
) -> Figure:
    """The network unrolled; readable from 360 pixels on.

    Raises:
        InvalidValue: see `unrolled_info`.
    """
    info = unrolled_info(units, rows=rows, columns=columns, classes=classes, every_row=every_row)
    gaps = [column for column, row in enumerate(info.rows) if row is None]
    return Figure(
        {
            "data": [
                {
                    "type": "scatter",
                    "mode": "text",
                    "x": [box.column for box in info.boxes],
                    "y": [box.line for box in info.boxes],
                    "text": [f"<b>{box.title}</b><br>{box.size}" for box in info.boxes],
                    "textfont": {"size": 12},
                    "customdata": [box.about for box in info.boxes],
                    "hovertemplate": "%{customdata}<extra></extra>",
                    "cliponaxis": False,
                },
                {
                    "type": "scatter",
                    "mode": "text",
                    "x": [gap for gap in gaps for _ in range(info.lines - 1)],
                    "y": [line for _ in gaps for line in range(info.lines - 1)],
                    "text": ["…" for _ in gaps for _ in range(info.lines - 1)],
                    "textfont": {"size": 20},
                    "hoverinfo": "skip",
                },
            ],
            "layout": {
                **theme.layout(info.lines * LINE_PIXELS + 40, left=8, right=8, top=8, bottom=44),
                "xaxis": theme.axis(
                    "row",
                    range=[-0.85, len(info.rows) - 0.15],
                    tickvals=list(range(len(info.rows))),
                    ticktext=["…" if row is None else str(row) for row in info.rows],
                    ticks="",
                ),
                "yaxis": theme.axis(
                    "layer", range=[-0.5, info.lines - 0.5], showticklabels=False, ticks="", visible=False
                ),
                "shapes": [_rectangle(box) for box in info.boxes],
                "annotations": [note for arrow in info.arrows for note in _arrow(arrow, gaps)],
            },
        }
    )


def _layer_box(column: int, line: int, row: int, size: int) -> Box:
    about = f"layer {line} at row {row}: h and c of {size} numbers each"
    return Box(column, line, "layer", f"LSTM {line}", f"{size}", about)


def _rectangle(box: Box) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "x0": box.column - _HALF_WIDTH,
        "x1": box.column + _HALF_WIDTH,
        "y0": box.line - _HALF_HEIGHT,
        "y1": box.line + _HALF_HEIGHT,
        "fillcolor": _FILLS[box.kind],
        "line": {"color": _EDGES[box.kind], "width": 1.5},
    }


def _arrow(arrow: Arrow, gaps: list[int]) -> list[dict[str, Any]]:
    """The arrow from edge to edge, and its label beside the middle."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    if y0 == y1:
        x0 += _gap_or_edge(x0, gaps) if x0 >= 0 else 0.12
        x1 -= _gap_or_edge(x1, gaps) if x1 == int(x1) else 0.08
        beside = {"yanchor": "bottom", "yshift": 1}
        from_y, to_y = float(y0), float(y1)
    else:
        from_y, to_y = y0 + _HALF_HEIGHT, y1 - _HALF_HEIGHT
        beside = {"xanchor": "left", "xshift": 3}
    colour = theme.ACCENT if arrow.final else theme.QUIET
    head = {
        "x": x1, "y": to_y, "ax": x0, "ay": from_y, "xref": "x", "yref": "y", "axref": "x", "ayref": "y",
        "text": "", "showarrow": True, "arrowhead": 2, "arrowsize": 1, "arrowwidth": 1.6,
        "arrowcolor": colour,
    }  # fmt: skip
    if not arrow.label:
        return [head]
    middle = {"x": (x0 + x1) / 2, "y": (from_y + to_y) / 2, "xref": "x", "yref": "y", "showarrow": False}
    return [head, {**middle, **beside, "text": arrow.label, "font": {"size": 11}}]


def _gap_or_edge(x: float, gaps: list[int]) -> float:
    return 0.16 if x in gaps else _HALF_WIDTH
