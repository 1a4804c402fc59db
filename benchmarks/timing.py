"""Take turns, take medians, print a ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """Seconds of repeated measurements of one thing."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{1e3 * self.median:.2f} ms ({1e3 * min(self.seconds):.2f}–{1e3 * max(self.seconds):.2f})"


Measure = Callable[[int], float]
"""Takes the number of the round, measures once, returns seconds."""


def in_turns(rounds: int, ours: Measure, peer: Measure) -> tuple[Timed, Timed]:
    """Measure both alternately, so that a slow moment of the machine hits both."""
    taken = [(ours(number), peer(number)) for number in range(rounds)]
    return Timed(tuple(pair[0] for pair in taken)), Timed(tuple(pair[1] for pair in taken))


def take_turns(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[Timed, Timed]:
    """Time both, ours first, in turns; one warm-up each."""
    ours()
    peer()
    return in_turns(rounds, lambda _: _seconds(ours), lambda _: _seconds(peer))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def print_ratio(what: str, peer_name: str, ours: Timed, peer: Timed, wanted: float) -> None:
    """One line: what, peer, ours, ratio, and the ratio wanted."""
    ratio = ours.median / peer.median
    verdict = "reached" if ratio <= wanted else "NOT reached"
    print(f"{what}: {peer_name} {peer}, ours {ours}, ratio {ratio:.3f} (wanted ≤ {wanted:.3f}: {verdict})")
