"""Two settings over several seeds: whether the difference of their means is more than noise."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_FOR_AN_INTERVAL = 3


@dataclass(frozen=True)
class MeanDifference:
    """How much better the second reads than the first.

    Attributes:
        mean: the second's mean test accuracy less the first's, in [-1, 1].
        low, high: where the difference of what both reach in the mean lies with a probability of 95 %.
    """

    mean: float
    low: float
    high: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the interval leaves out 0: whether these seeds show that one side is better."""
        return self.low > 0 or self.high < 0


def difference_of_means(first: Sequence[float], second: Sequence[float]) -> MeanDifference | None:
    """The difference of the means and its interval; ``None`` for fewer than three accuracies of a side.

    Welch's interval, which does not ask for equal variances: Welch (1947), "The generalization of 'Student's'
    problem when several different population variances are involved", with the degrees of freedom of
    Satterthwaite (1946).

    Args:
        first, second: accuracies in [0, 1], one a seed.
    """
    if min(len(first), len(second)) < FEWEST_FOR_AN_INTERVAL:
        return None
    from scipy.stats import t

    mean = statistics.fmean(second) - statistics.fmean(first)
    parts = [statistics.stdev(side) ** 2 / len(side) for side in (first, second)]
    if not sum(parts):
        return MeanDifference(mean, mean, mean)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (first, second), strict=True)
    )
    half = float(t.ppf(0.975, freedom)) * math.sqrt(sum(parts))
    return MeanDifference(mean, mean - half, mean + half)
