"""What is known of a data set before it is loaded, and the form it has once it is."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

Pixels = NDArray[np.uint8]

MIN_SIDE, MAX_SIDE = 4, 128
"""Of the images in rows and in columns."""

MAX_CLASSES = 100
MAX_CLASS_NAME = 40
"""Characters."""

DIGITS = tuple(map(str, range(10)))
"""What the classes of handwritten digits are called, by label."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
NAME_RULE = "1 to 40 letters (a to z), digits, - and _, beginning with a letter or a digit"
"""Of the names that people give to data sets of their own; such a name is also that of a folder."""

_KEPT_BY_WINDOWS = re.compile(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a dataset before it is loaded.

    Attributes:
        name: the key in `DATASETS`, or what a person called a data set of their own.
        title: for people.
        rows, columns: size of an image in pixels.
        classes: number of classes; labels are 0 to ``classes - 1``.
        train, validation, test: number of images in each split.
        fingerprint: SHA-256 over the contents, verified when the dataset is loaded.
        class_names: what each label is called, of a data set of one's own; otherwise empty: they are digits.

    Raises:
        InvalidValue: a name that cannot be a folder's, a size or a number of classes that is not supported,
            or other than one name for each class.
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
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.class_names:
            return
        checked_data_name(self.name)
        for field, value in (("rows", self.rows), ("columns", self.columns)):
            if not MIN_SIDE <= value <= MAX_SIDE:
                raise InvalidValue(field, f"{MIN_SIDE} to {MAX_SIDE} pixels", value)
        if not 2 <= self.classes <= MAX_CLASSES:
            raise InvalidValue("classes", f"2 to {MAX_CLASSES}", self.classes)
        if not len(set(self.class_names)) == len(self.class_names) == self.classes:
            rule = f"{self.classes} different names, one for each class"
            raise InvalidValue("class_names", rule, self.class_names)
        if any(not 0 < len(name) <= MAX_CLASS_NAME for name in self.class_names):
            raise InvalidValue("class_names", f"1 to {MAX_CLASS_NAME} characters each", self.class_names)
        if min(self.train, self.validation, self.test) < 1:
            split = f"{self.train} for training, {self.validation} for validation, {self.test} for testing"
            raise InvalidValue("images", "at least one for each purpose", split)

    @property
    def is_own(self) -> bool:
        """Whether a person brought it."""
        return self.name not in DATASETS

    @property
    def names(self) -> tuple[str, ...]:
        """What each class is called, by label."""
        return self.class_names or tuple(map(str, range(self.classes)))

    @property
    def thing(self) -> str:
        """What one image shows, in a word; see `thing_of`."""
        return thing_of(self.class_names)


def thing_of(names: Sequence[str]) -> str:
    """What images of these classes show, in a word: a digit, a letter, or a class; no names are digits."""
    if not names or tuple(names) == DIGITS:
        return "digit"
    return "letter" if all(len(name) == 1 and name.isalpha() for name in names) else "class"


def are_characters(names: Sequence[str]) -> bool:
    """Whether each class is one digit or one letter, so that several side by side are several; no names are
    digits.

    A sign or a symbol of any other name may be made of parts that stand apart.
    """
    return all(len(name) == 1 and name.isalnum() for name in names)


def things_of(names: Sequence[str]) -> str:
    """The same of several."""
    thing = thing_of(names)
    return "images" if thing == "class" else f"{thing}s"


def checked_data_name(name: str) -> str:
    """``name``, if a data set may be called so. Raises `InvalidValue`."""
    if not _NAME.fullmatch(name):
        raise InvalidValue("name", NAME_RULE, name)
    if _KEPT_BY_WINDOWS.fullmatch(name):
        raise InvalidValue("name", "another one; Windows keeps this one for devices", name)
    return name


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
        class_names: what each label is called, where they are no digits; otherwise empty.
    """

    images: Pixels
    labels: Pixels
    class_names: tuple[str, ...] = ()

    def called(self, label: int) -> str:
        """What a label is called."""
        return self.class_names[label] if self.class_names else str(label)

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
