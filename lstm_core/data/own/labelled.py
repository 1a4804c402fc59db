"""What every reader gives: images as they are in a file, and what each of them shows, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.info import MAX_SIDE, MIN_SIDE
from lstm_core.errors import DataRefused

Part = Literal["", "train", "validation", "test"]
"""What images are for, where the files say it."""

MAX_BYTES = 640 * 2**20
"""Of all images of a data set, one byte a pixel; EMNIST's largest has 609 MiB."""

MAX_IMAGES = 1_000_000


@dataclass(frozen=True)
class Labelled:
    """Images of one size from one file, with labels.

    Attributes:
        images: ``(n, rows, columns)``, of any type of number.
        labels: of each image, as text; empty where the file has none.
        part: what they are for, if the file says so.
        source: the file, for messages.
        writers: who wrote each image, where that is known; otherwise empty.
        transposed: whether files of this kind hold their images with rows and columns exchanged.
        ink: whether they are known to be light ink on dark paper, as made by this project.
        notes: what a person should know of how they were read, in sentences.
    """

    images: NDArray[Any]
    labels: Sequence[str]
    part: Part
    source: str
    writers: Sequence[str] = ()
    transposed: bool = False
    ink: bool = False
    notes: tuple[str, ...] = field(default=())


def part_named(words: str) -> Part:
    """What the name of a file, a folder or an array says its images are for."""
    parts = "".join(c if c.isalpha() else " " for c in words.lower().replace("t10k", "test")).split()
    for part, names in _PART_WORDS.items():
        if any(word in names for word in parts):
            return part
    return ""


_PART_WORDS: dict[Part, frozenset[str]] = {
    "validation": frozenset({"val", "valid", "validation", "dev"}),
    "test": frozenset({"test", "testing", "xtest", "ytest", "eval", "evaluation"}),
    "train": frozenset({"train", "training", "xtrain", "ytrain"}),
}


def label_text(value: Any) -> str:
    """A label as people write it: whole numbers without a point, text in single spaces."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return " ".join(str(value).split())


def check_size(source: str, count: int, rows: int, columns: int) -> None:
    """Raises `DataRefused` for images of a size, or of a number, that is not supported."""
    if not (MIN_SIDE <= rows <= MAX_SIDE and MIN_SIDE <= columns <= MAX_SIDE):
        raise DataRefused(
            f"{source}: the images have {rows} rows and {columns} columns; both must be {MIN_SIDE} to "
            f"{MAX_SIDE}. Make the images smaller or larger first."
        )
    if count > MAX_IMAGES or count * rows * columns > MAX_BYTES:
        raise DataRefused(
            f"{source}: {count:,} images of {rows} × {columns} are more than the {MAX_IMAGES:,} images or "
            f"{MAX_BYTES // 2**20} MiB that a data set may have. Bring a part of them."
        )
