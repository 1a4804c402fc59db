"""Drawings of a collection as images and labels that a network can read and learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from lstm_core.arrays import ByteArray
from lstm_core.data.hand.kept_drawing import KeptDrawing
from lstm_core.data.info import Split

Made: TypeAlias = dict[tuple[str, int, int], ByteArray]
"""Images by drawing, rows and columns. What a drawing shows may change; its strokes never do."""


def images_of(
    drawings: Sequence[KeptDrawing],
    rows: int,
    columns: int,
    class_names: Sequence[str],
    made: Made | None = None,
) -> Split:
    """Each drawing as the Draw page makes its image, which takes 3 ms, with its label.

    Args:
        drawings: each of one of the classes.
        rows, columns: of the images.
        class_names: what the classes are called, by label.
        made: images that were made before, which are not made again; those that are made now are added.

    Raises:
        ValueError: a drawing is of none of the classes.
    """
    made = {} if made is None else made
    images = np.zeros((len(drawings), rows, columns), np.uint8)
    for number, kept in enumerate(drawings):
        key = kept.id, rows, columns
        if key not in made:
            made[key] = np.round(kept.drawing.image(rows, columns) * 255).astype(np.uint8)
        images[number] = made[key]
    labels = np.array([class_names.index(kept.label) for kept in drawings], np.uint8)
    return Split(images, labels, tuple(class_names))
