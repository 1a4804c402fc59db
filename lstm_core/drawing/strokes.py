"""Strokes of a pen or an eraser → ink: polylines, and the JSON of a Fabric.js canvas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lstm_core.arrays import FloatArray
from lstm_core.errors import ImageRejected, InvalidValue

Points = NDArray[np.float64]

MAX_POINTS = 12_000
"""Of all strokes of a drawing together, once curves are cut into lines; a digit has some hundreds."""

MAX_PEN = 1_000.0
"""Width of a pen in canvas pixels, as it is shown."""

MAX_PEN_OF_ALL_POINTS = 400_000.0
"""Pen widths of all points together: drawing a point takes as long as its pen is wide."""

ERASER = "#101010"
"""The colour of the sheet; a stroke in it takes ink away. Other colours are not looked at."""

# Strokes are drawn on a field this many times finer than the canvas, then reduced.
_PEN_SUPERSAMPLE = 3


def ink_from_strokes(
    strokes: Sequence[NDArray[np.floating[Any]]],
    width: float | Sequence[float],
    size: tuple[int, int],
    *,
    erasing: Sequence[bool] = (),
) -> FloatArray:
    """Draw polylines as a browser's canvas does with round caps and joins, anti-aliased.

    Args:
        strokes: each ``(points, 2)``, x then y in canvas pixels, y downward. One point is a dot.
        width: pen width in canvas pixels, one for all strokes or one for each.
        size: ``(height, width)`` of the canvas in pixels.
        erasing: of each stroke, whether it takes away what was drawn before; none does unless told.

    Returns:
        ``size`` float32 ink. What lies outside the canvas is cut off.

    Raises:
        InvalidValue: a stroke that is not ``(points, 2)``, or a width that is missing or not positive.
    """
    widths = list(width) if isinstance(width, Sequence) else [float(width)] * len(strokes)
    if len(widths) != len(strokes):
        raise InvalidValue("width", f"one number, or one for each of {len(strokes)} strokes", len(widths))
    fine = _PEN_SUPERSAMPLE
    image = Image.new("L", (size[1] * fine, size[0] * fine))
    draw = ImageDraw.Draw(image)
    for points, pen, erases in zip(strokes, widths, erasing or [False] * len(widths), strict=True):
        if points.ndim != 2 or points.shape[1] != 2:
            raise InvalidValue("strokes", "arrays of shape (points, 2)", points.shape)
        if not pen > 0:
            raise InvalidValue("width", "positive", pen)
        # Pillow counts from pixel centres, the canvas from pixel corners.
        line = [(x, y) for x, y in (points * fine - 0.5).tolist()]
        radius = pen * fine / 2
        fill = 0 if erases else 255
        draw.line(line, fill=fill, width=max(1, round(pen * fine)))
        for x, y in line:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return np.asarray(image.reduce(fine), np.float32) / np.float32(255)


def ink_from_fabric(drawing: Mapping[str, Any], size: tuple[int, int]) -> FloatArray:
    """Draw what a Fabric.js canvas reports (see `strokes_from_fabric`) as ``size`` float32 ink.

    Raises:
        ImageRejected: the drawing is malformed or too large.
    """
    strokes = strokes_from_fabric(drawing)
    return ink_from_strokes(
        [points for points, _ in strokes],
        [width for _, width in strokes],
        size,
        erasing=erasing_strokes(drawing),
    )


def erases(shape: Mapping[str, Any]) -> bool:
    """Whether an object of a Fabric.js canvas was drawn with the eraser."""
    return str(shape.get("stroke", "")).lower() == ERASER


def erasing_strokes(drawing: Mapping[str, Any]) -> list[bool]:
    """Of each stroke that `strokes_from_fabric` finds, whether it takes ink away."""
    return [erases(shape) for shape in drawing["objects"] for command in shape["path"] if command[0] == "M"]


def strokes_from_fabric(drawing: Mapping[str, Any]) -> list[tuple[Points, float]]:
    """The freehand strokes in the JSON form of a Fabric.js canvas, as polylines.

    Colours are not looked at (see `erases`). Strokes that were moved, scaled or turned with the
    canvas's edit tool come where they are shown.

    Args:
        drawing: ``{"objects": [{"type": "path", "path": [["M", x, y], ["Q", …], …], …}, …]}``.

    Returns:
        For every stroke its points ``(n, 2)`` float64, x then y in canvas pixels, and its pen width.

    Raises:
        ImageRejected: the drawing is malformed, too large, or holds something else than freehand strokes.
    """
    strokes: list[tuple[Points, float]] = []
    try:
        objects = drawing["objects"]
        points, pens = 0, 0.0
        for shape in objects:
            lines = _flatten(shape["path"], MAX_POINTS - points)
            if lines:
                shown = _as_shown(lines, shape)
                points += sum(len(line) for line, _ in shown)
                pens += sum(len(line) * pen for line, pen in shown)
                if pens > MAX_PEN_OF_ALL_POINTS:
                    raise ImageRejected(_TOO_MUCH)
                strokes += shown
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ImageRejected(
            "The drawing could not be understood. Clear the canvas and draw again."
        ) from error
    return strokes


_TOO_MUCH = "The drawing has too many strokes. Clear the canvas and draw one digit."


def _flatten(path: Sequence[Sequence[Any]], most: int) -> Sequence[Points]:
    """Polylines of an SVG-like path of absolute moves, lines and quadratic Bézier curves.

    Raises:
        ImageRejected: they have more than ``most`` points.
    """
    lines = _polylines(tuple(map(tuple, path)))
    if sum(map(len, lines)) > most:
        raise ImageRejected(_TOO_MUCH)
    return lines


@lru_cache(maxsize=128)
def _polylines(path: tuple[tuple[Any, ...], ...]) -> tuple[Points, ...]:
    """Of one stroke, read-only. A drawing comes whole after every stroke, and most of it was there before."""
    lines: list[list[tuple[float, float]]] = []
    points = 0
    for command, *numbers in path:
        if points > MAX_POINTS:
            raise ImageRejected(_TOO_MUCH)
        values = [float(number) for number in numbers]
        if not all(abs(value) < 1e5 for value in values):
            raise ValueError(f"a coordinate is not a usable number: {values}")
        if command == "M":
            (x, y) = values
            lines.append([(x, y)])
            points += 1
        elif command == "L":
            (x, y) = values
            lines[-1].append((x, y))
            points += 1
        elif command == "Q":
            cx, cy, x, y = values
            ax, ay = lines[-1][-1]
            length = math.hypot(cx - ax, cy - ay) + math.hypot(x - cx, y - cy)
            count = min(max(2, math.ceil(length / 4)), 32)
            for step in range(1, count + 1):
                t = step / count
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
                lines[-1].append((a * ax + b * cx + c * x, a * ay + b * cy + c * y))
            points += count
        else:
            raise ValueError(f"unknown path command {command!r}")
    arrays = tuple(np.array(line) for line in lines)
    for array in arrays:
        array.setflags(write=False)
    return arrays


def _as_shown(lines: Sequence[Points], shape: Mapping[str, Any]) -> list[tuple[Points, float]]:
    """Move, turn and scale a path's polylines as Fabric does: about the centre of their extent."""
    width = float(shape["strokeWidth"])
    if not 0 < width <= MAX_PEN:
        raise ValueError(f"strokeWidth {width}")
    if shape.get("originX") != "center" or shape.get("originY") != "center":
        return [(line, width) for line in lines]
    points = np.concatenate(lines)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    place = np.array([float(shape["left"]), float(shape["top"])])
    scale = np.array([float(shape.get(f"scale{axis}", 1)) for axis in "XY"])
    flip = np.array([-1.0 if shape.get(f"flip{axis}") else 1.0 for axis in "XY"])
    angle = math.radians(float(shape.get("angle", 0)))
    if not (np.isfinite([*place, *scale, angle]).all() and np.abs(place).max() < 1e5):
        raise ValueError(f"place {place}, scale {scale}, angle {angle}")
    if not (np.abs(scale).min() > 0 and np.abs(scale).max() < 100):
        raise ValueError(f"scale {scale}")
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    pen = width * math.sqrt(abs(scale[0] * scale[1]))
    if not 0 < pen <= MAX_PEN:
        raise ValueError(f"strokeWidth {width}, scale {scale}")
    return [((line - middle) * (scale * flip) @ turn + place, pen) for line in lines]
