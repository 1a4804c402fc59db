"""What a margin's rows did, in sentences of which each is true of the numbers."""

from __future__ import annotations

import math

from lstm_core.inside.margin import Margin
from lstm_core.reading.verdict import SETTLED_RATIO


def margin_in_words(margin: Margin) -> str:
    """How the class that ends ahead came to lead the other: "Settled against 2 at row 14: …".

    The rows with ink are told in two parts: down to the one after which the other class was nearest or
    furthest ahead, and from there to where the lead was settled, or to the last row.
    """
    if margin.after[-1] < 0:
        return margin_in_words(margin.reversed())
    if margin.first_ink is None:
        return f"There is no ink, so nothing speaks for {margin.label} or for {margin.against}."
    settled = margin.settled_at_row
    told = [_outcome(margin)]
    if settled != margin.first_ink:
        told += _rows(margin, margin.first_ink, settled or len(margin.after))
    told.append(f"After the last row the margin is {signed(float(margin.after[-1]))}.")
    return " ".join(told)


def signed(value: float) -> str:
    """With a sign, a real minus and one digit after the point, or more of a small number."""
    digits = next((digits for digits in (1, 2, 3) if round(abs(value), digits)), 1)
    return f"{round(value, digits) + 0.0:+.{digits}f}".replace("-", "−")


def _outcome(margin: Margin) -> str:
    label, against, settled = margin.label, margin.against, margin.settled_at_row
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
    """What rows ``first`` to ``until`` did, in one or two sentences."""
    after = margin.after
    before = margin.start if first == 1 else float(after[first - 2])
    lowest = int(after[first - 1 : until].argmin()) + first
    told = []
    if after[lowest - 1] < before:
        lost = f"{_together(first, lowest)}{signed(float(after[lowest - 1]) - before)}"
        told.append(f"{_span(first, lowest)} spoke for {margin.against} ({lost}).")
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
        alone = f"; row {lowest + 1 + most} most of all, {signed(float(shares[most]))}"
    verb = "turned it" if base < 0 else f"spoke for {margin.label}"
    told.append(f"{_span(lowest + 1, until)} {verb} ({_together(lowest + 1, until)}{signed(moved)}{alone}).")
    return told


def _span(first: int, last: int) -> str:
    return f"Row {first}" if first == last else f"Rows {first}–{last}"


def _together(first: int, last: int) -> str:
    return "" if first == last else "together "


def _times(margin: Margin) -> str:
    """Rounded down, so that what is below a bound does not look like it."""
    digits = 10 if margin.after[-1] > 0.1 else 1000
    return f"{math.floor(digits * math.exp(margin.after[-1])) / digits:g} times"
