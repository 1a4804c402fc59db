"""Which class a person is asked to write next, and how far they have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

PER_CLASS = 5
"""As many of each class are asked for."""


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Attributes:
        name: of the class to be written next.
        done: how many are written of those that are asked for; more than `PER_CLASS` of a class do not count.
        of: how many are asked for.
        nth: which drawing of its class the next one will be, from 1.
    """

    name: str
    done: int
    of: int
    nth: int

    @property
    def complete(self) -> bool:
        return self.done == self.of


def asked_next(names: Sequence[str], kept: Iterable[str], skipped: Collection[str] = ()) -> Asked:
    """The class with the fewest drawings, of equals the first; one that was skipped comes after the others.

    Args:
        names: of the classes, at least one.
        kept: the class of each drawing that is there; others than ``names`` do not matter.
        skipped: classes that the person does not want to write now.

    >>> asked_next("012", ["0", "1", "0"])
    Asked(name='2', done=3, of=15, nth=1)
    >>> asked_next("012", ["0", "1", "0"], skipped={"2"}).name
    '1'
    """
    counts = Counter(kept)
    name = min(names, key=lambda one: (one in skipped, counts[one]))
    done = sum(min(counts[one], PER_CLASS) for one in names)
    return Asked(name, done, PER_CLASS * len(names), counts[name] + 1)
