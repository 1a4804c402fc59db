"""What becomes of the verdict if one gate stands still in every unit: the drawing, read again so."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts.chart import chart
from dashboard.parts.guess import NO_MEMORY, guess_one, option_in_words, show_answer
from dashboard.parts.viewport import was_narrow
from dashboard.session.current_reading import CurrentReading
from dashboard.session.ways import Place, way_to_inside
from lstm_core.reading.gates import GATES, Gate


def show_every_unit(reading: CurrentReading, gate: Gate, *, start: float, row: int) -> None:
    """A slider that holds ``gate`` in all units of all layers, first at ``start``, and the new reading.

    The chart marks ``row``, counted from 1.
    """
    from lstm_core.figures.unit_rows import Curve, Panel, unit_rows
    from lstm_core.lesson.held_gate import with_held_gate
    from lstm_core.reading.trace import read
    from lstm_core.reading.verdict import sentence, verdict

    st.subheader(f"What if the {GATES[gate].words} had one value in every unit?", anchor=False)
    if gate == "forget_gate" and not _guessed(reading):
        return
    value = st.slider(
        f"{GATES[gate].title.capitalize()} of every unit, at every row",
        0.0,
        1.0,
        start,
        0.05,
        key=f"learn-every-unit-{gate}",
        persist_state="session",
        width=420,
        help="The whole network reads the digit again, with this gate fixed in every unit.",
    )
    really = reading.trace.probabilities
    held = read(with_held_gate(reading.weights, gate, value), reading.image).probabilities
    before, after = (verdict(probabilities, reading.image) for probabilities in (really, held))
    st.html(
        f'<p class="outcome" role="status">With the real gates: {escape(sentence(before))}.<br>'
        f"With {GATES[gate].title} = {value:.2f}: <b>{escape(sentence(after))}</b>.</p>"
    )
    labels = list(dict.fromkeys((before.label, after.label)))
    chart(
        unit_rows(
            reading.image,
            [
                Panel(
                    f"probability of digit {label}",
                    [Curve("really", really[:, label], held[:, label])],
                    (0.0, 1.0),
                )
                for label in labels
            ],
            row,
            narrow=was_narrow(),  # as `unit_view` asked the browser
        ),
        alt=f"Probability of {' and of '.join(map(str, labels))} after every row, with the real gates and "
        f"with the gate held at {value:.2f}. {sentence(after)}.",
        key="every-unit",
    )
    way_to_inside("Change other things and read again: Inside, what if", Place("what if"))


_ANOTHER, _UNCLEAR = "It reads as another digit", "It names no clear digit"


def _guessed(reading: CurrentReading) -> bool:
    """Ask what happens without memory; whether that may be shown, once the answer is there."""
    from lstm_core.lesson.held_gate import with_held_gate
    from lstm_core.reading.trace import read
    from lstm_core.reading.verdict import sentence, verdict

    label = int(reading.trace.probabilities[-1].argmax())
    same = f"It reads as {label}"
    asked = guess_one(
        NO_MEMORY,
        reading.fingerprint,
        "With its real gates the network’s most probable digit is "
        f"{label}. What happens when **every forget gate is 0** at every row?",
        (same, _ANOTHER, _UNCLEAR),
    )
    if isinstance(asked.said, str):
        held = with_held_gate(reading.weights, "forget_gate", 0.0)
        after = verdict(read(held, reading.image).probabilities, reading.image)
        right = _UNCLEAR if not after.is_clear else same if after.label == label else _ANOTHER
        show_answer(
            f"{option_in_words(asked.said, right)} With every forget gate at 0: {sentence(after)}. Each "
            "cell state then holds only what the last row wrote; earlier rows reach it through the hidden "
            "states alone."
        )
    return asked.answered
