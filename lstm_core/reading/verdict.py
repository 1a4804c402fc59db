"""What a reading comes to: the digit, and the row after which it no longer changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

CLEAR = 0.5
"""Below this probability after the last row no digit is named: all others together are likelier."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one reading. Rows count from 1, as a person counts them.

    Attributes:
        label: the most probable class after the last row.
        confidence: its probability after the last row, in [0, 1].
        settled_at_row: the first row from which ``label`` stays the most probable class to the end.
        previous_label: the most probable class just before that; None when it was ``label`` all along.
        previous_row: the last row at which it looked like that, always ``settled_at_row - 1``; None
            together with ``previous_label``.
    """

    label: int
    confidence: float
    settled_at_row: int
    previous_label: int | None
    previous_row: int | None

    @property
    def is_clear(self) -> bool:
        """Whether ``label`` is at least as probable as all other classes together."""
        return self.confidence >= CLEAR


def verdict(probabilities: NDArray[np.floating]) -> Verdict:
    """Sum up the class probabilities after every row. Of equally probable classes the lowest counts.

    Args:
        probabilities: ``(rows, classes)``, as in `lstm_core.reading.trace.Trace`.

    Raises:
        InvalidValue: the array has another shape, no row or no class, or holds numbers that are not
            finite.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    if not np.isfinite(probabilities).all():
        raise InvalidValue("probabilities", "finite everywhere", "a number that is not")
    looks_like = probabilities.argmax(axis=1)
    label = int(looks_like[-1])
    others = np.flatnonzero(looks_like != label)
    confidence = float(probabilities[-1, label])
    if not len(others):
        return Verdict(label, confidence, settled_at_row=1, previous_label=None, previous_row=None)
    last = int(others[-1])
    return Verdict(label, confidence, last + 2, previous_label=int(looks_like[last]), previous_row=last + 1)


def sentence(verdict: Verdict) -> str:
    """A verdict in words: "Reads as 3, settled at row 17; until row 16 it looked like a 2".

    One that is not clear says so: "No clear digit: 14.2 % for 3, the most probable from row 17 on".
    """
    if verdict.is_clear:
        text = f"Reads as {verdict.label}, settled at row {verdict.settled_at_row}"
    else:
        text = (
            f"No clear digit: {100 * verdict.confidence:.1f} % for {verdict.label}, the most probable from "
            f"row {verdict.settled_at_row} on"
        )
    if verdict.previous_label is None:
        return text
    return f"{text}; until row {verdict.previous_row} it looked like {_with_article(verdict.previous_label)}"


def _with_article(label: int) -> str:
    """The label after "a" or "an", as it is spoken: an eight, an eleven, an eighteen."""
    vowel = str(label).startswith("8") or label in (11, 18)
    return f"an {label}" if vowel else f"a {label}"
