"""Runs that differ in nothing but the seed, taken together."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.errors import InvalidValue
from lstm_core.settings.computed import Computed


@dataclass(frozen=True)
class SeedGroup:
    """Runs of the same settings, computed alike, over several seeds; or one run that stands alone.

    Attributes:
        runs: at least one, by seed, each seed once.
    """

    runs: tuple[ComparedRun, ...]

    @property
    def first(self) -> ComparedRun:
        return self.runs[0]

    @property
    def name(self) -> str:
        """What to call it: the run with the lowest seed, without its seed unless it stands alone."""
        first = self.first
        if not first.stands_for_its_settings:
            return first.name
        return first.name.removesuffix(f" seed {first.settings.seed}").rstrip(" ,")

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(run.settings.seed for run in self.runs)

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Of the runs that were tested, in [0, 1], by seed."""
        return tuple(run.accuracy for run in self.runs if run.accuracy is not None)

    @property
    def n(self) -> int:
        """How many runs were tested."""
        return len(self.accuracies)

    @property
    def mean(self) -> float | None:
        """Mean test accuracy; None while none was tested."""
        return statistics.fmean(self.accuracies) if self.accuracies else None

    @property
    def deviation(self) -> float | None:
        """The sample's standard deviation (n − 1 in the denominator); None for fewer than two."""
        return statistics.stdev(self.accuracies) if self.n > 1 else None


def seed_groups(runs: Iterable[ComparedRun]) -> tuple[SeedGroup, ...]:
    """The runs in groups, in the order in which their first comes.

    A run that does not stand for its settings (it was stopped, changed while it trained, or brought in) is a
    group of its own, and of two runs of the same seed the first counts. What one that still waits will be
    computed with is not known, so it belongs to the others with its settings.
    """
    groups: list[_Growing] = []
    for run in runs:
        growing = next((group for group in groups if group.takes(run)), None)
        if growing is None:
            groups.append(growing := _Growing(run.key_without_seed, run.stands_for_its_settings))
        growing.add(run)
    return tuple(SeedGroup(tuple(one.runs[seed] for seed in sorted(one.runs))) for one in groups)


@dataclass
class _Growing:
    """A group while runs are put into it; ``open`` is whether others may join the first."""

    key: str
    open: bool
    computed: Computed = field(default_factory=Computed)
    runs: dict[int, ComparedRun] = field(default_factory=dict)

    def takes(self, run: ComparedRun) -> bool:
        alike = self.open and run.stands_for_its_settings and self.key == run.key_without_seed
        return alike and self.computed.agrees(run.computed)

    def add(self, run: ComparedRun) -> None:
        self.runs.setdefault(run.settings.seed, run)
        if self.computed == Computed():
            self.computed = run.computed


def missing_seeds(seeds: Sequence[int], wanted: int) -> list[int]:
    """The smallest seeds that are not among ``seeds``, as many as are missing to make ``wanted``.

    >>> missing_seeds([0, 7], 5)
    [1, 2, 3]

    Raises:
        InvalidValue: ``wanted`` is below 1.
    """
    if wanted < 1:
        raise InvalidValue("wanted", "at least 1", wanted)
    there = set(seeds)
    return [seed for seed in range(wanted + len(there)) if seed not in there][: max(0, wanted - len(there))]
