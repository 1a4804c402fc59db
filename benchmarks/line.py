"""One line of the table: a peer, ours, their ratio and its spread, what was wanted, and whether it is so."""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.timing import Measured

HEADINGS = ("what", "peer", "ours", "ratio", "wanted", "")
WIDTHS = (48, 54, 22, 20, 9, 11)


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes:
        ours, peer: what was measured; None for a peer that could not be.
        peer_name: what it is; or, where there is none, why.
        wanted: the most that ours ÷ peer may be, or None where nothing was asked.
        of_ours: ``wanted`` is the most that ours itself may be instead.
        at_least: ``wanted`` is the least instead of the most.
    """

    what: str
    ours: Measured
    peer: Measured | None
    peer_name: str
    wanted: float | None
    of_ours: bool = False
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Of the medians."""
        return self.ours.median / self.peer.median if self.peer else None

    @property
    def reached(self) -> bool | None:
        """None where nothing was asked or nothing can be said."""
        found = self.ours.median if self.of_ours else self.ratio
        if self.wanted is None or found is None:
            return None
        return found >= self.wanted if self.at_least else found <= self.wanted

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}

    def __str__(self) -> str:
        peer = self.peer_name + (f": {self.peer}" if self.peer else "")
        verdict = {None: "", True: "reached", False: "NOT reached"}[self.reached]
        return _row(self.what, peer, str(self.ours), self._ratio_and_spread(), self._wish(), verdict)

    def _ratio_and_spread(self) -> str:
        if self.ratio is None or self.peer is None:
            return ""
        pairs = list(zip(self.ours.values, self.peer.values, strict=False))
        of_rounds = [ours / peer for ours, peer in pairs]
        spread = f" ({min(of_rounds):.3f}–{max(of_rounds):.3f})" if len(pairs) > 1 else ""
        return f"{self.ratio:.3f}{spread}"

    def _wish(self) -> str:
        if self.wanted is None:
            return ""
        unit = f" {self.ours.unit}" if self.of_ours else ""
        return f"{'≥' if self.at_least else '≤'} {self.wanted:.4g}{unit}"


def lines_of(name: str, rounds: int) -> list[Line]:
    """Measure what the module ``benchmarks.name`` compares."""
    return list(importlib.import_module(f"benchmarks.{name}").lines(rounds))


def heading() -> str:
    return _row(*HEADINGS) + "\n" + _row(*("-" * width for width in WIDTHS))


def _row(*cells: str) -> str:
    return f"| {' | '.join(f'{cell:<{width}}' for cell, width in zip(cells, WIDTHS, strict=True))} |"
