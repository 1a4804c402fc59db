"""A drawing as a short text that fits into the address of a page, and back.

Strokes are kept as the places that the pen went through, in steps of 1/32 pixel, and images in 256 shades.
Of a drawing in which something was erased, each stroke says besides whether it erases. All are compressed
with zlib and written in the URL-safe alphabet of base64 (RFC 4648, section 5). A digit takes some hundred
characters. The first character says which of these it is, so that later versions can add more.

A text can come from anybody, so nothing is unpacked beyond the bounds below.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.drawing.canvas_stroke import canvas_stroke
from lstm_core.drawing.strokes import MAX_PEN, MAX_POINTS, Points, erases, strokes_from_fabric
from lstm_core.errors import ImageRejected, InvalidValue

MOST_CHARACTERS = 8_000
"""Of a text: servers and browsers take addresses of this length."""

MOST_BYTES = 2**16
MOST_PIXELS = 2**12
STEPS = 32
"""Steps of a coordinate in a pixel."""

PEN_STEPS = 8
FARTHEST = 4_096
"""Of a coordinate from the sheet's corner, in pixels."""

_STROKES, _ERASED, _IMAGE = "s", "e", "i"
_CURVE, _LINES = 0, 1
Drawing = Mapping[str, Any]


def text_of_strokes(drawing: Drawing) -> str:
    """A Fabric.js drawing (see `lstm_core.drawing.strokes.strokes_from_fabric`) as a text.

    Colours and whatever else an object has besides its line and its pen are not kept.

    Raises:
        ImageRejected: the drawing is malformed, or too large for a link.
    """
    strokes_from_fabric(drawing)  # refuses what is malformed
    packed = bytearray()
    erased = any(erases(shape) for shape in drawing["objects"])
    for shape in drawing["objects"]:
        for kind, points, pen in _lines(shape):
            steps = np.rint(points * STEPS).astype(np.int64)
            head = 2 * len(steps) + kind
            packed += _varint(2 * head + erases(shape) if erased else head) + _varint(round(pen * PEN_STEPS))
            for step in np.diff(steps, axis=0, prepend=0).ravel().tolist():
                packed += _varint(2 * step if step >= 0 else -2 * step - 1)
    return _text(_ERASED if erased else _STROKES, bytes(packed))


def text_of_image(image: FloatArray) -> str:
    """An image ``(rows, columns)`` in [0, 1] as a text, in 256 shades.

    Raises:
        ImageRejected: it is too large for a link.
    """
    shades = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return _text(_IMAGE, _varint(len(shades)) + _varint(shades.shape[1]) + shades.tobytes())


def drawing_of_text(text: str) -> dict[str, Any] | FloatArray:
    """What a text holds: strokes as a Fabric.js drawing, or an image ``(rows, columns)`` float32 in [0, 1].

    Raises:
        InvalidValue: it is none that this module wrote, or larger than any of these.
    """
    try:
        packed = _unpacked(text)
        if text.startswith((_STROKES, _ERASED)):
            return {"objects": list(_objects(packed, with_eraser=text.startswith(_ERASED)))}
        if text.startswith(_IMAGE):
            return _image(packed)
    except (ValueError, IndexError, zlib.error, binascii.Error):
        pass
    raise InvalidValue("drawing", "a drawing as the pages write it into their address", text[:40])


def _lines(shape: Mapping[str, Any]) -> Iterator[tuple[int, Points, float]]:
    """The places a stroke went through, and whether curves or straight lines join them."""
    shown = strokes_from_fabric({"objects": [shape]})
    points = _pen_places(shape["path"])
    if points is not None and shown and np.abs(shown[0][0][0] - points[0]).max() < 1 / STEPS:
        yield _CURVE, points, shown[0][1]
        return
    for line, pen in shown:
        yield _LINES, line, pen


def _pen_places(path: Sequence[Sequence[Any]]) -> Points | None:
    """The places of a stroke that Fabric's pencil drew: curves that end half-way to the next place."""
    first, *curves, last = path
    if first[0] != "M" or last[0] != "L" or any(curve[0] != "Q" for curve in curves):
        return None
    places = np.array([first[1:], *(curve[1:3] for curve in curves), last[1:]], float)
    ends = np.array([curve[3:] for curve in curves], float).reshape(-1, 2)
    halfway = (places[1:-1] + places[2:]) / 2
    return places if np.abs(ends - halfway).max(initial=0) < 1 / STEPS else None


def _objects(packed: bytes, *, with_eraser: bool) -> Iterator[dict[str, Any]]:
    numbers = _varints(packed)
    left = MAX_POINTS
    for head in numbers:
        stroke, is_eraser = divmod(head, 2) if with_eraser else (head, 0)
        count, kind = divmod(stroke, 2)
        pen = next(numbers, 0) / PEN_STEPS
        left -= count
        if not count or left < 0 or not 0 < pen <= MAX_PEN:
            raise ValueError
        steps = list(islice(numbers, 2 * count))
        signed = np.array([step // 2 if step % 2 == 0 else -(step + 1) // 2 for step in steps])
        points = np.cumsum(signed.reshape(count, 2), axis=0) / STEPS
        if np.abs(points).max() > FARTHEST:
            raise ValueError
        yield canvas_stroke(points, pen, curved=kind == _CURVE, erases=bool(is_eraser))


def _image(packed: bytes) -> FloatArray:
    numbers = _varints(packed[:6])
    rows, columns = next(numbers, 0), next(numbers, 0)
    if not 0 < rows * columns <= MOST_PIXELS:
        raise ValueError
    shades = np.frombuffer(packed[-rows * columns :], np.uint8)
    if len(packed) != len(_varint(rows) + _varint(columns)) + rows * columns:
        raise ValueError
    return (shades.reshape(rows, columns) / np.float32(255)).astype(np.float32)


def _text(kind: str, packed: bytes) -> str:
    text = kind + base64.urlsafe_b64encode(zlib.compress(packed, 9)).decode().rstrip("=")
    if len(text) > MOST_CHARACTERS or len(packed) > MOST_BYTES:
        raise ImageRejected("The drawing is too large for a link. Draw it with fewer or shorter strokes.")
    return text


def _unpacked(text: str) -> bytes:
    if len(text) > MOST_CHARACTERS:
        raise ValueError
    data = base64.b64decode((text[1:] + "=" * (-(len(text) - 1) % 4)).encode("ascii"), b"-_", validate=True)
    unpacking = zlib.decompressobj()
    packed = unpacking.decompress(data, MOST_BYTES)
    if not unpacking.eof:
        raise ValueError
    return packed


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    packed = bytearray()
    while number > 127:
        packed.append(number & 127 | 128)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _varints(packed: bytes) -> Iterator[int]:
    number, shift = 0, 0
    for byte in packed:
        number |= (byte & 127) << shift
        shift += 7
        if shift > 42:
            raise ValueError
        if byte < 128:
            yield number
            number, shift = 0, 0
    if shift:
        raise ValueError
