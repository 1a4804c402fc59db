"""Files of pen strokes: one JSON object a line with ``label`` and ``strokes``, made into images."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.own.labelled import MAX_IMAGES, Labelled, label_text, part_named
from lstm_core.data.own.sources import Source, guarded, reason
from lstm_core.drawing.normalise import is_blank
from lstm_core.drawing.pen_drawing import PenDrawing
from lstm_core.drawing.strokes import MAX_POINTS
from lstm_core.errors import DataRefused, InvalidValue

_MAX_LINE = 2**22
_SHEET, _ROOM, _PEN = 160, 16, 12.0
"""Side of the sheet that strokes are drawn on, what is left free around them, and the pen; pixels."""

Progress = Callable[[int], object]


@dataclass(frozen=True)
class LabelledDrawing:
    """One line of such a file.

    Attributes:
        label: what it shows.
        drawing: its strokes; None where there are none.
        writer: who drew it, or nothing.
    """

    label: str
    drawing: PenDrawing | None
    writer: str


def read_strokes(
    source: Source, rows: int = 28, columns: int = 28, progress: Progress | None = None
) -> Labelled:
    """Every drawing of the file as an image of light ink, placed as the Draw page places a drawing.

    Each line is a JSON object: ``label`` a text or a number, ``strokes`` a list of strokes, each a list of
    points ``[x, y]``, x to the right and y downwards, in a unit box or in any other unit; ``writer`` may say
    who drew it. Lines that this project wrote have ``sheet``, ``widths`` and ``erases`` besides: the size of
    the sheet, and of each stroke the width of the pen and whether it takes ink away.

    Args:
        source: the file.
        rows, columns: of the images.
        progress: told how many drawings are done.

    Raises:
        DataRefused: a line is no such object, or there is nothing to see on it; the line is named.
    """
    labels: list[str] = []
    writers: list[str] = []
    images: list[NDArray[np.uint8]] = []
    empty = 0
    with source.opened() as file:
        number = 0
        while line := guarded(source.name, lambda: file.readline(_MAX_LINE + 1)):
            number += 1
            where = f"{source.name}: line {number}"
            if len(line) > _MAX_LINE:
                raise DataRefused(f"{where} has more than {_MAX_LINE:,} bytes.")
            if not line.strip():
                continue
            found = labelled_drawing(where, line)
            image = found.drawing.image(rows, columns) if found.drawing else None
            if image is None or is_blank(image):
                empty += 1
                continue
            if len(labels) == MAX_IMAGES:
                raise DataRefused(
                    f"{source.name} holds more than {MAX_IMAGES:,} drawings. Bring a part of them."
                )
            labels.append(found.label)
            writers.append(found.writer)
            images.append(np.round(image * 255).astype(np.uint8))
            if progress:
                progress(number)
    if not images:
        raise DataRefused(f"{source.name} holds no drawings.")
    notes = (f"{source.name}: {empty} drawings without anything to see, such as dots, were left out.",)
    return Labelled(
        np.stack(images),
        labels,
        part_named(source.parts[-1]),
        source.name,
        writers=writers if all(writers) else (),
        ink=True,
        notes=notes if empty else (),
    )


def labelled_drawing(where: str, line: bytes) -> LabelledDrawing:
    """Label, strokes and writer of one line.

    Args:
        where: names the line in messages.
        line: JSON, in UTF-8.

    Raises:
        DataRefused: it is no object with them, or they cannot be drawn.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataRefused(f"{where} is no JSON ({reason(error)}).") from error
    if not isinstance(found, dict) or "label" not in found or "strokes" not in found:
        raise DataRefused(f"{where} must be an object with `label` and `strokes`.")
    label = found["label"]
    if isinstance(label, bool) or not isinstance(label, str | int | float) or not label_text(label):
        raise DataRefused(f"{where}: `label` must be a text or a number; got {str(label)[:40]!r}.")
    strokes = _strokes(where, found["strokes"])
    drawing = None
    if strokes:
        drawing = _as_drawn(where, strokes, found) if "sheet" in found else _placed(strokes)
    return LabelledDrawing(label_text(label), drawing, str(found.get("writer") or "")[:80])


def _strokes(where: str, told: Any) -> list[NDArray[np.float64]]:
    rule = "`strokes` must be a list of strokes, each a list of points [x, y] of finite numbers"
    if not isinstance(told, list):
        raise DataRefused(f"{where}: {rule}; got {type(told).__name__}.")
    strokes, points = [], 0
    for stroke in told:
        if not isinstance(stroke, list):
            raise DataRefused(f"{where}: {rule}.")
        if not stroke:
            continue
        if (points := points + len(stroke)) > MAX_POINTS:
            raise DataRefused(f"{where}: a drawing may have at most {MAX_POINTS:,} points.")
        try:
            line = np.array(stroke, np.float64)
        except (ValueError, TypeError, OverflowError) as error:
            raise DataRefused(f"{where}: {rule}.") from error
        if line.ndim != 2 or line.shape[1] < 2 or not np.isfinite(line).all() or np.abs(line).max() > 1e9:
            raise DataRefused(f"{where}: {rule}.")
        strokes.append(line[:, :2])
    return strokes


def _as_drawn(where: str, strokes: list[NDArray[np.float64]], found: dict[str, Any]) -> PenDrawing:
    """On the sheet and with the pens that the line names."""
    try:
        height, width = (int(side) for side in found["sheet"])
        widths = tuple(float(width) for width in found["widths"])
        erasing = tuple(bool(answer) for answer in found.get("erases") or [False] * len(strokes))
        return PenDrawing(tuple(strokes), widths, erasing, (height, width))
    except InvalidValue as error:
        raise DataRefused(f"{where}: {error}.") from error
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        rule = "`sheet` must be two numbers, and `widths` and `erases` lists with one value for each stroke"
        raise DataRefused(f"{where}: {rule}.") from error


def _placed(strokes: list[NDArray[np.float64]]) -> PenDrawing:
    """In the middle of a sheet, as large as it allows, with a pen of usual width."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = (_SHEET - 2 * _ROOM) / max(float(extent.max()), 1e-12)
    placed = tuple((line - low) * scale + _ROOM for line in strokes)
    count = len(placed)
    return PenDrawing(placed, (_PEN,) * count, (False,) * count, (_SHEET, _SHEET))
