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
    from lstm_core.reading.weights import LstmWeights

SHOWN = 20


def show_how_far(current: CurrentReading) -> None:
    """Accuracy by rows and class, where verdicts settle, the latest flips, and calibration."""
    test = test_digits_for(current.weights)
    if test is None:
        return
    probabilities = _read(current.weights.fingerprint, current.weights, test)
    st.markdown(
        f"All {len(test):,} test digits, each read to its last row, with what was thought on the way."
    )
    _by_class(probabilities, test)
    _settling(probabilities, test)
    _calibration(probabilities, test)


def _by_class(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.class_accuracy import class_accuracy, class_accuracy_info
    from lstm_core.inside.reading_study import accuracy_by_class

    shares = accuracy_by_class(probabilities, test.labels)
    needed = {label: row for label, row in enumerate(class_accuracy_info(shares).needed) if row is not None}
    soonest, latest = min(needed, key=needed.__getitem__), max(needed, key=needed.__getitem__)
    st.subheader("How much of each digit it needs", anchor=False)
    st.html(
        f'<p class="outcome">A <b>{soonest}</b> is known soonest: from row {needed[soonest]} on, at least '
        "half as many are read rightly as after the last row. "
        f"A <b>{latest}</b> takes longest, until row {needed[latest]}.</p>"
    )
    chart(
        class_accuracy(shares),
        alt="Heatmap of the accuracy of each digit after each row. Half of the final accuracy is reached at: "
        + ", ".join(f"{label} row {row}" for label, row in needed.items())
        + ".",
        key="inside-how-far-classes",
    )
    st.caption(
        "Diamonds: half of the final accuracy. While only blank paper has been read, all digits get the same "
        "guess, and that one digit seems to be known early."
    )


def _settling(probabilities: FloatArray, test: Split) -> None:
    from lstm_core.figures.settling import settling, settling_info
    from lstm_core.inside.reading_study import latest_settled, previous_labels, settled_rows

    rows = probabilities.shape[1]
    settled = settled_rows(probabilities)
    info = settling_info(settled, rows)
    st.subheader("Where verdicts settle", anchor=False)
    st.html(
        f'<p class="outcome">Half of the verdicts stand by row <b>{info.median}</b>, 99 % by row '
        f"<b>{info.late}</b> of {rows}; {info.counts[-1]:,} are decided by the last row alone.</p>"
    )
    chart(
        settling(settled, rows),
        alt=f"How many verdicts settled at each row. Half have by row {info.median}.",
        key="inside-how-far-settling",
    )
    st.markdown(f"**The {SHOWN} that changed their verdict latest**")
    before, read_as = previous_labels(probabilities), probabilities[:, -1].argmax(axis=1)
    show_found_digits(
        test,
        [
            FoundDigit(
                index,
                (_change(int(before[index]), int(read_as[index])), f"at row {settled[index]}"),
                wrong=bool(read_as[index] != test.labels[index]),
            )
            for index in latest_settled(probabilities, SHOWN).tolist()
        ],
        "The digits that changed their verdict latest",
    )
    st.caption("Such as “4 → 9 at row 25”: a 4 until row 24, a 9 from there on. Orange: read wrongly.")


def _change(before: int, after: int) -> str:
    return f"{before} → {after}" if before >= 0 else str(after)


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
        help="How sure the network is, and how often it is right, when it has read so many rows.",
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
        f"The temperature is fitted on every other test digit; what is shown is of the {count:,} between. "
        f"Their loss is {found.loss_before:.4f} nats, with the temperature {found.loss_after:.4f}. Bins, "
        "error and temperature are those of Guo et al. (2017), “On Calibration of Modern Neural Networks”."
    )


def _in_words(too_sure: float, temperature: float, row: int) -> str:
    """What the numbers say."""
    if abs(too_sure) < 0.002:
        honest = f"After row {row} the network is as sure as it may be, on average."
    elif too_sure > 0:
        honest = f"After row {row} the network is too sure, by {100 * too_sure:.1f} percentage points."
    else:
        honest = f"After row {row} the network is too modest, by {-100 * too_sure:.1f} percentage points."
    if abs(temperature - 1) < 0.02:
        return f"{honest} A temperature changes next to nothing."
    way = "softens" if temperature > 1 else "sharpens"
    return f"{honest} A temperature of {temperature:.2f} {way} what it says."


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
