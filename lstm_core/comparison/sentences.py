"""What a comparison shows, in sentences that say no more than their numbers."""

from __future__ import annotations

from lstm_core.comparison.mcnemar import PairedTest
from lstm_core.comparison.mean_difference import difference_of_means
from lstm_core.comparison.seed_groups import SeedGroup
from lstm_core.reading.percents import PERCENT, points


def pair_in_words(test: PairedTest, first: str, second: str, tests: int = 1) -> str:
    """What McNemar's test says of two networks, in plain text.

    Args:
        test: of the two.
        first, second: what they are called.
        tests: how many were made; ``test.adjusted`` counts them.
    """
    by_first, by_second = test.both + test.only_first, test.both + test.only_second
    said = f"{second} reads {by_second:,} of {test.images:,} test images correctly and {first} {by_first:,}. "
    if not test.only_first + test.only_second:
        return f"{said}They are right about the same images, so nothing tells them apart."
    said += f"{_images(test.only_second)} correctly by {second} alone, {test.only_first:,} by {first} alone: "
    p = p_in_words(test.p)
    if tests > 1:
        p += f"; counting that {tests} pairs were tested, {p_in_words(test.adjusted)}"
    if not test.is_told_apart:
        return f"{said}chance alone may explain that ({p})."
    better = second if test.only_second > test.only_first else first
    return f"{said}{better} is right more often than chance would explain ({p})."


def means_in_words(first: SeedGroup, second: SeedGroup, first_name: str, second_name: str) -> str:
    """Whether seeds tell two settings apart, in plain text; empty while one has no test accuracy.

    Args:
        first, second: tested on the same images.
        first_name, second_name: what they are called.
    """
    if first.mean is None or second.mean is None:
        return ""
    gained = 100 * (second.mean - first.mean)
    side = "above" if gained >= 0 else "below"
    what = "The mean" if max(first.n, second.n) > 1 else "The accuracy"
    said = f"{what} of {second_name} is {abs(gained):.2f} percentage points {side} that of {first_name}"
    difference = difference_of_means(first.accuracies, second.accuracies)
    if difference is None:
        seeds = f"{_seeds(second.n)} against {_seeds(first.n)}"
        return f"{said}, {seeds}. Whether that is more than noise is not known: it takes three seeds of each."
    low, high = points(difference.low), points(difference.high)
    interval = f"95{PERCENT} interval of the difference: {low} to {high}"
    if difference.is_told_apart:
        return f"{said}, more than noise explains ({interval})."
    return f"{said}, which is within the noise: the interval contains 0 ({interval})."


def p_in_words(p: float) -> str:
    """A probability as one writes p-values.

    >>> p_in_words(0.0312), p_in_words(1.0), p_in_words(0.00002)
    ('p = 0.031', 'p = 1.000', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _images(count: int) -> str:
    return "1 image is read" if count == 1 else f"{count:,} images are read"


def _seeds(count: int) -> str:
    return "one seed" if count == 1 else f"{count} seeds"
