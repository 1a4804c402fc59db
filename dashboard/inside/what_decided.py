"""What made it decide: one class against another, row by row, and the pixels and rows that it hung on."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside import cursor
from dashboard.parts import glossary
from dashboard.parts.chart import chart
from dashboard.parts.quantities import plain
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.inside.attribution import Attribution, Way
    from lstm_core.inside.margin import Margin
    from lstm_core.reading.verdict import Verdict

_KEY = "inside-decided"

_GRADIENT, _TIMES_INK = "gradient", "gradient × ink"
_PROBABILITY, _LOGIT = "probability", "margin"
_WAYS: dict[Way, str] = {"skip": "skipped", "blank": "blank"}


@dataclass(frozen=True)
class _Asked:
    """What a person chose: two classes, the row after which they are compared, and what is drawn of it."""

    label: int
    against: int
    row: int
    pixels: str
    way: Way
    measure: str
    names: tuple[str, ...]

    @property
    def score(self) -> str:
        """What the gradient is of, in words."""
        return f"the margin of {self.names[self.label]} over {self.names[self.against]} after row {self.row}"


def show_what_decided(current: CurrentReading) -> None:
    """Two classes, how the lead of one came about, and what it hung on after a chosen row."""
    from lstm_core.inside.attribution import attribute
    from lstm_core.inside.margin import margin_between
    from lstm_core.reading.verdict import verdict

    found = verdict(current.trace.probabilities, current.image, current.weights.class_names)
    label, against = _choose_classes(current, found)
    small = narrow()
    margin = margin_between(current.weights, current.image, current.trace, label, against)
    answer = st.container()  # stands above the row's slider, which has to be asked first
    asked = _ask(current, label, against)
    with answer:
        _row_by_row(current, found, margin, small=small)
    attribution = attribute(current.weights, current.image, current.trace, label, against, row=asked.row)
    _rows(current, asked, attribution, margin, small=small)
    _completeness(asked, attribution)
    st.subheader("How far back the gradient reaches", anchor=False)
    _back_in_time(asked, attribution)


def _choose_classes(current: CurrentReading, found: Verdict) -> tuple[int, int]:
    """The class whose lead is looked at, and the one it leads or trails."""
    final = current.trace.logits[-1]
    ranked = [int(label) for label in (-final).argsort(kind="stable")]
    of, names = current.fingerprint, current.weights.names
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"{_KEY}-choice"):
        label = st.selectbox(
            "Why a",
            range(len(final)),
            index=found.label,
            format_func=current.weights.names.__getitem__,
            key=f"{_KEY}-class-{of}",
            persist_state="session",
            width=110,
            help="At first the verdict.",
        )
        others = [other for other in ranked if other != label]
        against = st.selectbox(
            "and not a",
            others,
            index=others.index(_rival(current, found, label)),
            format_func=lambda other: names[other] + " (runner-up)" * (other == others[0]),
            key=f"{_KEY}-against-{of}-{label}",
            persist_state="session",
            width=170,
            help="Starts with the class that came closest to the verdict while the rows with ink were read.",
        )
    return label, against


def _rival(current: CurrentReading, found: Verdict, label: int) -> int:
    """What the verdict is compared with at first; another class is compared with the verdict."""
    from lstm_core.reading.verdict import closest_rival

    if label != found.label:
        return found.label
    return closest_rival(current.trace.probabilities, current.image, label)


def _row_by_row(current: CurrentReading, found: Verdict, margin: Margin, *, small: bool) -> None:
    """In a sentence and as a curve, how the one class came to lead the other."""
    from lstm_core.figures.margin_by_row import margin_by_row
    from lstm_core.inside.margin_text import (
        margin_in_words,
        settled_against_all_in_words,
        signed,
        stroke_in_words,
    )
    from lstm_core.reading.verdict import SETTLED_MARGIN, SETTLED_RATIO

    said = f"{margin_in_words(margin)} {stroke_in_words(margin, current.image)}".rstrip()
    first, _, rest = said.partition(". ")
    whole = settled_against_all_in_words(margin, found)
    st.html(f'<p class="outcome" role="status"><b>{escape(first)}.</b> {escape(rest)}<br>{escape(whole)}</p>')
    cursor.row_chart(
        lambda row: margin_by_row(current.image, margin, row, narrow=small),
        rows=len(current.image),
        depends_on=None,
        alt=f"The image; beside it, on the same rows, the margin of {margin.of} over {margin.over} "
        f"after every row, and each row's share in it. {said}",
        key=f"{_KEY}-margin",
    )
    explained = (
        f"The <dfn>margin</dfn> is the <dfn>logit</dfn> of {plain(margin.of)} minus the logit of "
        f"{plain(margin.over)}: at 0 both are equally probable, at +{SETTLED_MARGIN:.2f} (dashed) "
        f"{plain(margin.of)} is {SETTLED_RATIO} times as probable. A row’s share is how much the margin "
        "changed when the row was read. The shares are exact: with the "
        f"{signed(margin.start)} before any row, the difference of two biases, they add up to the "
        f"{signed(float(margin.after[-1]))} at the end. A row without ink has a share too: the network reads "
        "that nothing is there, and its state changes. The frame is the row cursor; click a row to move it."
    )
    st.caption(glossary.with_terms(explained), unsafe_allow_html=True)


def _ask(current: CurrentReading, label: int, against: int) -> _Asked:
    st.subheader("Which pixels and rows mattered, after one row", anchor=False)
    cursor.choose_row(len(current.image))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"{_KEY}-drawn"):
        pixels = st.segmented_control(
            "Pixels",
            [_TIMES_INK, _GRADIENT],
            default=_TIMES_INK,
            required=True,
            key=f"{_KEY}-pixels",
            persist_state="session",
            help="The gradient times the ink estimates what the ink that is there did. The gradient alone "
            "says what a little more ink would do, also where there is none.",
        )
        way = st.segmented_control(
            "How to leave a row out",
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
            [_LOGIT, _PROBABILITY],
            default=_LOGIT,
            required=True,
            key=f"{_KEY}-measure",
            persist_state="session",
            help="What the bars are differences of. Near 100\N{NO-BREAK SPACE}% a probability hardly "
            "moves; the margin does.",
        )
    return _Asked(label, against, cursor.cursor_row() + 1, pixels, way, measure, current.weights.names)


def _rows(current: CurrentReading, asked: _Asked, found: Attribution, margin: Margin, *, small: bool) -> None:
    """The image under its gradient, beside what every row makes up."""
    from lstm_core.figures.saliency import saliency
    from lstm_core.inside.attribution import logits_without_rows
    from lstm_core.inside.cell_sentences import with_minus
    from lstm_core.inside.margin_text import signed
    from lstm_core.reading.percents import told_apart
    from lstm_core.reading.trace import softmax
    from lstm_core.reading.verdict import with_article

    without = logits_without_rows(current.weights, current.image, current.trace, asked.way, row=asked.row)
    probabilities = softmax(without)
    scores = without[:, asked.label] - without[:, asked.against]
    in_percent = asked.measure == _PROBABILITY
    now = float(current.trace.probabilities[asked.row - 1, asked.label])
    bars = 100 * (now - probabilities[:, asked.label]) if in_percent else found.score - scores
    bars[asked.row :] = 0
    row, blank = greatest_bar(bars[: asked.row], margin.blank)
    reads_as, looked_like = int(without[row].argmax()), int(current.trace.logits[asked.row - 1].argmax())
    then_like, now_like = (escape(with_article(asked.names[seen])) for seen in (reads_as, looked_like))
    outcome = f"it looks like <b>{then_like}</b> instead of {now_like}"
    if reads_as == looked_like:
        outcome = f"it still looks like {now_like}"
    then, before = told_apart(float(probabilities[row, asked.label]), now)
    probability = f"is <b>{then}</b> instead of {before}" if then != before else f"stays at <b>{then}</b>"
    among = margin.blank.intersection(range(1, asked.row + 1)) and row + 1 not in margin.blank
    whose = "Of the rows with ink, leaving" if among else "Leaving"
    sentence = (
        f"<b>{whose} out row {row + 1} changes most.</b> Without it ({_WAYS[asked.way]}), "
        f"{escape(asked.score)} is "
        f"<b>{with_minus(float(scores[row]))}</b> instead of {with_minus(found.score)}, the probability of "
        f"{escape(asked.names[asked.label])} {probability}, and {outcome}. This is another measure than the "
        f"shares above, where row {row + 1} has {signed(float(margin.shares[row]))}: a share is what a row "
        "did when it was read; leaving it out also changes what the rows below it do."
    )
    if blank is not None:
        sentence += (
            f" Skipping blank row {blank + 1} changes even more, though nothing is drawn there: what stands "
            "below it is read one row earlier, and one row less is read."
        )
    st.html(f'<p class="outcome" role="status">{sentence}</p>')
    chart(
        saliency(
            current.image,
            found.pixels if asked.pixels == _GRADIENT else found.contributions,
            bars,
            pixels_title=asked.pixels,
            bars_title="lost without the row (% points)" if in_percent else "lost without the row (margin)",
            percent=in_percent,
            narrow=small,
        ),
        alt=f"The image under the {asked.pixels} of {asked.score}, beside what is lost of it without each "
        f"row. Row {row + 1}: {with_minus(float(bars[row]))}{' percentage points' if in_percent else ''}.",
        key=f"{_KEY}-rows",
    )


def greatest_bar(bars: NDArray[np.floating], blank: frozenset[int]) -> tuple[int, int | None]:
    """The row, from 0, with the greatest of ``bars`` among those with ink; and a blank one, if it has more.

    Where no row with ink was read yet, the greatest of all is the first.
    """
    order = [int(row) for row in (-abs(bars)).argsort(kind="stable")]
    inked = next((row for row in order if row + 1 not in blank), None)
    if inked is None:
        return order[0], None
    return inked, order[0] if abs(bars[order[0]]) > abs(bars[inked]) else None


def _completeness(asked: _Asked, found: Attribution) -> None:
    from lstm_core.inside.cell_sentences import with_minus

    explained, by_ink = float(found.contributions.sum()), found.score - found.blank_score
    st.caption(
        "Each bar is a reading of its own without that row, no estimate. A blank row that is skipped has "
        "one, too: what stands below it is read one row earlier. Rows that say the same stand in for "
        "each other, so these bars need not add up. The gradient is exact, but only for small changes of a "
        "pixel. Gradient × ink is therefore only an estimate of what the ink did (of first order; Shrikumar "
        f"et al., 2017): it adds up to {with_minus(explained)}, whereas all the ink down to row {asked.row} "
        f"moves the margin by {with_minus(by_ink)}, from {with_minus(found.blank_score)} after reading as "
        "many rows of a blank page. What does add up are the shares beside the curve above."
    )


def _back_in_time(asked: _Asked, found: Attribution) -> None:
    """The norms by row and layer, and in words whether they vanish."""
    from lstm_core.figures.gradient_norms import gradient_norms

    hidden, cell = found.hidden_norms[:, : asked.row], found.cell_norms[:, : asked.row]
    sentences = [
        f"in layer {number} a change of the cell state at row 1 counts "
        f"<b>{_ratio(float(norms[0]), float(norms[-1]))}</b> as much as one at row {asked.row}"
        for number, norms in enumerate(cell, start=1)
    ]
    st.html(
        f'<p class="outcome">For {asked.score}, '
        f"{'; '.join(sentences[:4])}{'; …' if len(sentences) > 4 else ''}.</p>"
    )
    chart(
        gradient_norms(hidden, cell),
        alt=f"The norm of the gradient of {asked.score} by the states of every row and layer, on a "
        "logarithmic scale.",
        key=f"{_KEY}-norms",
    )
    st.caption(
        "How much a small change of a layer's state after a row would change the score. The cell state is "
        "how an LSTM remembers: what is written there is only multiplied by the forget gates. In a "
        "plain recurrent network the norm falls (or grows) by nearly the same factor at every row, a "
        "straight line on this scale. Source: Hochreiter & Schmidhuber (1997), sections 3.1 and 4."
    )


def _ratio(first: float, last: float) -> str:
    if not last:
        return "infinitely many times" if first else "just"
    ratio = first / last
    if ratio >= 10:
        return f"{ratio:,.0f} times"
    return f"{ratio:.2f} times" if ratio >= 0.01 else f"{ratio:.1e} times"
