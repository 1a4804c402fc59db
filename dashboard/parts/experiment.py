"""What an experiment has shown: every seed as a dot, the means, and whether the seeds tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.parts.chart import chart
from lstm_core.evidence.experiments import COMPARISONS, settings_of
from lstm_core.evidence.results import Results
from lstm_core.evidence.summaries import Summary, comparison, mean_difference
from lstm_core.reading.percents import PERCENT, accuracy, points
from lstm_core.settings.shapes import parameter_count

PROGRAM = "python -m lstm_core reproduce"


def show_experiment(name: str, found: Results | None = None, *, short: bool = False) -> None:
    """The experiment ``name`` of `COMPARISONS`: its setup, its seeds, and what they show.

    Args:
        found: what to look in; the committed file otherwise.
        short: whether one line says it first in short.
    """
    from lstm_core.figures.of_runs.seed_dots import SeedGroup, seed_dots

    experiment = COMPARISONS[name]
    sides = comparison(name, found)
    st.caption(f"{experiment.setup} Nothing else differs.")
    if not sides:
        st.info(
            f"These networks were not compared here yet. To do it, run: `{PROGRAM} --compare {name}`",
            icon=":material/terminal:",
        )
        return
    chart(
        seed_dots(
            [SeedGroup(side.name, [one.seed for one in side.trainings], side.accuracies) for side in sides]
        ),
        alt=f"Test accuracy of every seed as dots. {'; '.join(map(_dots_in_words, sides))}.",
        key=f"experiment-{name}",
    )
    if short:
        st.markdown(in_short(sides))
    st.markdown("\n".join(f"- {sentence}" for sentence in in_words(sides, half_way=experiment.half_way)))


def in_words(sides: Sequence[Summary], *, half_way: bool = False) -> list[str]:
    """Sentences, in Markdown: each side's mean and parameters, what is told apart, what was learnt by heart.

    Args:
        sides: at least two.
        half_way: whether to say also what is read rightly after half of the rows.
    """
    said = [
        f"**{side.name}**: {mean(side)}{PERCENT} over {seeds(side)}{_parameters(side)}." for side in sides
    ]
    said += [_apart(sides[0], other) for other in sides[1:]]
    if len(sides) > 2:
        said.append(_apart(sides[1], sides[2]))
    said += [_by_heart(side) for side in sides]
    if half_way:
        said.append(_half_way(sides))
    said.append(_computed(sides))
    return [sentence for sentence in said if sentence]


def in_short(sides: Sequence[Summary]) -> str:
    """One line, in Markdown: of every two sides which reads more test images correctly, or that it is open.

    Args:
        sides: at least two; the first is compared with all others, and the second with the third.
    """
    pairs = [(sides[0], other) for other in sides[1:]] + ([(sides[1], sides[2])] if len(sides) > 2 else [])
    clear, left_open = [], []
    for first, second in pairs:
        difference = mean_difference(first, second)
        if difference is None or not difference.is_told_apart:
            left_open.append(f"between “{first.name}” and “{second.name}” it stays open")
            continue
        better, worse = (second, first) if second.mean > first.mean else (first, second)
        clear.append(f"“{better.name}” reads more test images correctly than “{worse.name}”")
    return f"**In short:** {'; '.join((*clear, *left_open))}."


def mean(side: Summary) -> str:
    """Such as ``98.47 ± 0.06``, in percent: mean and standard deviation."""
    deviation = "" if side.deviation is None else f" ± {100 * side.deviation:.2f}"
    return f"{100 * side.mean:.2f}{deviation}"


def seeds(side: Summary) -> str:
    return f"{side.n} seed{'s' if side.n > 1 else ''}"


def _dots_in_words(side: Summary) -> str:
    low, high = side.spread
    return f"{side.name}: mean {accuracy(side.mean)}, {100 * low:.2f} to {accuracy(high)}"


def _parameters(side: Summary) -> str:
    one = side.trainings[0]
    return f", {parameter_count(settings_of(one.preset, one.varied, one.seed)):,} parameters"


def _apart(first: Summary, second: Summary) -> str:
    gained = 100 * (second.mean - first.mean)
    side = "above" if gained >= 0 else "below"
    amount = f"{abs(gained):.2f} percentage points {side} that of “{first.name}”"
    said = f"The mean of “{second.name}” is {amount}"
    difference = mean_difference(first, second)
    if difference is None:
        return f"{said}. With fewer than three seeds of each, that may be chance."
    low, high = points(difference.low), points(difference.high)
    if difference.is_told_apart:
        return f"{said} (95{PERCENT} interval: {low} to {high}), more than chance explains."
    return f"{said}. The 95{PERCENT} interval, {low} to {high}, contains 0, so these seeds leave it open."


def _by_heart(side: Summary) -> str:
    if (known := side.training_mean) is None:
        return ""
    gap = 100 * (known - side.mean)
    more = f"{abs(gap):.2f} percentage points {'more' if gap >= 0 else 'less'}"
    return f"“{side.name}” reads {accuracy(known)} of its training images correctly, {more} than test images."


def _half_way(sides: Sequence[Summary]) -> str:
    shares = [(side.name, side.half_way_mean) for side in sides]
    known = [f"“{name}” {accuracy(share)}" for name, share in shares if share is not None]
    if len(known) != len(shares):
        return ""
    return f"Read correctly after the first half of the rows: {', '.join(known)}."


def _computed(sides: Sequence[Summary]) -> str:
    """What they were computed with, where that was kept."""
    words = [side.computed_in_words for side in sides]
    if len(set(words)) == 1:
        return f"All computed {words[0]}." if words[0] else ""
    said = "; ".join(
        f"“{side.name}” computed {one or 'in a way that was not kept'}"
        for side, one in zip(sides, words, strict=True)
    )
    return f"{said[:1].upper()}{said[1:]}."
