"""Section of the lesson: the forget gate."""

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
def forget_gate() -> None:
    """The gate that multiplies the old cell state."""
    reading = current_reading()
    glossary.markdown(
        "An LSTM unit has a second memory, the <dfn>cell state</dfn> $c$, and "
        '<dfn title="gate">gates</dfn> that decide what happens to it. '
        "The forget gate looks at the new row and at the <dfn>hidden state</dfn>, and says what share of "
        "the old cell state is kept: **0 lets nothing through, 1 lets everything.**"
    )
    st.latex(
        equation.aligned(
            ("f_t", [r"\sigma(W_f x_t + U_f h_{t-1} + b_f)"]),
            (r"\sigma(z)", [r"\frac{1}{1 + e^{-z}}"]),
        )
    )
    equation.source(equation.GERS, f"{equation.graves(8)}, without its peepholes")
    st.markdown(
        "The LSTM of 1997 had no forget gate: its cell kept everything, as if the gate were always 1."
    )
    show_current_reading(reading)
    chosen = unit_choice.choose_unit(reading)
    way_to_inside(
        "See every layer’s gates in the whole network",
        Place("gates", row=chosen.t, layer=chosen.layer + 1, unit=chosen.unit + 1),
    )
    asked = gate_sliders.gate_sliders(chosen, "forget_gate")
    left, right = st.columns([7, 5], gap="medium")
    with left:
        show_unit(
            reading,
            chosen,
            asked,
            ("forget gate", ("forget_gate",), (0.0, 1.0)),
            ("cell state", ("cell",), None),
        )
    with right:
        t, new = chosen.row, asked.trace
        show_outcome(chosen, asked, "cell")
        equation.show_equation(
            r"\text{kept}",
            r"f_t \, c_{t-1}",
            rf"{number(new.forget_gate[t], changed=bool(asked.changed))} \cdot "
            rf"{number(new.previous[t], changed=new.previous[t] != chosen.trace.previous[t])}",
            result(new.kept[t], changed=bool(asked.changed)),
        )
        equation.show_equation(
            "c_t",
            r"\text{kept} + \text{written}",
            f"{number(new.kept[t], changed=bool(asked.changed))} + {number(new.added[t])}",
            result(new.cell[t], changed=bool(asked.changed)),
        )
        gate_sliders.show_caveat(asked)
    st.subheader("From the sum to the gate", anchor=False)
    st.markdown(f"Every dot is a row of the digit; the orange one is row {chosen.t}.")
    show_sum(reading, chosen, "forget_gate", shift=True)
    show_every_unit(reading, "forget_gate", start=0.0, row=chosen.t)
