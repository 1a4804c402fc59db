"""Which images are learnt from, which choose among networks, and which are kept for the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.info import Split
from lstm_core.data.own.look import Look
from lstm_core.errors import DataRefused, InvalidValue

Indices = NDArray[np.int64]

VALIDATION_SHARE = 0.1
"""Of the images that are not for testing."""

TEST_SHARE = 0.15
"""Of all images, where none were brought for testing."""


@dataclass(frozen=True)
class Splits:
    """Each part in the order in which it was brought; ``how`` says in words how they were chosen."""

    train: Split
    validation: Split
    test: Split
    how: str


def split(
    look: Look, *, validation_share: float = VALIDATION_SHARE, test_share: float = TEST_SHARE, seed: int = 0
) -> Splits:
    """Cut what was brought into three parts.

    What files say stays as it is. The rest is drawn at random, the same share of every class, or whole
    writers
    where all are known: who reads one letter of a hand has it easier with the next.

    Args:
        look: the images.
        validation_share, test_share: in (0, 0.5]; the second is not used where there are test images.
        seed: ≥ 0.

    Raises:
        InvalidValue: a share is out of range.
        DataRefused: too few images for three parts.
    """
    for field, share in (("validation_share", validation_share), ("test_share", test_share)):
        if not 0 < share <= 0.5:
            raise InvalidValue(field, "a share above 0, at most 0.5", share)
    parts = np.array(look.parts)
    rng = np.random.default_rng(seed)
    said = []
    test = np.flatnonzero(parts == "test")
    rest = np.flatnonzero(parts != "test")
    if len(test):
        said.append("the test images are those brought for it")
    else:
        test = _drawn(look, rest, test_share, rng)
        rest = np.setdiff1d(rest, test)
        said.append(f"{_percent(test_share)} of {_kind(look)} are kept for the test")
    validation = rest[parts[rest] == "validation"]
    if len(validation):
        said.append("the validation images are those brought for it")
    else:
        validation = _drawn(look, rest, validation_share, rng)
        said.append(
            f"{_percent(validation_share)} of {_kind(look)} for training choose among networks (validation)"
        )
    train = np.setdiff1d(rest, validation)
    if not (len(train) and len(validation) and len(test)):
        raise DataRefused(
            f"{len(look.labels)} images are too few: training, validation and test need at least one each. "
            "Bring more."
        )
    how = "; ".join(said)
    return Splits(
        train=_piece(look, train),
        validation=_piece(look, validation),
        test=_piece(look, test),
        how=f"{how[0].upper()}{how[1:]}.",
    )


def _piece(look: Look, at: Indices) -> Split:
    return Split(look.images[at], look.labels[at], look.class_names)


def _kind(look: Look) -> str:
    return "the writers" if len(set(look.writers)) > 2 else "each class"


def _drawn(look: Look, among: Indices, share: float, rng: np.random.Generator) -> Indices:
    """About ``share`` of the images ``among``, ascending; at least one where there are two."""
    if len(set(look.writers)) > 2:
        writers = np.array(look.writers)[among]
        people = rng.permutation(np.unique(writers))
        counts = np.array([(writers == person).sum() for person in people])
        most = max(1, int(np.searchsorted(np.cumsum(counts), share * len(among), side="right")))
        if 0 < most < len(people):
            return np.sort(among[np.isin(writers, people[:most])])
    chosen: list[Indices] = []
    labels = look.labels[among]
    for label in np.unique(labels):
        found = rng.permutation(among[labels == label])
        count = round(share * len(found))
        chosen.append(found[: max(count, 1) if len(found) > 2 else count])
    drawn = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
    if not len(drawn) and len(among) > 1:
        drawn = rng.permutation(among)[:1]
    return np.sort(drawn)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
