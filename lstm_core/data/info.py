"""What is known of a data set before it is loaded, and the form it has once it is."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a dataset before it is loaded.

    Attributes:
        name: the key in `DATASETS`.
        title: for people.
        rows, columns: size of an image in pixels.
        classes: number of classes; labels are 0 to ``classes - 1``.
        train, validation, test: number of images in each split.
        fingerprint: SHA-256 over the contents, verified when the dataset is loaded.
    """

    name: str
    title: str
    rows: int
    columns: int
    classes: int
    train: int
    validation: int
    test: int
    fingerprint: str


DATASETS: Mapping[str, DatasetInfo] = types.MappingProxyType(
    {
        "mnist": DatasetInfo(
            name="mnist",
            title="MNIST",
            rows=28,
            columns=28,
            classes=10,
            train=55_000,
            validation=5_000,
            test=10_000,
            fingerprint="ca679089cd9dd461d7b26e36e51216fc71f9271f8082e09656a7c1d29a50483b",
        ),
        "digits": DatasetInfo(
            name="digits",
            title="UCI digits",
            rows=8,
            columns=8,
            classes=10,
            train=1_297,
            validation=200,
            test=300,
            fingerprint="a19cb3d96bba7deace8ee5a513a6eb7bad0403d528f00bf4d351b6a7a55baa91",
        ),
    }
)


@dataclass(frozen=True)
class Split:
    """Images and what they show, in the order of the source; both arrays are read-only.

    Attributes:
        images: ``(n, rows, columns)`` uint8; paper is 0, full ink is 255.
        labels: ``(n,)`` uint8, in 0 … classes - 1.
    """

    images: Pixels
    labels: Pixels

    def __len__(self) -> int:
        return len(self.labels)

    def pixels(self) -> NDArray[np.float32]:
        """The images as ``(n, rows, columns)`` float32 in [0, 1]; a new array at every call."""
        return np.divide(self.images, 255, dtype=np.float32)


@dataclass(frozen=True)
class Dataset:
    """A dataset in memory.

    Attributes:
        notes: one sentence for each damaged file passed over on the way; usually empty.
    """

    info: DatasetInfo
    train: Split
    validation: Split
    test: Split
    notes: tuple[str, ...] = ()


def examples(split: Split, per_class: int) -> list[int]:
    """Indices of the first ``per_class`` images of each class, class by class.

    A class with fewer images gives those it has.

    Raises:
        InvalidValue: ``per_class`` is negative.
    """
    if per_class < 0:
        raise InvalidValue("per_class", "at least 0", per_class)
    chosen = [np.flatnonzero(split.labels == label)[:per_class] for label in np.unique(split.labels)]
    return [int(index) for indices in chosen for index in indices]
