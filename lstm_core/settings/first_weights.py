"""The first layer's weights to start from, brought by a person as a CSV file.

The file holds one matrix that is applied to [row; hidden state]: a line for each number of the row as the
layer reads it, then one for each of its units; in every line the input gates of all units, then the forget
gates, the candidates and the output gates (Keras' order). It is kept among the runs under its fingerprint,
as ``<root>/initial_kernels/<fingerprint>.npy``, so that settings can name it in 64 letters. Files are
written whole and read without pickle.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from lstm_core.array_files import DamagedArrays, read_npy
from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, StorageError, WeightsError
from lstm_core.files import make_folder, open_regular, read_bounded, write_whole
from lstm_core.settings.hyperparameters import HyperParameters

FIELD = "initial_kernel"
MOST_BYTES_OF_A_NUMBER = 32
LEAST_LIMIT = 1_000_000
"""Bytes that a file may always have, so that one of the wrong shape is refused for its shape."""

LEAST_NUMBERS = LEAST_LIMIT // 2
"""Numbers that a file may always have, for the same reason."""

_LARGEST = float(np.finfo(np.float32).max)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def shape_for(features: int, units: int) -> tuple[int, int]:
    """Lines and columns of the file for a layer of ``units`` that reads ``features`` numbers."""
    return features + units, 4 * units


def shape_of(settings: HyperParameters) -> tuple[int, int]:
    """Lines and columns that the first layer of ``settings`` needs."""
    return shape_for(*first_layer(settings))


def first_layer(settings: HyperParameters) -> tuple[int, int]:
    """How many numbers of a row the first layer reads, and its units."""
    return settings.input_projection or settings.info.columns, settings.units[0]


def parse(content: str | bytes, features: int, units: int) -> FloatArray:
    """Read a CSV file: numbers alone, separated by commas, no heading.

    Args:
        content: the file; bytes are UTF-8.
        features: how many numbers of a row the layer reads.
        units: of the layer.

    Returns:
        ``(features + units, 4 * units)`` float32.

    Raises:
        InvalidValue: it is too large, holds anything but finite numbers (which, and where), has lines of
            different widths, or has another shape; both shapes are named.
    """
    wanted = shape_for(features, units)
    if len(content) > (limit := _most_bytes(wanted)):
        raise InvalidValue(
            FIELD, f"a file of at most {limit:,} bytes for shape {wanted}", f"{len(content):,} bytes"
        )
    kernel = np.empty(wanted, np.float32)
    most_numbers = max(LEAST_NUMBERS, kernel.size)
    lines = width = 0
    reader = csv.reader(_lines(content))
    try:
        for cells in reader:
            if not cells:
                continue
            row = _numbers(cells, reader.line_num)
            if lines and len(row) != width:
                rule = f"as wide in every line as in the first, {width} numbers"
                raise InvalidValue(FIELD, rule, f"{len(row)} in line {reader.line_num}")
            width = len(row)
            if width == wanted[1] and lines < wanted[0]:  # of another shape only the size is of interest
                kernel[lines] = row
            lines += 1
            if lines * width > most_numbers:
                raise InvalidValue(FIELD, f"of shape {wanted}", f"more than {most_numbers:,} numbers")
    except csv.Error as error:
        raise InvalidValue(FIELD, "a CSV file", f"{error} in line {reader.line_num}") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(FIELD, "text in UTF-8", f"the byte {error.object[error.start]:#04x}") from error
    _expect(wanted, (lines, width))
    return kernel


def parse_file(path: Path, settings: HyperParameters) -> FloatArray:
    """The same of a file, for the first layer of ``settings``.

    Raises:
        InvalidValue: as `parse`.
        StorageError: it cannot be read, is no file on a disk, or is larger than any that fits.
    """
    return parse(read_bounded(path, _most_bytes(shape_of(settings))), *first_layer(settings))


def fingerprint_of(kernel: FloatArray) -> str:
    """64 hexadecimal digits of the numbers and the shape: in another shape they are another matrix."""
    return hashlib.sha256(f"{kernel.shape}{kernel.dtype}".encode() + kernel.tobytes()).hexdigest()


def save(kernel: FloatArray, root: Path) -> str:
    """Keep a kernel under ``root`` and give its fingerprint, 64 hexadecimal digits.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    kernel = np.ascontiguousarray(kernel, np.float32)
    fingerprint = fingerprint_of(kernel)
    path = _path(fingerprint, root)
    make_folder(path.parent)
    with write_whole(path) as file:
        np.save(file, kernel, allow_pickle=False)
    return fingerprint


