"""What an experiment has shown: every seed as a dot, the means, and whether the seeds tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.parts.chart import chart
from lstm_core.evidence.experiments import COMPARISONS, settings_of
from lstm_core.evidence.results import Results
from lstm_core.evidence.summaries import Summary, comparison, mean_difference
from lstm_core.settings.shapes import parameter_count

PROGRAM = "python -m lstm_core reproduce"


def show_experiment(name: str, found: Results | None = None) -> None:
    """The experiment ``name`` of `COMPARISONS`: its setup, its seeds, and what they show.

    Args:
        found: what to look in; the committed file otherwise.
    """
    from lstm_core.figures.seed_dots import SeedGroup, seed_dots

    experiment = COMPARISONS[name]
    sides = comparison(name, found)
    st.caption(f"{experiment.setup} Nothing else differs.")
    if not sides:
        st.info(
            f"The networks were not compared here yet. Make it with: `{PROGRAM} --compare {name}`",
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
    st.markdown("\n".join(f"- {sentence}" for sentence in in_words(sides, half_way=experiment.half_way)))


def in_words(sides: Sequence[Summary], *, half_way: bool = False) -> list[str]:
    """Sentences, in Markdown: each side's mean and parameters, what is told apart, what was learnt by heart.

    Args:
        sides: at least two.
        half_way: whether to say also what is read rightly after half of the rows.
    """
    said = [f"**{side.name}**: {mean(side)} % over {seeds(side)}{_parameters(side)}." for side in sides]
    said += [_apart(sides[0], other) for other in sides[1:]]
    if len(sides) > 2:
        said.append(_apart(sides[1], sides[2]))
    said += [_by_heart(side) for side in sides]
    if half_way:
        said.append(_half_way(sides))
    said.append(_computed(sides))
    return [sentence for sentence in said if sentence]


def mean(side: Summary) -> str:
    """Such as ``98.47 ± 0.06``, in percent: mean and standard deviation."""
    deviation = "" if side.deviation is None else f" ± {100 * side.deviation:.2f}"
    return f"{100 * side.mean:.2f}{deviation}"


def seeds(side: Summary) -> str:
    return f"{side.n} seed{'s' if side.n > 1 else ''}"


def _dots_in_words(side: Summary) -> str:
    low, high = side.spread
    return f"{side.name}: mean {100 * side.mean:.2f} %, {100 * low:.2f} to {100 * high:.2f}"


def _parameters(side: Summary) -> str:
    one = side.trainings[0]
    return f", {parameter_count(settings_of(one.preset, one.varied, one.seed)):,} parameters"


def _apart(first: Summary, second: Summary) -> str:
    points = 100 * (second.mean - first.mean)
    side = "above" if points >= 0 else "below"
    amount = f"{abs(points):.2f} percentage points {side} that of “{first.name}”"
    said = f"The mean of “{second.name}” is {amount}"
    difference = mean_difference(first, second)
    if difference is None:
        return f"{said}. With fewer than three seeds of each, that may be chance."
    low, high = (f"{100 * end:+.2f}".replace("-", "−") for end in (difference.low, difference.high))
    if difference.is_told_apart:
        return f"{said} (95 % interval: {low} to {high}), more than chance explains."
    return f"{said}. The 95 % interval, {low} to {high}, contains 0, so these seeds leave it open."


def _by_heart(side: Summary) -> str:
    if (known := side.training_mean) is None:
        return ""
    gap = 100 * (known - side.mean)
    more = f"{abs(gap):.2f} percentage points {'more' if gap >= 0 else 'less'}"
    return (
        f"“{side.name}” reads {100 * known:.2f} % of its training images correctly, {more} than test images."
    )


def _half_way(sides: Sequence[Summary]) -> str:
    shares = [(side.name, side.half_way_mean) for side in sides]
    known = [f"“{name}” {100 * share:.1f} %" for name, share in shares if share is not None]
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
