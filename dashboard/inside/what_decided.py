"""What made it decide: one class against another, row by row, and the pixels and rows that it hung on."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside import cursor
from dashboard.parts.chart import chart
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading

if TYPE_CHECKING:
    from lstm_core.inside.attribution import Attribution, Way
    from lstm_core.inside.margin import Margin
    from lstm_core.reading.verdict import Verdict

_KEY = "inside-decided"
_SEEN = f"{_KEY}-seen"
"""Of which digit and network this panel was shown last."""

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

    @property
    def score(self) -> str:
        """What the gradient is of, in words."""
        return f"the margin of {self.label} over {self.against} after row {self.row}"


def show_what_decided(current: CurrentReading) -> None:
    """Two classes, how the lead of one came about, and what it hung on after a chosen row."""
    from lstm_core.inside.attribution import attribute
    from lstm_core.inside.margin import margin_between
    from lstm_core.reading.verdict import verdict

    found = verdict(current.trace.probabilities, current.image)
    _start_where_it_settled(current, found)
    label, against = _choose_classes(current, found)
    small = narrow()
    margin = margin_between(current.weights, current.image, current.trace, label, against)
    answer = st.container()  # stands above the row's slider, which has to be asked first
    asked = _ask(current, label, against)
    with answer:
        _row_by_row(current, found, margin, small=small)
    attribution = attribute(current.weights, current.image, current.trace, label, against, row=asked.row)
    _rows(current, asked, attribution, small=small)
    _completeness(asked, attribution)
    st.subheader("How far back the gradient reaches", anchor=False)
    _back_in_time(asked, attribution)


def _start_where_it_settled(current: CurrentReading, found: Verdict) -> None:
    """Put the row cursor on the settled row when a digit is seen here first, unless a person chose a row."""
    rows = len(current.image)
    seen = st.session_state.get(_SEEN)
    if seen == current.fingerprint:
        return
    st.session_state[_SEEN] = current.fingerprint
    chosen = cursor.ROW in st.query_params or st.session_state.get(cursor.ROW, rows) != rows
    if seen is None and chosen:
        return
    st.session_state[cursor.ROW] = found.settled_at_row or rows


def _choose_classes(current: CurrentReading, found: Verdict) -> tuple[int, int]:
    """The class whose lead is looked at, and the one it leads or trails."""
    final = current.trace.logits[-1]
    ranked = [int(label) for label in (-final).argsort(kind="stable")]
    of = current.fingerprint
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"{_KEY}-choice"):
        label = st.selectbox(
            "Why a",
            range(len(final)),
            index=found.label,
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
            format_func=lambda other: f"{other} (runner-up)" if other == others[0] else str(other),
            key=f"{_KEY}-against-{of}-{label}",
            persist_state="session",
            width=170,
            help="Starts with the digit that came closest to the verdict while the rows with ink were read.",
        )
    return label, against


def _rival(current: CurrentReading, found: Verdict, label: int) -> int:
    """What the verdict is compared with at first; another class is compared with the verdict."""
    if label != found.label:
        return found.label
    inked = current.image.any(axis=1).argmax()
    highest = current.trace.probabilities[inked:].max(axis=0)
    return next(int(other) for other in (-highest).argsort(kind="stable") if other != label)


def _row_by_row(current: CurrentReading, found: Verdict, margin: Margin, *, small: bool) -> None:
    """In a sentence and as a curve, how the one class came to lead the other."""
    from lstm_core.figures.margin_by_row import margin_by_row
    from lstm_core.inside.margin_text import margin_in_words, signed
    from lstm_core.reading.verdict import SETTLED_MARGIN, SETTLED_RATIO, settled_in_words

    said = margin_in_words(margin)
    first, _, rest = said.partition(". ")
    whole = f"The whole verdict, {found.label} against every other digit, {settled_in_words(found)}."
    if margin.label == found.label and margin.settled_at_row == found.settled_at_row is not None:
        whole = "That settled the whole verdict: by then every other digit was as far behind."
    st.html(f'<p class="outcome" role="status"><b>{escape(first)}.</b> {escape(rest)}<br>{escape(whole)}</p>')
    cursor.row_chart(
        lambda row: margin_by_row(current.image, margin, row, narrow=small),
        rows=len(current.image),
        depends_on=None,
        alt=f"The image; beside it, on the same rows, the margin of {margin.label} over {margin.against} "
        f"after every row, and each row's share in it. {said}",
        key=f"{_KEY}-margin",
    )
    st.caption(
        f"The margin is the logit of {margin.label} minus the logit of {margin.against}: at 0 both are "
        f"equally probable, at +{SETTLED_MARGIN:.2f} (dashed) {margin.label} is {SETTLED_RATIO} times as "
        "probable. A row’s share is how much the margin changed when the row was read. The shares are exact: "
        f"with the {signed(margin.start)} before any row they add up to the "
        f"{signed(float(margin.after[-1]))} at the end. The frame is the row cursor; click a row to move it."
    )


def _ask(current: CurrentReading, label: int, against: int) -> _Asked:
    st.subheader("Which pixels and rows mattered, after one row", anchor=False)
    cursor.choose_row(len(current.image))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key=f"{_KEY}-drawn"):
        pixels = st.segmented_control(
            "Pixels",
            [_GRADIENT, _TIMES_INK],
            default=_GRADIENT,
            required=True,
            key=f"{_KEY}-pixels",
            persist_state="session",
            help="The gradient says what a little more ink would do, also where there is none. Times the "
            "ink, it estimates what the ink that is there did.",
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
            help="What the bars are differences of. Near 100 % a probability hardly moves; the margin does.",
        )
    return _Asked(label, against, cursor.cursor_row() + 1, pixels, way, measure)


def _rows(current: CurrentReading, asked: _Asked, found: Attribution, *, small: bool) -> None:
    """The image under its gradient, beside what every row makes up."""
    from lstm_core.figures.saliency import saliency
    from lstm_core.inside.attribution import logits_without_rows
    from lstm_core.inside.cell_sentences import with_minus
    from lstm_core.reading.trace import softmax
    from lstm_core.reading.verdict import with_article

    without = logits_without_rows(current.weights, current.image, current.trace, asked.way, row=asked.row)
    probabilities = softmax(without)
    scores = without[:, asked.label] - without[:, asked.against]
    in_percent = asked.measure == _PROBABILITY
    now = float(current.trace.probabilities[asked.row - 1, asked.label])
    bars = 100 * (now - probabilities[:, asked.label]) if in_percent else found.score - scores
    bars[asked.row :] = 0
    row = int(abs(bars).argmax())
    reads_as, looked_like = int(without[row].argmax()), int(current.trace.logits[asked.row - 1].argmax())
    outcome = f"it looks like <b>{with_article(reads_as)}</b> instead of {with_article(looked_like)}"
    if reads_as == looked_like:
        outcome = f"it still looks like {with_article(looked_like)}"
    then, before = _percent(float(probabilities[row, asked.label])), _percent(now)
    probability = f"is <b>{then}</b> instead of {before}" if then != before else f"stays at <b>{then}</b>"
    sentence = (
        f"<b>Row {row + 1} matters most.</b> Without it ({_WAYS[asked.way]}), {asked.score} is "
        f"<b>{with_minus(float(scores[row]))}</b> instead of {with_minus(found.score)}, the probability of "
        f"{asked.label} {probability}, and {outcome}."
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


def _completeness(asked: _Asked, found: Attribution) -> None:
    from lstm_core.inside.cell_sentences import with_minus

    explained, by_ink = float(found.contributions.sum()), found.score - found.blank_score
    st.caption(
        "Each bar is a reading of its own without that row, no estimate. Rows that say the same stand in for "
        "each other, so these bars need not add up. The gradient is exact, but only for small changes of a "
        "pixel. Gradient × ink is therefore only an estimate of what the ink did (of first order; Shrikumar "
        f"et al., 2017): it adds up to {with_minus(explained)}, whereas all the ink down to row {asked.row} "
        f"moves the margin by {with_minus(by_ink)}, from {with_minus(found.blank_score)} on a blank page. "
        "What does add up are the shares beside the curve above."
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
        f'<p class="outcome">How far back does it reach? For {asked.score}, '
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


def _percent(probability: float) -> str:
    """With one digit after the point, two close to 0 % and 100 %."""
    near = not 0.01 < probability < 0.99
    return f"{100 * probability:.{2 if near else 1}f} %"
