"""Panel "alike": the test digits that put the network into nearly the same state as this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside.cursor import choose_layer, cursor_row
from dashboard.parts.found_digits import FoundDigit, show_found_digits
from dashboard.parts.fresh_place import fresh_place
from dashboard.session.current_reading import CurrentReading
from dashboard.session.digits import test_digits_for

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lstm_core.data.info import Split
    from lstm_core.inside.neighbours import Index, Measure
    from lstm_core.reading.weights import LstmWeights

SHOWN = 20

_MADE = "inside-alike-made"
_KEPT = 2
"""Indexes; one of 256 units over the test images of MNIST takes 75 MB."""

_MEASURES: dict[Measure, str] = {"cosine": "Direction (cosine)", "euclidean": "Distance (Euclidean)"}


def show_alike(current: CurrentReading) -> None:
    """The nearest digits, and the digits that switch the same units on."""
    test = test_digits_for(current.weights)
    if test is None:
        return
    depth, rows = len(current.layers), len(current.image)
    row = cursor_row()
    with st.container(horizontal=True, gap="medium", key="inside-alike-choice"):
        layer = choose_layer(depth)
        measure = st.segmented_control(
            "Nearest by",
            list(_MEASURES),
            default="cosine",
            required=True,
            format_func=_MEASURES.__getitem__,
            key="inside-alike-measure",
            persist_state="session",
        )
        first, last = st.slider(
            "Rows compared, first to last",
            1,
            rows,
            (row + 1, row + 1),
            key=f"inside-alike-rows-{rows}-{row}",
            width=280,
            help="The left end of the bar is the first row and the right end the last; at first both are the "
            "row of the cursor. Over several rows the states of all of them are compared as one long vector.",
        )
    with fresh_place("alike", _made_last(current.weights, layer)):
        index = _index(current.weights, test, layer)
        _nearest(current, test, index, layer, (first - 1, last - 1), measure)
        _same_units(current, test, index, layer, row)


def _nearest(
    current: CurrentReading, test: Split, index: Index, layer: int, rows: tuple[int, int], measure: Measure
) -> None:
    from lstm_core.inside.neighbours import nearest

    found = nearest(index, current.layers[layer].hidden, *rows, measure, SHOWN)
    at = rows[1]
    looks_like = int(current.trace.probabilities[at].argmax())
    where = f"row {at + 1}" if rows[0] == at else f"rows {rows[0] + 1} to {at + 1}"
    st.subheader("Digits with a similar state", anchor=False)
    st.html(
        f'<p class="outcome" role="status">After row {at + 1} the most probable digit is '
        f"<b>{looks_like}</b>. Among the {len(found.digits)} nearest test digits at {where}, "
        f"{_tally(test, found.digits.tolist())}.</p>"
    )
    sign = "cosine" if measure == "cosine" else "distance"
    show_found_digits(
        test,
        [
            _found(test, index, digit, at, f"{sign} {value:.3f}")
            for digit, value in zip(found.digits.tolist(), found.values.tolist(), strict=True)
        ],
        "The nearest test digits",
    )


def _same_units(current: CurrentReading, test: Split, index: Index, layer: int, row: int) -> None:
    from lstm_core.inside.neighbours import same_units

    st.subheader("Digits that switch on the same units", anchor=False)
    threshold = st.slider(
        "A unit is on when its hidden state is over",
        0.0,
        0.95,
        0.5,
        0.05,
        key="inside-alike-threshold",
        persist_state="session",
        width=360,
    )
    found = same_units(index, current.layers[layer].hidden, row, threshold, SHOWN)
    if not len(found.units):
        st.html(
            f'<p class="outcome" role="status">No unit of layer {layer + 1} is over {threshold:.2f} at row '
            f"{row + 1}. Lower the threshold or choose a later row.</p>"
        )
        return
    of = len(found.units)
    st.html(
        f'<p class="outcome" role="status"><b>{of}</b> of {index.units} units of layer {layer + 1} are on at '
        f"row {row + 1}. Among the {len(found.digits)} test digits that switch on most of these units, "
        f"{_tally(test, found.digits.tolist())}.</p>"
    )
    show_found_digits(
        test,
        [
            _found(test, index, digit, row, f"{count} of {of} on")
            for digit, count in zip(found.digits.tolist(), found.counts.tolist(), strict=True)
        ],
        "Test digits that switch the same units on",
    )


def _found(test: Split, index: Index, digit: int, row: int, value: str) -> FoundDigit:
    read_as = int(index.readings[row, digit])
    by_then = "read as" if row == len(index.readings) - 1 else "so far read as"
    return FoundDigit(
        digit, (f"{by_then} {test.called(read_as)}", value), wrong=read_as != int(test.labels[digit])
    )


def _tally(test: Split, digits: Iterable[int]) -> str:
    """Such as ``17 are a 3 and 3 are a 5``, the most frequent first."""
    counts = Counter(int(test.labels[digit]) for digit in digits).most_common()
    said = [
        f"<b>{count}</b> {'is' if count == 1 else 'are'} labelled {escape(test.called(label))}"
        for label, count in counts
    ]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _made_last(weights: LstmWeights, layer: int) -> str:
    """Of which network and layer this session had to wait for an index last."""
    if (weights.fingerprint, layer) not in _kept():
        st.session_state[_MADE] = f"{weights.fingerprint} {layer}"
    made: str = st.session_state.get(_MADE, "")
    return made


def _index(weights: LstmWeights, test: Split, layer: int) -> Index:
    """The index, made once for each layer of a network; the two used last are kept."""
    place, kept = st.empty(), _kept()
    key = weights.fingerprint, layer
    index = kept.pop(key, None)
    if index is None:
        index = _made(weights, test, layer, place)
    kept[key] = index
    for oldest in list(kept)[:-_KEPT]:
        kept.pop(oldest, None)
    return index


@st.cache_resource(show_spinner=False)
def _kept() -> dict[tuple[str, int], Index]:
    """By network and layer, the one used last at the end."""
    return {}


def _made(weights: LstmWeights, test: Split, layer: int, place: DeltaGenerator) -> Index:
    from lstm_core.inside.neighbours import build

    bar = place.progress(0.0, text="Reading the test digits once…")

    def tell(done: int) -> None:
        bar.progress(done / len(test), text=f"Reading the test digits once: {done:,} of {len(test):,}")

    try:
        return build(weights, test, layer, tell)
    finally:
        place.empty()
