"""A data set looked at before it is taken: what is in it, which way round it is, what is odd about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_core.data.info import MAX_CLASS_NAME, MAX_CLASSES, Pixels
from lstm_core.data.own.labelled import Labelled, Part, check_size
from lstm_core.data.own.orientation import as_bytes, is_dark_on_light, looks_transposed
from lstm_core.errors import DataRefused, InvalidValue

Answer = Literal["auto", "yes", "no"]

_FEWEST = 10
"""Images of a class, below which a person is told that they are few."""


@dataclass(frozen=True)
class Look:
    """What was brought, made upright and light on dark.

    Attributes:
        images: ``(n, rows, columns)`` uint8; paper is 0, full ink is 255.
        labels: ``(n,)`` uint8, indices into ``class_names``.
        class_names: in the order of numbers, or of the alphabet.
        parts: of each image, what it is for; empty where that is not said.
        writers: of each image; empty where not all are known.
        turned_over: whether they were dark on light, and are not any more.
        transposed: whether rows and columns were exchanged, and are not any more.
        repeated: training images left out because the test images hold the same.
        notes: what a person should know, in sentences.
    """

    images: Pixels
    labels: Pixels
    class_names: tuple[str, ...]
    parts: tuple[Part, ...]
    writers: tuple[str, ...]
    turned_over: bool
    transposed: bool
    repeated: int
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        return self.images.shape[1]

    @property
    def columns(self) -> int:
        return self.images.shape[2]

    def counts(self) -> Mapping[str, int]:
        """Images of each class."""
        numbers = np.bincount(self.labels, minlength=len(self.class_names)).tolist()
        return dict(zip(self.class_names, numbers, strict=True))


def look_at(
    brought: Sequence[Labelled], *, dark_on_light: Answer = "auto", transposed: Answer = "auto"
) -> Look:
    """Bring the pieces together, upright and light on dark.

    Args:
        brought: as `lstm_core.data.own.bring` gives them.
        dark_on_light: whether the ink is darker than the paper; ``auto`` looks at the border of the images.
        transposed: whether rows and columns are exchanged; ``auto`` looks at characters that are written
            tall, and otherwise believes what is known of the kind of file.

    Raises:
        DataRefused: sizes differ, a class has a name that is too long, or there are too few or many of them.
        InvalidValue: an answer is none of ``auto``, ``yes``, ``no``.
    """
    for field, answer in (("dark_on_light", dark_on_light), ("transposed", transposed)):
        if answer not in ("auto", "yes", "no"):
            raise InvalidValue(field, "one of auto, yes, no", answer)
    sizes = {one.images.shape[1:]: one.source for one in brought}
    if len(sizes) > 1:
        (first, one), (second, other) = list(sizes.items())[:2]
        raise DataRefused(
            f"All images must have one size: {one} has {first[0]} × {first[1]}, {other} {second[0]} "
            f"× {second[1]}."
        )
    check_size(brought[0].source, sum(len(one.images) for one in brought), *brought[0].images.shape[1:])
    notes = [note for one in brought for note in one.notes]
    texts = [label for one in brought for label in one.labels]
    names = _class_names(texts)
    images = _joined(brought)
    over = dark_on_light == "yes"
    if dark_on_light == "auto":
        over = not all(one.ink for one in brought) and is_dark_on_light(images)
    if over:
        images = 255 - images
        notes.append(
            "The images are dark on light paper; they were turned over, as the networks read light ink."
        )
    lying = transposed == "yes"
    letters = _as_letters(texts)
    if transposed == "auto":
        seen = looks_transposed(images, letters or texts)
        known = any(one.transposed for one in brought)
        lying = known if seen is None else seen
        if lying:
            why = (
                "as those of EMNIST" if known else "as the characters that are written tall lie on their side"
            )
            notes.append(f"Rows and columns of the images were exchanged, {why}; they were put upright.")
    if lying:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
        if letters:
            texts, names = letters, tuple(sorted(set(letters)))
            notes.append("The labels 1 to 26 are letters, as in EMNIST; they are called A to Z.")
    parts = [one.part for one in brought for _ in range(len(one.labels))]
    writers = [writer for one in brought for writer in one.writers]
    at = {name: number for number, name in enumerate(names)}
    labels = np.array([at[text] for text in texts], np.uint8)
    keep, repeated = _without_repeated(images, parts)
    if repeated:
        notes.append(
            f"{repeated:,} images for training are also among the test images; they were left out "
            "of the training, "
            "since reading them again would prove nothing."
        )
        images, labels = images[keep], labels[keep]
        parts = [part for part, kept in zip(parts, keep, strict=True) if kept]
        texts = [text for text, kept in zip(texts, keep, strict=True) if kept]
    if len(writers) == len(keep):
        writers = [writer for writer, kept in zip(writers, keep, strict=True) if kept]
    else:
        writers = []
    notes += _odd(texts, parts, names)
    return Look(images, labels, names, tuple(parts), tuple(writers), over, lying, repeated, tuple(notes))


def _as_letters(texts: Sequence[str]) -> list[str]:
    """What labels 1 to 26 may mean, as in EMNIST's letters; empty where they are others."""
    if set(texts) != set(map(str, range(1, 27))):
        return []
    return [chr(64 + int(text)) for text in texts]


