"""Tables of pixels in text: a line for each image, its label and its pixels, with or without a header."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.own.labelled import Labelled, check_size, label_text, part_named
from lstm_core.data.own.sources import Source, guarded
from lstm_core.errors import DataRefused

_LABEL_NAMES = ("label", "labels", "class", "target", "y", "digit", "letter", "character", "category")
_NO_PIXELS = ("", "id", "index", "unnamed: 0", "writer")
"""Names of columns that are neither label nor pixel."""

_MAX_LINE = 2**20
_LINES_AT_ONCE = 2048

_Line = tuple[int, str]
"""Its number in the file, from 1, and its text."""


@dataclass(frozen=True)
class _Columns:
    """Where the label and the pixels stand in a line of ``width`` values."""

    delimiter: str
    width: int
    label: int
    pixels: tuple[int, ...]
    rows: int
    columns: int


def read_csv(source: Source) -> Labelled:
    """The images of a table: ``label, pixel, pixel, …`` in every line.

    The pixels are in rows, from the top left. Their number has to be a square, unless the header names them
    by row and column as ``28x20``. The label is the first column, the one that the header calls so, or the
    last where the first always holds the same and the last does not.

    Raises:
        DataRefused: a line has another number of values than the first, a pixel is no number, or the images
            have a size that is not supported; the line is named.
    """
    labels: list[str] = []
    pixels: list[FloatArray] = []
    with source.opened() as file:
        lines = _lines(source.name, file)
        if (first := next(lines, None)) is None:
            raise DataRefused(f"{source.name} is empty.")
        delimiter = max(",;\t", key=first[1].count)
        names = _values(first[1], delimiter)
        header = any(not _is_number(name) for name in names[1:-1])
        if len(names) < 17:
            raise DataRefused(
                f"{source.name} is no table of pixels: line {first[0]} has {len(names)} values. Each line "
                "needs a label and at least 4 × 4 pixels, separated by commas."
            )
        if not header:
            lines = itertools.chain([first], lines)
        where = None
        while block := list(itertools.islice(lines, _LINES_AT_ONCE)):
            if where is None:
                where = _columns(source.name, names if header else None, block, delimiter, len(names))
            found, values = _parsed(source.name, block, where)
            labels += found
            pixels.append(values)
            check_size(source.name, len(labels), where.rows, where.columns)
    if where is None:
        raise DataRefused(f"{source.name} holds a header but no images.")
    images = np.concatenate(pixels).reshape(-1, where.rows, where.columns)
    name = source.parts[-1]
    return Labelled(images, labels, part_named(name), source.name, transposed="emnist" in name.lower())


def _lines(name: str, file: IO[bytes]) -> Iterator[_Line]:
    """The lines that are not empty."""
    for number in itertools.count(1):
        line = guarded(name, lambda: file.readline(_MAX_LINE + 1))
        if not line:
            return
        if len(line) > _MAX_LINE:
            raise DataRefused(
                f"{name}: line {number} has more than {_MAX_LINE:,} bytes. Is it a table of pixels?"
            )
        if b"\0" in line:
            raise DataRefused(f"{name} is neither an image, an archive, an array nor text that is read here.")
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace").strip("\r\n ")
        if text:
            yield number, text


def _values(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return [value.strip() for value in line.split(delimiter)]
    try:
        return [value.strip() for value in next(csv.reader(io.StringIO(line), delimiter=delimiter))]
    except (csv.Error, StopIteration):
        return line.split(delimiter)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _columns(
    name: str, header: Sequence[str] | None, block: Sequence[_Line], delimiter: str, width: int
) -> _Columns:
    """What stands where, from the header if there is one, and from the first lines."""
    left_out: set[int] = set()
    if header is not None:
        lowered = [title.lower() for title in header]
        label = next((lowered.index(title) for title in _LABEL_NAMES if title in lowered), 0)
        left_out = {at for at, title in enumerate(lowered) if title in _NO_PIXELS and at != label}
    else:
        lines = [_values(text, delimiter) for _, text in block]
        first, last = {line[0] for line in lines}, {line[-1] for line in lines}
        label = width - 1 if len(first) == 1 and len(last) > 1 else 0
    pixels = tuple(at for at in range(width) if at != label and at not in left_out)
    rows, columns = math.isqrt(len(pixels)), math.isqrt(len(pixels))
    if header is not None:
        places = [re.search(r"(\d+)\s*[x_,;:-]\s*(\d+)\D*$", header[at]) for at in pixels]
        if all(places):
            numbers = np.array([[int(place[1][:4]), int(place[2][:4])] for place in places if place])
            rows, columns = (numbers.max(axis=0) - numbers.min(axis=0) + 1).tolist()
    if rows * columns != len(pixels):
        raise DataRefused(
            f"{name} has {len(pixels)} pixels in a line beside the label, which is no square such as "
            "28 × 28 = 784. For other images name the columns by row and column: label,1x1,1x2,…,28x20."
        )
    return _Columns(delimiter, width, label, pixels, rows, columns)


def _parsed(name: str, block: Sequence[_Line], where: _Columns) -> tuple[list[str], FloatArray]:
    """Labels, and pixels ``(lines, rows × columns)`` float32."""
    labels = []
    for number, text in block:
        values = _values(text, where.delimiter)
        if len(values) != where.width:
            raise DataRefused(
                f"{name}: line {number} has {len(values)} values; the first line has {where.width}."
            )
        label = values[where.label]
        labels.append(label_text(float(label)) if _is_number(label) and "." in label else label_text(label))
        if not labels[-1]:
            raise DataRefused(f"{name}: line {number} has no label in column {where.label + 1}.")
    texts = [text.replace(",", ".") if where.delimiter == ";" else text for _, text in block]
    try:
        pixels: FloatArray = np.loadtxt(
            texts,
            np.float32,
            comments=None,
            delimiter=where.delimiter,
            usecols=where.pixels,
            ndmin=2,
            quotechar='"',
        )
    except ValueError as error:
        raise _no_number(name, block, where) from error
    if not np.isfinite(pixels).all():
        raise _no_number(name, block, where)
    return labels, pixels


def _no_number(name: str, block: Sequence[_Line], where: _Columns) -> DataRefused:
    """The first pixel that is no number."""
    for number, text in block:
        values = _values(text, where.delimiter)
        for at in where.pixels:
            value = values[at].replace(",", ".") if where.delimiter == ";" else values[at]
            if not _is_number(value) or not math.isfinite(float(value)):
                return DataRefused(
                    f"{name}: line {number}, column {at + 1} must be a number, the brightness of a pixel; "
                    f"got {value[:40]!r}."
                )
    return DataRefused(f"{name}: lines {block[0][0]} to {block[-1][0]} hold something else than numbers.")
