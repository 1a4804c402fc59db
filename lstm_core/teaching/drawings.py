"""Somebody's drawings, as images that a network reads, with labels among its classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lstm_core.arrays import ByteArray
from lstm_core.data.info import things_of
from lstm_core.data.own.bring import from_paths
from lstm_core.data.own.labelled import Labelled
from lstm_core.data.own.orientation import as_bytes, is_dark_on_light
from lstm_core.errors import DataRefused, InvalidValue
from lstm_core.reading.weights import LstmWeights

MOST_SHOWN = 5
"""Names that a message repeats."""


@dataclass(frozen=True)
class Drawings:
    """Images with labels.

    Attributes:
        images: ``(n, rows, columns)`` uint8; paper is 0, full ink is 255.
        labels: ``(n,)`` uint8, indices into the names of the network's classes.
        notes: what a person should know of how they were read, in sentences.
    """

    images: ByteArray
    labels: ByteArray
    notes: tuple[str, ...] = ()


def read_drawings(
    path: Path, weights: LstmWeights, progress: Callable[[int], object] | None = None
) -> Drawings:
    """The drawings in a file or folder, made into images as the Draw page does for the network ``weights``.

    Args:
        path: a file of pen strokes, or anything else that `lstm_core.data.own.bring` reads.
        weights: of the network that is to learn them.
        progress: told how many are read.

    Raises:
        DataRefused: it cannot be read, or its images have another size than the network reads.
        InvalidValue: a drawing shows something that is no class of the network.
    """
    size = weights.rows, weights.columns
    pieces = from_paths([path], progress=progress, size=size)
    images = np.concatenate([_upright(piece, size) for piece in pieces])
    labels = labels_of([label for piece in pieces for label in piece.labels], weights)
    return Drawings(images, labels, tuple(note for piece in pieces for note in piece.notes))


def labels_of(names: Sequence[str], weights: LstmWeights) -> ByteArray:
    """``(n,)`` uint8: which class of the network each name is.

    Raises:
        InvalidValue: one is no class of it.
    """
    at = {name: label for label, name in enumerate(weights.names)}
    if unknown := sorted({name for name in names if name not in at}):
        known = ", ".join(weights.names)
        shown = ", ".join(unknown[:MOST_SHOWN]) + (", …" if len(unknown) > MOST_SHOWN else "")
        raise InvalidValue(
            "label", f"one of the {things_of(weights.class_names)} that the network knows ({known})", shown
        )
    return np.array([at[name] for name in names], np.uint8)


def _upright(piece: Labelled, size: tuple[int, int]) -> ByteArray:
    """The images of one file, light ink on dark paper. Raises `DataRefused` for another size."""
    if piece.images.shape[1:] != size:
        rows, columns = piece.images.shape[1:]
        raise DataRefused(
            f"{piece.source}: the images have {rows} rows and {columns} columns, and the network reads "
            f"{size[0]} × {size[1]}. Bring pen strokes or pictures, which are made to fit."
        )
    images = piece.images.transpose(0, 2, 1) if piece.transposed else piece.images
    try:
        images = as_bytes(np.ascontiguousarray(images))
    except ValueError as error:
        raise DataRefused(f"{piece.source}: {error}.") from error
    return 255 - images if not piece.ink and is_dark_on_light(images) else images
