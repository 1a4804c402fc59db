"""What a reading comes to: the digit, the row at which that was settled, and what it looked like on the way.

A verdict is *settled* at the first row, at the earliest the first with ink, from which it stays to the end at
least `SETTLED_RATIO` times as probable as any other class. That is the same as a margin of `SETTLED_MARGIN`
between the two logits, because a softmax turns differences of logits into ratios of probabilities.

Why ten times: ``python -m benchmarks.settling`` reads 2,000 test digits of MNIST with the network that ships.
"Spoke too soon" is how often the class that first kept the rule was not the verdict in the end, which is what
somebody who reads along would see; the last columns replace all rows after the settled one by paper or by
those of another digit, and count how often the label changes.

=============  ======  ==========  ===========  ===============  ==========  ===============
the rule       never   median row  99 % by row  spoke too soon   blank rest  another's rest
=============  ======  ==========  ===========  ===============  ==========  ===============
leads at all    0.0 %           8           19           51.4 %      72.5 %           84.5 %
2 times         0.2 %           9           20           29.1 %      65.2 %           81.5 %
5 times         0.4 %          11           21           10.8 %      55.5 %           77.0 %
**10 times**    0.6 %          11           22            5.0 %      50.5 %           73.6 %
20 times        0.8 %          12           23            2.7 %      44.9 %           68.6 %
100 times       2.2 %          14           24            0.6 %      33.9 %           56.2 %
p ≥ 0.5         0.1 %           9           19           25.6 %      64.4 %           82.6 %
p ≥ 0.9         0.6 %          12           22            3.5 %      48.7 %           72.2 %
=============  ======  ==========  ===========  ===============  ==========  ===============

A lead of any size speaks too soon half of the time. Ten times does in one of twenty digits, and costs three
rows; more costs more rows and leaves more digits unsettled. No rule makes the rest of the image idle: a digit
whose lower half is missing or another's looks like something else. Settled means that the rows that did come
left no other class within reach.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from lstm_core.data.info import thing_of
from lstm_core.errors import InvalidValue
from lstm_core.reading.percents import told_apart

CLEAR = 0.5
"""Below this probability after the last row no digit is named: all others together are likelier."""

SETTLED_RATIO = 10
"""How many times as probable as the next class a verdict is from the row on at which it is settled."""

SETTLED_MARGIN = math.log(SETTLED_RATIO)
"""The same as a difference of two logits, 2.30."""

WHAT_SETTLED_MEANS = (
    f"Settled at a row means: from that row to the last, the digit stays at least {SETTLED_RATIO} times as "
    "probable as any other."
)
"""For the pages, which all say the same of digits."""


WHAT_PASSING_MEANS = "“Mostly” leaves out opinions that passed after one row."
"""For the pages, once where verdicts are told with what they looked like before; see `Verdict.passing`."""


def what_settled_means(names: Sequence[str] = ()) -> str:
    """The same of classes that are called so."""
    return WHAT_SETTLED_MEANS.replace("digit", thing_of(names))


_MOST_STAGES = 3
"""Opinions that a sentence tells one by one."""


@dataclass(frozen=True)
class Stage:
    """What it looked like for a while.

    Attributes:
        row: from which on, counted from 1.
        label: the most probable class.
    """

    row: int
    label: int


@dataclass(frozen=True)
class Verdict:
    """The outcome of one reading. Rows count from 1, as a person counts them.

    Attributes:
        label: the most probable class after the last row.
        confidence: its probability after the last row, in [0, 1].
        runner_up: the second most probable class after the last row; None where there is one class.
        runner_up_probability: its probability; 0 where there is none.
        settled_at_row: the first row, not above the first ink, from which ``label`` is to the end at least
            `SETTLED_RATIO` times as probable as any other class; None if there is none.
        stages: what it looked like, from the first row with ink on; neighbours differ, and the last is
            ``label``. Opinions that lasted one row are left out, unless it is the last. Empty for an image
            without ink.
        passing: whether such opinions were left out.
        names: what the classes are called, by label; empty where they are digits.
    """

    label: int
    confidence: float
    runner_up: int | None
    runner_up_probability: float
    settled_at_row: int | None
    stages: tuple[Stage, ...]
    passing: bool = False
    names: tuple[str, ...] = ()

    def called(self, label: int) -> str:
        """What a class is called."""
        return self.names[label] if self.names else str(label)

    @property
    def changes(self) -> int:
        """How often it changed its mind."""
        return max(0, len(self.stages) - 1)

    @property
    def is_clear(self) -> bool:
        """Whether ``label`` is at least as probable as all other classes together."""
        return self.confidence >= CLEAR


def verdict(
    probabilities: NDArray[np.floating], image: NDArray[np.floating], names: tuple[str, ...] = ()
) -> Verdict:
    """Sum up the class probabilities after every row. Of equally probable classes the lowest counts.

    Args:
        probabilities: ``(rows, classes)``, as in `lstm_core.reading.trace.Trace`.
        image: ``(rows, columns)``, what was read; ink is above 0.
        names: what the classes are called, by label; left out where they are digits.

    Raises:
        InvalidValue: an array has another shape, no row or no class, or holds numbers that are not finite.
    """
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (rows, classes)", probabilities.shape)
    if not np.isfinite(probabilities).all():
        raise InvalidValue("probabilities", "finite everywhere", "a number that is not")
    if image.ndim != 2 or len(image) != len(probabilities):
        raise InvalidValue("image", f"of shape ({len(probabilities)}, columns)", image.shape)
    last = probabilities[-1]
    label = int(last.argmax())
    others = [int(other) for other in np.argsort(-last, kind="stable") if other != label]
    settled = int(settled_rows(probabilities[None], image[None])[0])
    stages, passing = _stages(probabilities.argmax(axis=1), int(first_ink(image[None])[0]))
    return Verdict(
        label,
        float(last[label]),
        runner_up=others[0] if others else None,
        runner_up_probability=float(last[others[0]]) if others else 0.0,
        settled_at_row=settled or None,
        stages=stages,
        passing=passing,
        names=names,
    )


def settled_rows(
    probabilities: NDArray[np.floating], images: NDArray[np.floating] | NDArray[np.integer]
) -> NDArray[np.int64]:
    """Where each of many verdicts was settled; see the module.

    Args:
        probabilities: ``(n, rows, classes)``.
        images: ``(n, rows, columns)``; ink is above 0.

    Returns:
        ``(n,)``, counted from 1; 0 where a verdict did not settle.

    Raises:
        InvalidValue: the arrays do not fit each other.
    """
    if probabilities.ndim != 3 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (n, rows, classes)", probabilities.shape)
    if images.ndim != 3 or images.shape[:2] != probabilities.shape[:2]:
        raise InvalidValue("images", f"of shape {(*probabilities.shape[:2], 'columns')}", images.shape)
    rows, classes = probabilities.shape[1:]
    if classes > 1:
        ranked = np.partition(probabilities, classes - 2, axis=2)
        leads = ranked[..., -1] >= SETTLED_RATIO * ranked[..., -2]
    else:
        leads = np.ones(probabilities.shape[:2], bool)
    looks_like = probabilities.argmax(axis=2)
    # Whatever leads so far to the end is one class: to lose the lead to another, it has to become small.
    leads &= looks_like == looks_like[:, -1:]
    leads &= np.arange(rows) >= first_ink(images)[:, None]
    missing = ~leads[:, ::-1]
    held = np.where(missing.any(axis=1), missing.argmax(axis=1), rows)
    return np.where(held > 0, rows - held + 1, 0)


def sentence(verdict: Verdict) -> str:
    """A verdict in words: "Reads as 3, settled at row 9; it looked like a 1 from row 5, then a 3 from row 8".

    One that is not clear says so: "No clear digit: 40 % for 3, 30 % for 8".
    """
    return outcome_in_words(verdict) + _way(verdict)


def settled_in_words(verdict: Verdict) -> str:
    """Where it was settled, for a mark beside the row: "settled at row 14" or "did not settle"."""
    return "did not settle" if verdict.settled_at_row is None else f"settled at row {verdict.settled_at_row}"


def outcome_in_words(verdict: Verdict) -> str:
    """The digit and where it settled, or what is not clear: `sentence` without what it looked like before."""
    if verdict.settled_at_row is not None and verdict.is_clear:
        return f"Reads as {verdict.called(verdict.label)}, {settled_in_words(verdict)}"
    unsettled = f"Reads as {verdict.called(verdict.label)}, but did not settle"
    start = unsettled if verdict.is_clear else f"No clear {thing_of(verdict.names)}"
    if verdict.runner_up is None:
        return start
    first, second = told_apart(verdict.confidence, verdict.runner_up_probability)
    return (
        f"{start}: {first} for {verdict.called(verdict.label)}, {second} for "
        f"{verdict.called(verdict.runner_up)}"
    )


def _way(verdict: Verdict) -> str:
    """What it looked like before, after a semicolon; "mostly" where opinions that passed are left out."""
    if not verdict.stages:
        return ""
    looked = "it looked mostly like" if verdict.passing else "it looked like"
    first, last = verdict.stages[0], verdict.stages[-1]
    if not verdict.changes:
        return f"; {looked} {with_article(verdict.called(first.label))} from row {first.row} on"
    if len(verdict.stages) > _MOST_STAGES:
        before = with_article(verdict.called(verdict.stages[-2].label))
        aside = ", passing opinions aside" if verdict.passing else ""
        return (
            f", after changing its mind {verdict.changes} times{aside}, the last time at row {last.row}, "
            f"from {before} to {with_article(verdict.called(last.label))}"
        )
    told = ", then ".join(
        f"{with_article(verdict.called(stage.label))} from row {stage.row}" for stage in verdict.stages
    )
    return f"; {looked} {told}"


def with_article(label: int | str) -> str:
    """The label after "a" or "an", as it is spoken: an eight, an eleven, an eighteen; an F, an egg."""
    text = str(label)
    spoken = "aefhilmnorsx" if len(text) == 1 else "aeiou"
    vowel = text[:1] == "8" or text in ("11", "18") or text[:1].lower() in [*spoken]
    return f"an {text}" if vowel else f"a {text}"


def first_ink(images: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.int64]:
    """Of ``(n, rows, columns)`` the first row with ink, from 0; the number of rows where there is none."""
    inked = np.any(np.greater(images, 0), axis=2)
    return np.where(np.any(inked, axis=1), np.argmax(inked, axis=1), images.shape[1])


def last_ink(image: NDArray[np.floating]) -> int | None:
    """Of ``(rows, columns)`` the last row with ink, from 1; None where there is none."""
    inked = np.flatnonzero(np.any(np.greater(image, 0), axis=1))
    return int(inked[-1]) + 1 if len(inked) else None


def closest_rival(probabilities: NDArray[np.floating], image: NDArray[np.floating], label: int) -> int:
    """The class other than ``label`` that was most probable after any row, from the first ink on.

    Args:
        probabilities: ``(rows, classes)`` in [0, 1], at least two classes.
        image: ``(rows, columns)``, ink above 0; of a blank page all rows count.
        label: a class.
    """
    inked = np.any(np.greater(image, 0), axis=1).argmax()
    highest = probabilities[inked:].max(axis=0)
    return next(int(other) for other in (-highest).argsort(kind="stable") if other != label)


def _stages(looks_like: NDArray[np.integer], first_ink: int) -> tuple[tuple[Stage, ...], bool]:
    """The opinions from ``first_ink`` on without those of a single row, and whether there were any such."""
    runs: list[tuple[int, int, int]] = []  # label, first row, rows
    row = first_ink
    for label, run in groupby(looks_like[first_ink:].tolist()):
        count = len(list(run))
        runs.append((label, row + 1, count))
        row += count
    kept = [run for run in runs[:-1] if run[2] > 1] + runs[-1:]
    stages = [Stage(start, label) for label, start, _ in kept]
    merged = stages[:1] + [after for before, after in pairwise(stages) if after.label != before.label]
    return tuple(merged), len(kept) < len(runs)
