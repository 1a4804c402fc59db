"""Answers to what people ask first, in sentences that are true of the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lstm_core.evidence.summaries import Summary, mean_difference
from lstm_core.reading import percents

if TYPE_CHECKING:
    from dashboard.session.current_reading import CurrentReading
    from lstm_core.reading.verdict import Verdict


def forget_gate_in_words(reading: CurrentReading, found: Verdict) -> tuple[str, list[str]]:
    """What the verdict is with and without memory, and what the forget gates of every layer do.

    Args:
        reading: of a plain stack of LSTM layers.
        found: its verdict.

    Returns:
        A sentence that says it in short, and one for each layer.
    """
    from lstm_core.inside.intervened_reading import intervene
    from lstm_core.inside.interventions import EVERY_LAYER, ClampGate
    from lstm_core.inside.latching import forgets_in_words, latched_in_words, layer_memory, share_left
    from lstm_core.reading.verdict import outcome_in_words, verdict

    image, trace = intervene(reading.weights, reading.image, (ClampGate(EVERY_LAYER, "forget_gate", 0.0),))
    without = verdict(trace.probabilities, image, reading.weights.class_names)
    short = (
        "It decides how much of the rows read so far is remembered. With its forget gates the network’s "
        f"verdict is: {_begin_small(outcome_in_words(found))}. With all of them held at 0 it is: "
        f"{_begin_small(outcome_in_words(without))}."
    )
    rows = reading.weights.rows
    settled = found.settled_at_row
    layers = []
    for number, layer in enumerate(reading.layers, start=1):
        memory = layer_memory(layer, number)
        said = [forgets_in_words(memory), latched_in_words(memory)]
        if settled is not None and settled < rows:
            said.append(
                f"Of what a unit held after row {settled}, where the verdict settled, "
                f"{percents.in_words(share_left(layer, settled))} is left at the end, on average: each "
                "unit’s own gates multiplied."
            )
        layers.append(" ".join(filter(None, said)))
    return short, layers


def measured_in_words(sides: Sequence[Summary]) -> str:
    """The mean test accuracy of every side, and by how much the last one differs from each, in Markdown.

    Args:
        sides: of an experiment; none while it was not made.
    """
    if not sides:
        return "This was not measured here yet."
    *others, last = sides
    means = "; ".join(f"{side.name}: {percents.accuracy(side.mean)}" for side in sides)
    seeds = f", the mean of {last.n} trainings each" if {side.n for side in sides} == {last.n} else ""
    return f"Test accuracy{seeds}: {means}. {' '.join(_against(other, last) for other in others)}"


def changes_in_words(few: Sequence[Summary], many: Sequence[Summary], layers: Sequence[Summary]) -> str:
    """What dropout and a second layer do to the test accuracy, in two sentences; empty until all is measured.

    Args:
        few, many: without dropout and with it, where training images are few and where they are many.
        layers: one layer, one of about as many parameters as two, and two.
    """
    if not (few and many and layers):
        return ""
    one, larger, two = layers
    few_images = _effect(few[0], few[1], "the test accuracy")
    return (
        f"Dropout {few_images} where training images are few, and {_effect(many[0], many[1])} where they are "
        f"many. A second layer {_effect(one, two)}; compared with one larger layer of about as many "
        f"parameters as the two, it {_effect(larger, two)}."
    )


def shapes_in_words(rows: int, columns: int, units: Sequence[int], classes: int) -> str:
    """Row by row, what every layer reads and gives."""
    below, said = f"the {columns} pixels of a row", []
    for number, size in enumerate(units, start=1):
        said.append(f"layer {number} reads {below} and gives {size} numbers")
        below = f"these {size}"
    return (
        f"One image is {rows} rows of {columns} pixels. At every row, {', '.join(said)}; after the last row "
        f"the head makes {classes} logits of {below}, one for each class."
    )


def _effect(before: Summary, after: Summary, what: str = "it") -> str:
    """Such as "raises it by 3.27 points", or that the difference may be chance."""
    difference = mean_difference(before, after)
    gained = after.mean - before.mean
    if difference is None or not difference.is_told_apart:
        return f"changes {what} by {percents.points(gained)} points, which may be chance"
    return f"{'raises' if gained > 0 else 'lowers'} {what} by {percents.points(abs(gained))[1:]} points"


def _against(other: Summary, last: Summary) -> str:
    points = percents.points(last.mean - other.mean)
    pair = f"{last.name[:1].upper()}{last.name[1:]} against {other.name}: **{points} percentage points**"
    difference = mean_difference(other, last)
    if difference is None:
        return f"{pair}, over too few trainings to tell that from chance."
    low, high = percents.points(difference.low), percents.points(difference.high)
    interval = f"95{percents.PERCENT} interval {low} to {high}"
    if difference.is_told_apart:
        return f"{pair}, more than chance explains ({interval})."
    return f"{pair}, which may be chance ({interval}, with 0 in it)."


def _begin_small(text: str) -> str:
    return text[:1].lower() + text[1:]
