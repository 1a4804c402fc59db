"""Panel "how far": over all test digits, how much is read before the verdict stands, and is it honest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.parts import key_figures
from dashboard.parts.chart import chart
from dashboard.parts.found_digits import FoundDigit, show_found_digits
from dashboard.session.current_reading import CurrentReading
from dashboard.session.digits import test_digits_for

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
    probabilities = _read(current.weights.fingerprint, current.weights, test)
    st.markdown(f"All {len(test):,} test digits, each read to the last row, with the result after every row.")
    _by_class(probabilities, test)
    _settling(probabilities, test)
    _calibration(probabilities, test)


def _by_class(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.class_accuracy import class_accuracy, class_accuracy_info
    from lstm_core.inside.reading_study import accuracy_by_class

    shares = accuracy_by_class(probabilities, test.labels)
    needed = {label: row for label, row in enumerate(class_accuracy_info(shares).needed) if row is not None}
    soonest, latest = min(needed, key=needed.__getitem__), max(needed, key=needed.__getitem__)
    st.subheader("How many rows each digit needs", anchor=False)
    st.html(
        f'<p class="outcome">Digit <b>{soonest}</b> is recognised earliest: from row {needed[soonest]} on, '
        f"at least half as many are read correctly as after the last row. Digit <b>{latest}</b> takes "
        f"longest, until row {needed[latest]}.</p>"
    )
    chart(
        class_accuracy(shares),
        alt="Heatmap of the accuracy of each digit after each row. Half of the final accuracy is reached at: "
        + ", ".join(f"{label} row {row}" for label, row in needed.items())
        + ".",
        key="inside-how-far-classes",
    )
    st.caption(
        "Diamonds: half of the final accuracy. While the rows are still blank, every digit gets the same "
        "guess, so that one digit seems to be recognised early."
    )


def _settling(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.settling import settling, settling_info
    from lstm_core.inside.reading_study import latest_settled, least_settled
    from lstm_core.reading.verdict import WHAT_SETTLED_MEANS, settled_rows

    rows = probabilities.shape[1]
    settled = settled_rows(probabilities, test.images)
    info = settling_info(settled, rows)
    st.subheader("Where verdicts settle", anchor=False)
    st.html(f'<p class="outcome">{_settled_in_words(info, rows)}</p>')
    chart(
        settling(settled, rows),
        alt=f"How many verdicts settled at each row. {_settled_in_words(info, rows)}",
        key="inside-how-far-settling",
    )
    st.caption(WHAT_SETTLED_MEANS)
    if latest := latest_settled(settled, probabilities, SHOWN).tolist():
        title = f"The {len(latest)} that settled latest"
        st.markdown(f"**{title}**")
        show_found_digits(test, [_found(index, probabilities, test) for index in latest], title)
    if least := least_settled(settled, probabilities, SHOWN).tolist():
        title = f"The {len(least)} that are least settled"
        st.markdown(f"**{title}**")
        show_found_digits(test, [_found(index, probabilities, test) for index in least], title)
    st.caption(
        "“4 → 9, row 25”: it looked like a 4, then like a 9, and that was settled at row 25. “4 46.0 %, 9 "
        "30.1 %”: these two are left at the end. Orange: read wrongly."
    )


def _settled_in_words(info: SettlingInfo, rows: int) -> str:
    """What the counts say; whatever is not reached is left out."""
    reached = [
        f"{share} have settled by row {row}"
        for share, row in (("half of all digits", info.median), ("99 %", info.late))
        if row is not None
    ]
    begin = ", ".join(reached) or "fewer than half of all digits settle"
    never = "All settle" if not info.never else f"{info.never:,} do not settle"
    return f"{begin[0].upper()}{begin[1:]}, of {rows}. {never}; {info.counts[-1]:,} only at the last row."


def _found(index: int, probabilities: FloatArray, test: Split) -> FoundDigit:
    """A test digit with the two opinions that it came to last, or the two it is left with."""
    from lstm_core.reading.verdict import verdict

    found = verdict(probabilities[index], test.images[index])
    if found.settled_at_row is not None:
        opinions = " → ".join(str(stage.label) for stage in found.stages[-2:])
        said = opinions, f"row {found.settled_at_row}"
    else:
        said = (
            f"{found.label} {100 * found.confidence:.1f} %",
            f"{found.runner_up} {100 * found.runner_up_probability:.1f} %",
        )
    return FoundDigit(index, said, wrong=bool(found.label != test.labels[index]))


def _calibration(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.reliability import reliability_diagram
    from lstm_core.inside.calibration import calibrate

    rows = probabilities.shape[1]
    st.subheader("Does 90 % mean 90 %?", anchor=False)
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
        ("How sure it is", f"{sure:.2%}"),
        ("How often it is right", f"{right:.2%}"),
        ("Expected calibration error", f"{found.before.error:.2%}"),
        ("Temperature", f"{found.temperature:.3f}"),
        ("Error with it", f"{found.after.error:.2%}"),
    )
    st.html(f'<p class="outcome" role="status">{_in_words(sure - right, found.temperature, row)}</p>')
    chart(
        reliability_diagram(found.before, found.after),
        alt=f"Reliability diagram after row {row}: accuracy by confidence in 15 bins. Expected calibration "
        f"error {found.before.error:.2%}, with the temperature {found.after.error:.2%}.",
        key="inside-how-far-reliability",
    )
    st.caption(
        "The temperature is fitted on every second test digit. The results shown are for the other "
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
    from lstm_core.inside.reading_study import read_all

    bar = st.progress(0.0, text="Reading the test digits once…")
    try:
        return read_all(
            _weights,
            _test,
            lambda done: bar.progress(done / len(_test), text=f"Reading the test digits once: {done:,}"),
        )
    finally:
        bar.empty()
