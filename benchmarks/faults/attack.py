"""What was attacked, how often, and what did not hold."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MOST_SHOWN = 5
"""Faults of an attack that the table shows; all are counted."""


@dataclass
class Attack:
    """One line of the table.

    Attributes:
        name: what was attacked, and how.
        times: how often.
        faults: what did not hold, in words.
        notes: figures, or why it was left out.
    """

    name: str
    times: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def expect(self, holds: object, otherwise: str) -> None:
        """Count a fault unless something holds."""
        if not holds:
            self.faults.append(otherwise)

    def __str__(self) -> str:
        """A row of a table in Markdown."""
        found = [f"**{len(self.faults)} faults**"] if self.faults else ["held"] if self.times else []
        found += [_plain(fault) for fault in dict.fromkeys(self.faults[:MOST_SHOWN])] + self.notes
        return f"| {self.name} | {self.times} | {'; '.join(found)} |"


HEADING = "| attacked | times | found |\n| --- | ---: | --- |"


@dataclass(frozen=True)
class Limits:
    """What a family may take.

    Attributes:
        seconds: after which it begins nothing new.
        folder: to work in, empty.
        random: every choice of chance.
    """

    seconds: float
    folder: Path
    random: random.Random

    def rounds(self, most: int) -> Iterator[int]:
        """Numbers from 0, no more than ``most``, while there is time; at least one."""
        end = time.monotonic() + self.seconds
        for number in range(most):
            if number and time.monotonic() >= end:
                return
            yield number


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")[:300]
