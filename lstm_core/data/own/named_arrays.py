"""Arrays of images and of labels, told apart by what they hold and brought together in pairs.

Names help to say what images are for; which array holds images and which labels, the arrays say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.own.labelled import Labelled, check_size, label_text, part_named
from lstm_core.errors import DataRefused


@dataclass(frozen=True)
class NamedArray:
    """An array from a file.

    Attributes:
        source: file and array, for messages.
        words: its name, which may say what it is for.
        array: of numbers or of text.
        transposed: whether files of this kind hold images with rows and columns exchanged.
    """

    source: str
    words: str
    array: NDArray[Any]
    transposed: bool = False


def paired(arrays: Sequence[NamedArray]) -> Iterator[Labelled]:
    """Images with their labels.

    Two arrays belong together that have as many entries; where several have, those of the same part, and
    then the next one by name.

    Raises:
        DataRefused: there are images without labels or labels without images, or neither.
    """
    images = [(one, found) for one in arrays if (found := _as_images(one)) is not None]
    taken = {one.source for one, _ in images}
    labels = [(one, text) for one in arrays if one.source not in taken and (text := _as_labels(one))]
    if not images:
        held = "; ".join(f"{one.source}: {one.array.dtype} {one.array.shape}" for one in arrays[:6])
        raise DataRefused(
            f"No array of images (number, rows, columns) was found. Found: {held or 'nothing'}."
        )
    for one, pixels in images:
        part = part_named(one.words)
        fitting = [pair for pair in labels if len(pair[1]) == len(pixels)]
        same = [pair for pair in fitting if part_named(pair[0].words) == part]
        if not (fitting := same or fitting):
            counts = ", ".join(f"{len(text):,}" for _, text in labels) or "none"
            raise DataRefused(
                f"{one.source} holds {len(pixels):,} images, and no labels for as many were found "
                f"(arrays of labels: {counts}). Bring the file of labels too."
            )
        if len(fitting) > 1:
            alike = [pair for pair in fitting if _stem(pair[0].words) == _stem(one.words)]
            fitting = alike or fitting
        chosen = fitting[0]
        labels.remove(chosen)
        part = part or part_named(chosen[0].words)
        turned = one.transposed or chosen[0].transposed
        yield Labelled(pixels, chosen[1], part, one.source, transposed=turned)


def _stem(words: str) -> str:
    for word in ("images", "image", "imgs", "labels", "label", "labs", "idx3", "idx1"):
        words = words.lower().replace(word, "")
    return words.replace("x", "").replace("y", "")


def _as_images(one: NamedArray) -> NDArray[Any] | None:
    """``(n, rows, columns)``, or None where it holds no images. Raises `DataRefused` for a bad size."""
    array = one.array
    if array.dtype.kind not in "fiub":
        return None
    if array.ndim == 4 and array.shape[-1] in (1, 2, 3, 4):
        array = _grey(array)
    elif array.ndim == 4 and array.shape[1] in (1, 3):
        array = _grey(np.moveaxis(array, 1, -1))
    if array.ndim == 2 and array.shape[1] >= 16:
        rows = math.isqrt(array.shape[1])
        if rows * rows != array.shape[1] or (array.shape[1] <= 100 and _is_one_hot(array)):
            return None
        check_size(one.source, len(array), rows, rows)
        array = array.reshape(-1, rows, rows)
    if array.ndim != 3:
        return None
    check_size(one.source, *array.shape)
    return array


def _grey(array: NDArray[Any]) -> NDArray[Any]:
    """One channel of ``(n, rows, columns, channels)``: the brightness of colours, without transparency."""
    if array.shape[-1] in (1, 2):
        return array[..., 0]
    weights = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    grey = np.empty(array.shape[:3], np.float32)
    for start in range(0, len(array), 4096):  # so that no second copy of all colours is made
        grey[start : start + 4096] = array[start : start + 4096, ..., :3].astype(np.float32) @ weights
    return grey


def _is_one_hot(array: NDArray[Any]) -> bool:
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all())


def _as_labels(one: NamedArray) -> list[str]:
    """The labels as text; empty where it holds none."""
    array = one.array
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    elif array.ndim == 2 and array.dtype.kind in "fiub" and array.shape[1] > 1 and _is_one_hot(array):
        array = array.argmax(axis=1)
    if array.ndim != 1 or array.dtype.kind not in "fiubU":
        return []
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataRefused(f"{one.source}: labels must be finite numbers; some are not.")
    return [label_text(value) for value in array.tolist()]
