"""Section of the lesson: the input gate and the candidate."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson import gate_sliders, unit_choice
from dashboard.lesson.every_unit import show_every_unit
from dashboard.lesson.gate_sum import show_sum
from dashboard.lesson.unit_view import show_outcome, show_unit
from dashboard.parts import equation, glossary
from dashboard.parts.equation import number, result
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading, show_current_reading
from dashboard.session.ways import Place, way_to_inside


@st.fragment
@errors_shown()
def input_gate() -> None:
    """What is offered to the cell, and how much of it is let in."""
    reading = current_reading()
    glossary.markdown(
        "The <dfn>candidate</dfn> $g$ is what the unit could write into its cell, a number in [−1, 1]. "
        "The **input gate** $i$ says how much of it is written: **0 lets nothing through, 1 lets "
        "everything.**"
    )
    st.latex(
        equation.aligned(
            ("i_t", [r"\sigma(W_i x_t + U_i h_{t-1} + b_i)"]),
            ("g_t", [r"\tanh(W_g x_t + U_g h_{t-1} + b_g)"]),
        )
    )
    equation.source(equation.HOCHREITER, f"{equation.graves(7, 9)}, without their peepholes")
    show_current_reading(reading)
    chosen = unit_choice.choose_unit(reading)
    way_to_inside(
        "See this unit’s sums in the whole network",
        Place("arithmetic", row=chosen.t, layer=chosen.layer + 1, unit=chosen.unit + 1),
    )
    asked = gate_sliders.gate_sliders(chosen, "input_gate", "candidate")
    left, right = st.columns([7, 5], gap="medium")
    with left:
        show_unit(
            reading,
            chosen,
            asked,
            ("gate, candidate", ("input_gate", "candidate"), (-1.0, 1.0)),
            ("cell state", ("cell",), None),
        )
    with right:
        t, new = chosen.row, asked.trace
        show_outcome(chosen, asked, "added", "cell")
        equation.show_equation(
            r"\text{written}",
            r"i_t \, g_t",
            rf"{number(new.input_gate[t], changed='input_gate' in asked.changed)} \cdot "
            rf"{number(new.candidate[t], changed='candidate' in asked.changed)}",
            result(new.added[t], changed=bool(asked.changed)),
        )
        gate_sliders.show_caveat(asked)
    st.subheader("From the sum to the candidate", anchor=False)
    st.markdown(
        "The input gate comes from its sum as the forget gate does. The candidate goes through tanh, so it "
        f"can also be negative. Every dot is a row of the digit; the orange one is row {chosen.t}."
    )
    show_sum(reading, chosen, "candidate")
    show_every_unit(reading, "input_gate", start=1.0, row=chosen.t)
