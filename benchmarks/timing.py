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


def take_turns(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[Timed, Timed]:
    """Time both alternately, so that a slow moment of the machine hits both; one warm-up each."""
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for seconds, action in zip(measured, (ours, peer), strict=True):
            began = time.perf_counter()
            action()
            if number:
                seconds.append(time.perf_counter() - began)
    return Timed(tuple(measured[0])), Timed(tuple(measured[1]))


def print_ratio(what: str, peer_name: str, ours: Timed, peer: Timed, wanted: float) -> None:
    """One line: what, peer, ours, ratio, and the ratio wanted."""
    ratio = ours.median / peer.median
    verdict = "reached" if ratio <= wanted else "NOT reached"
    print(f"{what}: {peer_name} {peer}, ours {ours}, ratio {ratio:.3f} (wanted ≤ {wanted:.3f}: {verdict})")
