"""Panel "how far": over all test digits, how much is read before the verdict stands, and is it honest?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.parts import key_figures
from dashboard.parts.chart import chart
from dashboard.parts.found_digits import FoundDigit, show_found_digits
from dashboard.parts.fresh_place import fresh_place
from dashboard.parts.quantities import plain
from dashboard.session.current_reading import CurrentReading
from dashboard.session.digits import test_digits_for
from lstm_core.data.info import DIGITS, thing_of, things_of
from lstm_core.reading import percents
from lstm_core.reading.percents import PERCENT

if TYPE_CHECKING:
    from lstm_core.arrays import FloatArray
    from lstm_core.data.info import Split
    from lstm_core.figures.settling import SettlingInfo
    from lstm_core.reading.weights import LstmWeights

SHOWN = 20


def show_how_far(current: CurrentReading) -> None:
    """Accuracy by rows and class, where verdicts settle, which settle late or not, and calibration."""
    test = test_digits_for(current.weights)
    if test is None:
        return
    with fresh_place("how-far", current.weights.fingerprint):
        probabilities = _read(current.weights.fingerprint, current.weights, test)
        things = things_of(test.class_names)
        st.markdown(f"All {len(test):,} test {things}, each read row by row to the end.")
        _by_class(probabilities, test)
        _settling(probabilities, test)
        _calibration(probabilities, test)


def _by_class(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.class_accuracy import class_accuracy, class_accuracy_info
    from lstm_core.inside.reading_study import accuracy_by_class

    shares = accuracy_by_class(probabilities, test.labels, test.images)
    needed = {label: row for label, row in enumerate(class_accuracy_info(shares).needed) if row is not None}
    thing = thing_of(test.class_names)
    st.subheader(f"How many rows each {thing} needs", anchor=False)
    called = {test.called(label): row for label, row in needed.items()}
    st.html(f'<p class="outcome">{needed_in_words(called, thing)}</p>')
    chart(
        class_accuracy(shares, test.class_names),
        alt=f"Heatmap of the accuracy of each {thing} after each row. Half of the final accuracy is reached "
        "at: " + ", ".join(f"{test.called(label)} row {row}" for label, row in needed.items()) + ".",
        key="inside-how-far-classes",
    )
    st.caption(
        f"Diamonds: half of the final accuracy. A {thing} counts as recognised only from its first row with "
        f"ink on. On blank rows every {thing} gets the same guess, which is right for one of them by chance."
    )


def needed_in_words(needed: Mapping[str, int], thing: str = "digit") -> str:
    """Which classes need the fewest rows and which the most, in HTML.

    Args:
        needed: by the name of a class, the row from which on half of its final accuracy is reached; those
            that are never recognised are left out.
        thing: what a class is called.
    """
    if not needed:
        return f"No {thing} is recognised after the last row."
    soonest, latest = min(needed.values()), max(needed.values())
    half = "accuracy is at least half of what it is after the last row"
    if soonest == latest:
        return f"Every {thing} needs as many rows: from row {soonest} on, its {half}."
    first, last = ([name for name, row in needed.items() if row == end] for end in (soonest, latest))
    are, their = ("is", "its") if len(first) == 1 else ("are", "their")
    return (
        f"{_listed(first, thing)} {are} recognised earliest: from row {soonest} on, {their} {half}. "
        f"{_listed(last, thing)} {'takes' if len(last) == 1 else 'take'} longest, until row {latest}."
    )


def _listed(names: Sequence[str], thing: str) -> str:
    """Such as "Digit 3" or "Digits 2, 3 and 5", each name in bold, in HTML."""
    *others, last = [f"<b>{escape(name)}</b>" for name in names]
    if not others:
        return f"{thing.capitalize()} {last}"
    things = "Classes" if thing == "class" else f"{thing.capitalize()}s"
    return f"{things} {', '.join(others)} and {last}"


def _settling(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.settling import settling, settling_info
    from lstm_core.inside.reading_study import latest_settled, least_settled
    from lstm_core.reading.verdict import settled_rows, what_settled_means, with_article

    rows = probabilities.shape[1]
    settled = settled_rows(probabilities, test.images)
    info = settling_info(settled, rows)
    st.subheader("Where verdicts settle", anchor=False)
    said = _settled_in_words(info, rows, things_of(test.class_names))
    st.html(f'<p class="outcome">{said}</p>')
    chart(
        settling(settled, rows),
        alt=f"How many verdicts settled at each row. {said}",
        key="inside-how-far-settling",
    )
    st.caption(what_settled_means(test.class_names))
    if latest := latest_settled(settled, probabilities, SHOWN).tolist():
        title = f"The {len(latest)} that settled latest"
        st.markdown(f"**{title}**")
        show_found_digits(test, [_found(index, probabilities, test) for index in latest], title)
    if least := least_settled(settled, probabilities, SHOWN).tolist():
        title = f"The {len(least)} that are least settled"
        st.markdown(f"**{title}**")
        show_found_digits(test, [_found(index, probabilities, test) for index in least], title)
    one, two = (plain(test.called(min(label, len(test.class_names or DIGITS) - 1))) for label in (4, 9))
    st.caption(
        f"“{one} → {two}, row 25”: it looked like {with_article(one)}, then like {with_article(two)}, and "
        f"that was settled at row 25. “{one} {percents.percent(0.46)}, {two} {percents.percent(0.301)}”: in "
        "the end these two are the most probable. Orange: read wrongly."
    )


def _settled_in_words(info: SettlingInfo, rows: int, things: str) -> str:
    """What the counts say; whatever is not reached is left out."""
    reached = [
        f"{share} have settled by row {row}"
        for share, row in ((f"half of all {things}", info.median), (percents.percent(0.99, 0), info.late))
        if row is not None
    ]
    begin = ", ".join(reached) or f"fewer than half of all {things} settle"
    never = "All settle" if not info.never else f"{info.never:,} do not settle"
    last = f"{info.counts[-1]:,} settle only at the last row"
    return f"{begin[0].upper()}{begin[1:]}, of {rows}. {never}; {last}."


def _found(index: int, probabilities: FloatArray, test: Split) -> FoundDigit:
    """A test digit with the two opinions that it came to last, or the two it is left with."""
    from lstm_core.reading.verdict import verdict

    found = verdict(probabilities[index], test.images[index], test.class_names)
    if found.settled_at_row is not None:
        opinions = " → ".join(found.called(stage.label) for stage in found.stages[-2:])
        said = opinions, f"row {found.settled_at_row}"
    else:
        said = (
            f"{found.called(found.label)} {percents.percent(found.confidence)}",
            f"{found.called(found.runner_up or 0)} {percents.percent(found.runner_up_probability)}",
        )
    return FoundDigit(index, said, wrong=bool(found.label != test.labels[index]))


def _calibration(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.reliability import FEW, reliability_diagram
    from lstm_core.inside.calibration import calibrate

    rows = probabilities.shape[1]
    st.subheader(f"Does 90{PERCENT} mean 90{PERCENT}?", anchor=False)
    row = st.slider(
        "After row",
        1,
        rows,
        rows,
        key=f"inside-how-far-row-{rows}",
        persist_state="session",
        width=360,
        help="Compare how sure the network is and how often it is right after this many rows.",
    )
    found = calibrate(probabilities[:, row - 1], test.labels.astype(np.int64))
    count = int(found.before.counts.sum())
    sure = float(np.nansum(found.before.confidence * found.before.counts) / count)
    right = float(np.nansum(found.before.accuracy * found.before.counts) / count)
    key_figures.show_key_figures(
        ("How sure it is", percents.accuracy(sure)),
        ("How often it is right", percents.accuracy(right)),
        ("Expected calibration error", percents.accuracy(found.before.error)),
        ("Temperature", f"{found.temperature:.3f}"),
        ("Error with it", percents.accuracy(found.after.error)),
    )
    st.html(f'<p class="outcome" role="status">{_in_words(sure - right, found.temperature, row)}</p>')
    chart(
        reliability_diagram(found.before, found.after),
        alt=f"Reliability diagram after row {row}: accuracy by confidence in 15 bins. Expected calibration "
        f"error {percents.accuracy(found.before.error)}, with the temperature "
        f"{percents.accuracy(found.after.error)}.",
        key="inside-how-far-reliability",
    )
    st.caption(
        f"Point at a bar to see how many {things_of(test.class_names)} it counts. Where they are fewer than "
        f"{FEW}, the number stands at the bar: so few say little. The temperature is fitted on every second "
        f"test {thing_of(test.class_names)}. The results shown are for the other "
        f"{count:,}. Their loss is {found.loss_before:.4f} nats, with the temperature "
        f"{found.loss_after:.4f}. Bins, error and temperature are those of Guo et al. (2017), “On "
        "Calibration of Modern Neural Networks”."
    )


def _in_words(too_sure: float, temperature: float, row: int) -> str:
    """What the numbers say."""
    if abs(too_sure) < 0.002:
        honest = f"After row {row} the network is, on average, as sure as it is right."
    elif too_sure > 0:
        honest = f"After row {row} the network is too sure, by {100 * too_sure:.1f} percentage points."
    else:
        shy = f"{-100 * too_sure:.1f} percentage points"
        honest = f"After row {row} the network is not sure enough, by {shy}."
    if abs(temperature - 1) < 0.02:
        return f"{honest} Temperature scaling changes almost nothing."
    way = "softens" if temperature > 1 else "sharpens"
    return f"{honest} A temperature of {temperature:.2f} {way} its probabilities."


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(network: str, _weights: LstmWeights, _test: Split) -> FloatArray:
    """The probabilities of all test digits, read once for each network; 11 MB for MNIST."""
    bar = st.progress(0.0, text="Reading the test images once…")
    parts = []
    try:
        for start in range(0, len(_test), _AT_ONCE):
            parts.append(_part(network, start, _weights, _test))
            done = start + len(parts[-1])
            text = f"Reading the test images once: {done:,} of {len(_test):,}"
            bar.progress(done / len(_test), text=text)
    finally:
        bar.empty()
    return np.concatenate(parts)


_AT_ONCE = 1024
"""Images that are read before a person who has left the page stops the reading; so many are lost at most."""


@st.cache_resource(show_spinner=False, max_entries=24)
def _part(network: str, start: int, _weights: LstmWeights, _test: Split) -> FloatArray:
    """Some of them, kept for whoever leaves the page before all are read, and comes back."""
    from lstm_core.data.info import Split
    from lstm_core.inside.reading_study import read_all

    part = slice(start, start + _AT_ONCE)
    return read_all(_weights, Split(_test.images[part], _test.labels[part]))
