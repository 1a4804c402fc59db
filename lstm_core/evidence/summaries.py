"""What presets and experiments really reach: the results of their trainings, taken together.

A result counts for a preset only as long as the preset's settings are those it was trained with
(`settings.run_key`); what was trained with others stays in the file and counts for nothing. Settings leave
open what each machine computes them with, so a summary says that as well.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_core.comparison.mean_difference import FEWEST_FOR_AN_INTERVAL, difference_of_means
from lstm_core.comparison.mean_difference import MeanDifference as MeanDifference
from lstm_core.errors import InvalidValue
from lstm_core.evidence.experiments import COMPARISONS, Variation, settings_of
from lstm_core.evidence.results import Results, TrainingResult, results
from lstm_core.settings.computed import Computed
from lstm_core.settings.presets import preset
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes


@dataclass(frozen=True)
class Summary:
    """The test accuracies of the same settings over several seeds.

    Attributes:
        name: the preset, or the variation of it.
        published: the author's test accuracy, where there is one.
        trainings: at least one, by seed.
    """

    name: str
    published: float | None
    trainings: tuple[TrainingResult, ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        return tuple(result.accuracy for result in self.trainings)

    @property
    def n(self) -> int:
        return len(self.trainings)

    @property
    def computed(self) -> tuple[Computed, ...]:
        """What its trainings were computed with, each once, by seed. They are of one kind if it is one."""
        return tuple(dict.fromkeys(result.computed for result in self.trainings))

    @property
    def computed_in_words(self) -> str:
        """To follow "computed", such as ``by TensorFlow, fused, in bfloat16 and in float32``, where only what
        differs is repeated; may be empty. Says also of how many seeds it was not kept, unless of all."""
        known = [one for one in self.computed if one.computation or one.precision]
        if not known:
            return ""
        of_one_kind = len({(one.backend, one.computation) for one in known}) == 1
        words = " and ".join(
            [str(known[0]), *(f"in {one.precision}" if of_one_kind else str(one) for one in known[1:])]
        )
        unknown = sum(not (result.computation or result.precision) for result in self.trainings)
        return words + (f"; of {unknown} of the {self.n} seeds this was not kept" if unknown else "")

    @property
    def mean(self) -> float:
        return statistics.fmean(self.accuracies)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest accuracy."""
        return min(self.accuracies), max(self.accuracies)

    @property
    def deviation(self) -> float | None:
        """The sample's standard deviation (n − 1 in the denominator); ``None`` for a single seed."""
        return statistics.stdev(self.accuracies) if self.n > 1 else None

    @property
    def prediction_interval(self) -> tuple[float, float] | None:
        """Where one more seed lies with a probability of 95 %; ``None`` for fewer than three.

        The prediction interval of a normal distribution of unknown mean and variance: Hahn & Meeker (1991),
        "Statistical Intervals", section 4.7. Unlike the lowest and the highest of what was trained, it does
        not depend on how many that were, but for what is not known of the distribution.
        """
        if self.deviation is None or self.n < FEWEST_FOR_AN_INTERVAL:
            return None
        from scipy.stats import t

        half = float(t.ppf(0.975, self.n - 1)) * self.deviation * math.sqrt(1 + 1 / self.n)
        return self.mean - half, min(1.0, self.mean + half)

    @property
    def training_mean(self) -> float | None:
        """Mean share of the training images read rightly; ``None`` unless it is known of every seed."""
        return _mean_of_all([result.training_accuracy for result in self.trainings])

    @property
    def half_way_mean(self) -> float | None:
        """Mean share of the test images read rightly after half of the rows; ``None`` as above."""
        return _mean_of_all([result.half_way_accuracy for result in self.trainings])

    @property
    def seconds(self) -> float:
        """Of one training, the median."""
        return statistics.median(result.seconds for result in self.trainings)

    @property
    def published_is_reached(self) -> bool | None:
        """Whether the best seed is at least as good as published; ``None`` where nothing is published."""
        return None if self.published is None else self.spread[1] >= self.published

    @property
    def published_is_within_reach(self) -> bool:
        """Whether what is published is no better than what one more seed may well reach."""
        return (
            self.published is not None
            and self.prediction_interval is not None
            and self.published <= self.prediction_interval[1]
        )


def summary(preset_name: str, found: Results | None = None) -> Summary | None:
    """What a preset reached over its seeds; ``None`` while it was not trained as it is now.

    Args:
        preset_name: a key of `lstm_core.settings.presets.PRESETS`.
        found: what to look in; the committed file otherwise.

    Raises:
        InvalidValue: there is no such preset.
        DataDamaged, StorageError: see `results`.
    """
    return _summary(Variation(preset_name, preset_name, {}), found, preset(preset_name).published_accuracy)


def comparison(name: str, found: Results | None = None) -> tuple[Summary, ...]:
    """What each side of an experiment reached, in the order of its sides; empty until all have results.

    Args:
        name: a key of `COMPARISONS`.
        found: what to look in; the committed file otherwise.

    Raises:
        InvalidValue: there is no such experiment.
        DataDamaged, StorageError: see `results`.
    """
    if name not in COMPARISONS:
        raise InvalidValue("comparison", f"one of {', '.join(COMPARISONS)}", name)
    sides = [_summary(variation, found) for variation in COMPARISONS[name].sides]
    there = tuple(side for side in sides if side is not None)
    return there if len(there) == len(sides) else ()


def _mean_of_all(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return statistics.fmean(known) if len(known) == len(shares) else None


def mean_difference(first: Summary, second: Summary) -> MeanDifference | None:
    """The difference of the means and its interval; ``None`` for fewer than three seeds of a side."""
    return difference_of_means(first.accuracies, second.accuracies)


def _summary(variation: Variation, found: Results | None, published: float | None = None) -> Summary | None:
    held = results() if found is None else found
    wanted = settings_of(variation.preset, variation.varied, 0)
    fitting = [
        result
        for result in held.trainings
        if result.preset == variation.preset and result.key == run_key(with_changes(wanted, seed=result.seed))
    ]
    if not fitting:
        return None
    by_seed = {result.seed: result for result in fitting}
    return Summary(variation.name, published, tuple(by_seed[seed] for seed in sorted(by_seed)))
