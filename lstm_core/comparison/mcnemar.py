"""Two networks on the same images: whether one reads more of them right than chance would explain.

McNemar (1947), "Note on the sampling error of the difference between correlated proportions or percentages".
Only the images count that one of the two reads right and the other does not: were neither better, each of
these would be as likely to fall to the one as to the other. The exact test asks the binomial distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

LEVEL = 0.05
"""Below this p a difference is said to be more than chance would explain."""


@dataclass(frozen=True)
class PairedTest:
    """How two networks read the same images, and what that shows.

    Attributes:
        both, only_first, only_second, neither: numbers of images by who reads them right.
        p: of the exact two-sided test, in [0, 1].
        adjusted: the same for one of several tests, see `with_holm`; ``p`` where it is the only one.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    p: float
    adjusted: float

    @property
    def images(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def is_told_apart(self) -> bool:
        """Whether one reads more images right than chance would explain, counting all tests made."""
        return self.adjusted < LEVEL


def paired_test(
    labels: NDArray[np.integer[Any]],
    first: NDArray[np.integer[Any]],
    second: NDArray[np.integer[Any]],
) -> PairedTest:
    """McNemar's exact test.

    Args:
        labels: ``(images,)``, what each image shows.
        first, second: ``(images,)``, what each network reads it as.

    Raises:
        InvalidValue: the arrays are not of one length, or empty.
    """
    if labels.ndim != 1 or not labels.size:
        raise InvalidValue("labels", "of shape (images,)", labels.shape)
    for name, readings in (("first", first), ("second", second)):
        if readings.shape != labels.shape:
            raise InvalidValue(name, f"of shape {labels.shape}, as the labels", readings.shape)
    a, b = first == labels, second == labels
    only_first, only_second = int((a & ~b).sum()), int((b & ~a).sum())
    p = _exact(only_first, only_second)
    return PairedTest(int((a & b).sum()), only_first, only_second, int((~a & ~b).sum()), p, p)


def with_holm(tests: Sequence[PairedTest | None]) -> list[PairedTest | None]:
    """The tests with p adjusted for their number; None stays None.

    Holm (1979), "A simple sequentially rejective multiple test procedure": who makes many tests will find
    one that looks clear by chance, so the smallest p is multiplied by their number, the next by one less.
    """
    order = sorted((test.p, at) for at, test in enumerate(tests) if test is not None)
    adjusted = list(tests)
    highest = 0.0
    for rank, (p, at) in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p))
        test = tests[at]
        adjusted[at] = test and replace(test, adjusted=highest)
    return adjusted


def _exact(first: int, second: int) -> float:
    if first == second:  # also where they never differ
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(first, first + second, 0.5).pvalue)