def load(fingerprint: str, root: Path) -> FloatArray:
    """The kernel that `save` kept, ``(features + units, 4 * units)`` float32.

    Raises:
        InvalidValue: that is no fingerprint.
        WeightsError: it is not here, or its file is damaged.
        StorageError: its file cannot be read at this moment.
    """
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise InvalidValue(FIELD, "64 hexadecimal digits", fingerprint)
    try:
        with open_regular(_path(fingerprint, root)) as file:
            kernel: FloatArray = read_npy(file)
    except FileNotFoundError as error:
        raise WeightsError(
            f"The first weights {fingerprint[:12]}… are not on this machine; choose their CSV file again."
        ) from error
    except DamagedArrays as error:
        raise _damaged(fingerprint) from error
    except OSError as error:
        raise StorageError(f"The first weights cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise StorageError("The first weights cannot be read: there is too little memory.") from error
    if fingerprint_of(kernel) != fingerprint:
        raise _damaged(fingerprint)
    return kernel


def for_settings(settings: HyperParameters, root: Path) -> FloatArray | None:
    """The kernel that ``settings`` start from; None when they start from none.

    Raises:
        InvalidValue: it does not fit the first layer; both shapes are named.
        WeightsError, StorageError: it is missing or damaged.
    """
    if settings.initializer != "csv":
        return None
    kernel = load(settings.initial_kernel, root)
    _expect(shape_of(settings), kernel.shape)
    return kernel


def _most_bytes(shape: tuple[int, int]) -> int:
    return max(LEAST_LIMIT, MOST_BYTES_OF_A_NUMBER * shape[0] * shape[1])


def _lines(content: str | bytes) -> Iterator[str]:
    """One after the other, so that neither a copy of the whole nor one endless line takes memory."""
    text: IO[str]
    if isinstance(content, str):
        text = io.StringIO(content, newline="")
    else:
        text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    for number, line in enumerate(iter(lambda: text.readline(LEAST_LIMIT + 1), ""), start=1):
        if len(line) > LEAST_LIMIT:
            rule = f"of lines of at most {LEAST_LIMIT:,} characters"
            raise InvalidValue(FIELD, rule, f"a longer one, line {number}")
        yield line


def _numbers(cells: list[str], line: int) -> FloatArray:
    """One line as float32."""
    for column, cell in enumerate(cells, start=1):
        if not _is_number(cell):
            raise InvalidValue(FIELD, f"a finite number in line {line}, column {column}", cell.strip())
    return np.array([float(cell) for cell in cells], np.float32)


def _is_number(cell: str) -> bool:
    try:
        return "_" not in cell and abs(float(cell)) <= _LARGEST  # Python reads 1_000 as a number
    except ValueError:
        return False


def _expect(wanted: tuple[int, int], found: tuple[int, ...]) -> None:
    if found != wanted:
        units = wanted[1] // 4
        where = f"{wanted[0] - units} numbers of a row and {units} units in the first layer"
        raise InvalidValue(FIELD, f"of shape {wanted}, for {where}", found)


def _damaged(fingerprint: str) -> WeightsError:
    return WeightsError(
        f"The first weights {fingerprint[:12]}… are damaged; choose their CSV file again to replace them."
    )


def _path(fingerprint: str, root: Path) -> Path:
    return root / "initial_kernels" / f"{fingerprint}.npy"