def _joined(brought: Sequence[Labelled]) -> Pixels:
    """All images as bytes; the pieces share one range of values unless all are bytes already."""
    try:
        if all(one.ink for one in brought):
            return np.concatenate([one.images for one in brought])
        if len(brought) == 1:
            return as_bytes(brought[0].images)
        return as_bytes(np.concatenate([one.images for one in brought]))
    except ValueError as error:
        raise DataRefused(f"{brought[0].source}: {error}.") from error


def _class_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Every label once: numbers by size, text by the alphabet. Raises `DataRefused`."""
    names = set(texts)
    if not 2 <= len(names) <= MAX_CLASSES:
        shown = ", ".join(sorted(names)[:5])
        more = ", …" if len(names) > 5 else ""
        raise DataRefused(
            f"A data set needs 2 to {MAX_CLASSES} classes; this one has {len(names)} ({shown}{more}). "
            "Is the label where it belongs?"
        )
    if long := [name for name in names if len(name) > MAX_CLASS_NAME]:
        raise DataRefused(
            f"The name of a class has at most {MAX_CLASS_NAME} characters; got {long[0][:80]!r}."
        )
    if unseen := [name for name in names if not name.isprintable()]:
        raise DataRefused(
            f"The name of a class must be made of characters that can be seen; got {unseen[0]!r}."
        )
    if all(_is_whole(name) for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _is_whole(name: str) -> bool:
    return name.removeprefix("-").isascii() and name.removeprefix("-").isdigit()


def _without_repeated(
    images: Pixels, parts: Sequence[Part]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], int]:
    """Which images stay, and how many do not: those for training or validation that are test images too."""
    keep = np.ones(len(parts), bool)
    tested = {image.tobytes() for image, part in zip(images, parts, strict=True) if part == "test"}
    if tested:
        for at, part in enumerate(parts):
            keep[at] = part == "test" or images[at].tobytes() not in tested
    if not keep.any() or not any(part != "test" for part, kept in zip(parts, keep, strict=True) if kept):
        raise DataRefused("All images for training are test images too. Bring others to test with, or none.")
    return keep, int((~keep).sum())


def _odd(texts: Sequence[str], parts: Sequence[Part], names: Sequence[str]) -> list[str]:
    """What a person should know of the counts, in sentences."""
    notes = []
    learnt = Counter(text for text, part in zip(texts, parts, strict=True) if part != "test")
    if never := [name for name in names if not learnt[name]]:
        notes.append(f"There are no images to learn {', '.join(map(repr, never[:5]))} from.")
    if few := [name for name in names if 0 < learnt[name] < _FEWEST]:
        shown = ", ".join(f"{name!r} {learnt[name]}" for name in few[:5])
        notes.append(f"Classes with fewer than {_FEWEST} images will be learnt badly: {shown}.")
    return notes
