"""Measure in turns: a slow moment of the machine then hits everyone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Repeated measurements of one thing, in order.

    Attributes:
        unit: such as ``s``, ``MiB`` or ``%``.
    """

    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        """The median, and the least and the greatest value."""
        low, high = min(self.values), max(self.values)
        scale, unit, digits = 1.0, self.unit, 2 if self.unit == "%" else 0
        if self.unit == "s":
            scale, unit = (1.0, "s") if self.median >= 1 else (1e3, "ms")
            digits = max(0, 2 - len(str(int(scale * self.median))) + 1)
        text = f"{scale * self.median:,.{digits}f} {unit}"
        spread = f" ({scale * low:,.{digits}f}–{scale * high:,.{digits}f})"
        return text + (spread if len(self.values) > 1 else "")


Measure = Callable[[int], float]
"""Takes the number of the round, measures once, returns seconds."""


def in_turns(rounds: int, ours: Measure, peer: Measure) -> tuple[Measured, Measured]:
    """Measure both once a round, ours first."""
    taken = all_in_turns(rounds, [ours, peer])
    return taken[0], taken[1]


def all_in_turns(rounds: int, measures: Sequence[Measure]) -> list[Measured]:
    """Measure each once a round, in the order given."""
    taken = [[measure(number) for measure in measures] for number in range(rounds)]
    return [Measured(column) for column in zip(*taken, strict=True)]


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
