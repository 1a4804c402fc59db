"""What made it decide: the pixels and rows that a class's score hangs on, and how far back it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.chart import chart
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading

if TYPE_CHECKING:
    from lstm_core.inside.attribution import Attribution, Way

_KEY = "inside-decided"
_NONE = -1
"""In the place of a class to compare with."""

_GRADIENT, _TIMES_INK = "gradient", "gradient × ink"
_PROBABILITY, _LOGIT = "probability", "logit"
_WAYS: dict[Way, str] = {"skip": "skipped", "blank": "blank"}


@dataclass(frozen=True)
class _Asked:
    """What a person chose: the class, the one it is compared with, and what is drawn of them."""

    label: int
    against: int | None
    pixels: str
    way: Way
    measure: str

    @property
    def score(self) -> str:
        """What the gradient is of, in words."""
        if self.against is None:
            return f"the final logit of class {self.label}"
        return f"the final logit of class {self.label} less that of class {self.against}"


def show_what_decided(current: CurrentReading) -> None:
    """The choice of classes, the image with its rows, and the norms going back in time."""
    from lstm_core.inside.attribution import attribute

    asked = _ask(current)
    found = attribute(current.weights, current.image, current.trace, asked.label, asked.against)
    _rows(current, asked, found)
    _completeness(asked, found)
    st.subheader("Going back in time", anchor=False)
    _back_in_time(asked, found)


def _ask(current: CurrentReading) -> _Asked:
    final = current.trace.logits[-1]
    ranked = [int(label) for label in (-final).argsort(kind="stable")]
    of = current.fingerprint
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"{_KEY}-choice"):
        label = st.selectbox(
            "Class",
            range(len(final)),
            index=ranked[0],
            key=f"{_KEY}-class-{of}",
            persist_state="session",
            width=110,
            help="Whose score is taken apart; at first the verdict's.",
        )
        others = [other for other in ranked if other != label]
        against = st.selectbox(
            "Compared with",
            [_NONE, *others],
            format_func=lambda other: _other(other, others),
            key=f"{_KEY}-against-{of}-{label}",
            persist_state="session",
            width=170,
            help="What speaks for the class rather than for another one: the gradient of the difference of "
            "the two logits.",
        )
        pixels = st.segmented_control(
            "Pixels",
            [_GRADIENT, _TIMES_INK],
            default=_GRADIENT,
            required=True,
            key=f"{_KEY}-pixels",
            persist_state="session",
            help="The gradient says what a little more ink would do, also where there is none. Times the "
            "ink, it says what the ink that is there did, to first order.",
        )
        way = st.segmented_control(
            "The row left out is",
            list(_WAYS),
            format_func=lambda way: _WAYS[way],
            default="skip",
            required=True,
            key=f"{_KEY}-way",
            persist_state="session",
            help="Skipped: as if the image had one row less. Blank: read, but with no ink in it.",
        )
        measure = st.segmented_control(
            "Bars",
            [_PROBABILITY, _LOGIT],
            default=_LOGIT,
            required=True,
            key=f"{_KEY}-measure",
            persist_state="session",
            help="A network that is sure has a probability near 100 % with and without any one row; its "
            "logit still moves.",
        )
    return _Asked(label, None if against == _NONE else against, pixels, way, measure)


def _other(other: int, others: list[int]) -> str:
    if other == _NONE:
        return "no other"
    return f"{other} (runner-up)" if other == others[0] else str(other)


def _rows(current: CurrentReading, asked: _Asked, found: Attribution) -> None:
    """The image under its gradient, beside what every row adds."""
    from lstm_core.figures.saliency import saliency
    from lstm_core.inside.attribution import logits_without_rows
    from lstm_core.reading.trace import softmax

    without = logits_without_rows(current.weights, current.image, current.trace, asked.way)
    probabilities = softmax(without)
    scores = without[:, asked.label] - (0 if asked.against is None else without[:, asked.against])
    in_percent = asked.measure == _PROBABILITY
    now = float(current.trace.probabilities[-1, asked.label])
    bars = 100 * (now - probabilities[:, asked.label]) if in_percent else found.score - scores
    row = int(abs(bars).argmax())
    reads_as, verdict = int(without[row].argmax()), int(current.trace.logits[-1].argmax())
    outcome = f"reads as <b>{reads_as}</b> instead of {verdict}"
    if reads_as == verdict:
        outcome = f"still reads as {verdict}"
    then, before = _percent(float(probabilities[row, asked.label])), _percent(now)
    probability = f"is <b>{then}</b> instead of {before}" if then != before else f"stays at <b>{then}</b>"
    sentence = (
        f"<b>Row {row + 1} matters most</b>: without it ({_WAYS[asked.way]}) the probability of "
        f"{asked.label} {probability}, {asked.score} is <b>{_number(float(scores[row]))}</b> instead of "
        f"{_number(found.score)}, and the digit {outcome}."
    )
    st.html(f'<p class="outcome" role="status">{sentence}</p>')
    chart(
        saliency(
            current.image,
            found.pixels if asked.pixels == _GRADIENT else found.contributions,
            bars,
            pixels_title=asked.pixels,
            bars_title="row adds (% points)" if in_percent else "row adds (logit)",
            percent=in_percent,
            narrow=narrow(),
        ),
        alt=f"The image under the {asked.pixels} of {asked.score}, beside what every row adds to it. Row "
        f"{row + 1} adds {_number(float(bars[row]))}{' percentage points' if in_percent else ''}.",
        key=f"{_KEY}-rows",
    )


def _completeness(asked: _Asked, found: Attribution) -> None:
    explained, unexplained = float(found.contributions.sum()), found.unexplained
    st.caption(
        f"The gradient is of {asked.score}, exact, through all rows and layers. It holds for small changes "
        f"only: all ink together moves the score from {_number(found.blank_score)} (a blank page) to "
        f"{_number(found.score)}, gradient × ink sums to {_number(explained)}, and so "
        f"{_number(unexplained)} are not accounted for. The bars are no estimate: each is a reading of its "
        "own without that row. Rows that say the same stand in for each other, so the bars need not sum to "
        "the score either."
    )


def _back_in_time(asked: _Asked, found: Attribution) -> None:
    """The norms by row and layer, and in words whether they vanish."""
    from lstm_core.figures.gradient_norms import gradient_norms

    sentences = [
        f"layer {number}'s cell state at row 1 counts <b>{_ratio(float(norms[0]), float(norms[-1]))}</b> as "
        f"much as at row {len(norms)}"
        for number, norms in enumerate(found.cell_norms, start=1)
    ]
    st.html(
        f'<p class="outcome">Does it vanish? For {asked.score}, '
        f"{'; '.join(sentences[:4])}{'; …' if len(sentences) > 4 else ''}.</p>"
    )
    chart(
        gradient_norms(found.hidden_norms, found.cell_norms),
        alt=f"The norm of the gradient of {asked.score} by the states of every row and layer, on a "
        "logarithmic scale.",
        key=f"{_KEY}-norms",
    )
    st.caption(
        "How much a small change of a layer's state after a row would change the score. The cell state is "
        "the way by which an LSTM remembers: what is written there is only multiplied by forget gates. In a "
        "plain recurrent network the norm falls (or grows) by nearly the same factor at every row, a "
        "straight line on this scale. Source: Hochreiter & Schmidhuber (1997), sections 3.1 and 4."
    )


def _ratio(first: float, last: float) -> str:
    if not last:
        return "infinitely" if first else "as"
    ratio = first / last
    if ratio >= 10:
        return f"{ratio:,.0f} times"
    return f"{ratio:.2f} times" if ratio >= 0.01 else f"{ratio:.1e} times"


def _percent(probability: float) -> str:
    """With two digits after the point, where they say something."""
    return f"{100 * probability:.2f} %"


def _number(value: float) -> str:
    """Two digits after the point, with a real minus sign."""
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")
