"""What a margin's rows did, in sentences of which each is true of the numbers."""

from __future__ import annotations

import math

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.data.info import thing_of
from lstm_core.inside.margin import Margin
from lstm_core.reading.verdict import SETTLED_RATIO, Verdict, settled_in_words

_LEAST_SHARE = 0.05
"""Below it a share shows as 0.0 beside the others."""

_INKED = 0.3
"""Ink from which a pixel belongs to the stroke and not to its soft edge."""


def margin_in_words(margin: Margin) -> str:
    """How the class that ends ahead came to lead the other: "Settled against 2 at row 14: …".

    The rows from the first with ink on are told in two parts: down to the one after which the other class was
    nearest or furthest ahead, and from there to where the lead was settled, or to the last row. Rows at the
    beginning of the first part that spoke for the class that ends ahead are told before it. A row without ink
    that is named is called blank.
    """
    if margin.after[-1] < 0:
        return margin_in_words(margin.reversed())
    if margin.first_ink is None:
        return f"There is no ink, so nothing speaks for {margin.of} or for {margin.over}."
    settled = margin.settled_at_row
    told = [_outcome(margin)]
    if settled != margin.first_ink:
        told += _rows(margin, margin.first_ink, settled or len(margin.after))
    if settled is not None:
        told += _afterwards(margin, settled)
    told.append(f"After the last row the margin is {signed(float(margin.after[-1]))}.")
    return " ".join(told)


def stroke_in_words(margin: Margin, image: FloatArray) -> str:
    """What of the stroke lies in the row that did most for the class ahead, down to where that was settled.

    Args:
        margin: of a reading.
        image: ``(rows, columns)`` in [0, 1] that was read.

    Returns:
        A sentence such as "Row 13, which did most for 3, has ink in columns 9–19; the row above it in
        columns 18–21."; empty where no such row has ink. Where a row below did more, that is
        said.
    """
    if margin.after[-1] < 0:
        return stroke_in_words(margin.reversed(), image)
    shares = margin.shares[: margin.settled_at_row]
    row = int(shares.argmax()) + 1
    here = _inked_columns(image[row - 1])
    if shares[row - 1] <= 0 or not here:
        return ""
    above = _inked_columns(image[row - 2]) if row > 1 else ""
    compared = f"; the row above it in {above}" if above else "; above it there is none"
    if above == here:
        compared = ", as the row above it"
    until = " until that was settled" if margin.shares.max() > shares.max() else ""
    return f"Row {row}, which did most for {margin.of}{until}, has ink in {here}{compared}."


def settled_against_all_in_words(margin: Margin, verdict: Verdict) -> str:
    """Where the whole verdict of the reading was settled, after a sentence on one ``margin`` of it."""
    thing = thing_of(verdict.names)
    if margin.label == verdict.label and margin.settled_at_row == verdict.settled_at_row is not None:
        return f"That settled the whole verdict: by then every other {thing} was as far behind."
    called = verdict.called(verdict.label)
    return f"The whole verdict, {called} against every other {thing}, {settled_in_words(verdict)}."


def signed(value: float) -> str:
    """With a sign, a real minus and one digit after the point, or more of a small number."""
    digits = next((digits for digits in (1, 2, 3) if round(abs(value), digits)), 1)
    return f"{round(value, digits) + 0.0:+.{digits}f}".replace("-", "−")


def _outcome(margin: Margin) -> str:
    label, against, settled = margin.of, margin.over, margin.settled_at_row
    if not margin.after[-1]:
        return f"Not settled: at the end {label} and {against} are equally probable."
    if settled is None:
        return f"Not settled: at the end {label} is only {_times(margin)} as probable as {against}."
    if settled == len(margin.after):
        return f"Settled against {against} only at the last row, {settled}."
    where = ", the first with ink" if settled == margin.first_ink else ""
    return (
        f"Settled against {against} at row {settled}{where}: from there to the last row, {label} stays at "
        f"least {SETTLED_RATIO} times as probable as {against}."
    )


def _rows(margin: Margin, first: int, until: int) -> list[str]:
    """What rows ``first`` to ``until`` did, in one to three sentences."""
    after = margin.after
    before = margin.start if first == 1 else float(after[first - 2])
    lowest = int(after[first - 1 : until].argmin()) + first
    told = []
    if after[lowest - 1] < before:
        highest = int(after[first - 1 : lowest].argmax()) + first
        gained = float(after[highest - 1]) - before
        if (
            gained >= _LEAST_SHARE
        ):  # the first rows spoke the other way, and do not belong to those that follow
            won = f"{_together(first, highest)}{signed(gained)}"
            other_way = _other_way(margin, first, highest, margin.over, sign=-1)
            told.append(f"{_span(margin, first, highest)} spoke for {margin.of} ({won}{other_way}).")
            first, before = highest + 1, float(after[highest - 1])
        lost = f"{_together(first, lowest)}{signed(float(after[lowest - 1]) - before)}"
        other_way = _other_way(margin, first, lowest, margin.of, sign=1)
        told.append(f"{_span(margin, first, lowest)} spoke for {margin.over} ({lost}{other_way}).")
    else:
        lowest = first - 1
    if lowest == until:
        return told
    base = before if lowest < first else float(after[lowest - 1])
    moved = float(after[until - 1]) - base
    shares = margin.shares[lowest:until]
    most = int(shares.argmax())
    alone = ""
    if len(shares) > 1:
        alone = f"; {_row(margin, lowest + 1 + most)} most of all, {signed(float(shares[most]))}"
    verb = "turned it" if base < 0 else f"spoke for {margin.of}"
    alone += _other_way(margin, lowest + 1, until, margin.over, sign=-1)
    span = _span(margin, lowest + 1, until)
    told.append(f"{span} {verb} ({_together(lowest + 1, until)}{signed(moved)}{alone}).")
    return told


def _other_way(margin: Margin, first: int, last: int, whom: str, *, sign: int) -> str:
    """The row among ``first`` to ``last`` that alone spoke most for ``whom``, unlike all of them together."""
    shares = sign * margin.shares[first - 1 : last]
    most = int(shares.argmax())
    if first == last or shares[most] < _LEAST_SHARE:
        return ""
    return f"; {_row(margin, first + most)} alone spoke for {whom}, {signed(float(sign * shares[most]))}"


def _afterwards(margin: Margin, settled: int) -> list[str]:
    """The largest share of all, where it is that of a row below the settled one."""
    shares = margin.shares
    most = int(abs(shares).argmax()) + 1
    if most <= settled:
        return []
    share = signed(float(shares[most - 1]))
    return [
        f"The largest share of all is that of {_row(margin, most)}, {share}, when it was settled already."
    ]


def _inked_columns(pixels: FloatArray) -> str:
    """Where ``(columns,)`` pixels have ink, from 1: "columns 6–9 and 18–21"; empty where they have none."""
    edges = np.flatnonzero(np.diff(pixels >= _INKED, prepend=False, append=False))
    pieces = [
        f"{first + 1}" if first + 1 == end else f"{first + 1}–{end}"
        for first, end in edges.reshape(-1, 2).tolist()
    ]
    if not pieces:
        return ""
    listed = " and ".join([", ".join(pieces[:-1]), pieces[-1]] if len(pieces) > 1 else pieces)
    return f"column{'' if listed.isdigit() else 's'} {listed}"


def _row(margin: Margin, row: int) -> str:
    return f"blank row {row}" if row in margin.blank else f"row {row}"


def _span(margin: Margin, first: int, last: int) -> str:
    rows = f"row {first}" if first == last else f"rows {first}–{last}"
    words = f"blank {rows}" if margin.blank.issuperset(range(first, last + 1)) else rows
    return words[:1].upper() + words[1:]


def _together(first: int, last: int) -> str:
    return "" if first == last else "together "


def _times(margin: Margin) -> str:
    """Rounded down, so that what is below a bound does not look like it."""
    digits = 10 if margin.after[-1] > 0.1 else 1000
    return f"{math.floor(digits * math.exp(margin.after[-1])) / digits:g} times"
