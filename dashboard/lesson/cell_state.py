"""Section of the lesson: the cell update."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson import gate_sliders, unit_choice
from dashboard.lesson.unit_view import show_outcome, show_unit
from dashboard.parts import equation
from dashboard.parts.equation import number, result
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading, show_current_reading
from dashboard.session.ways import Place, way_to_inside


@st.fragment
@errors_shown()
def cell_state() -> None:
    """What was kept and what is written make the new cell state."""
    reading = current_reading()
    st.markdown(
        "Now the cell state is updated: **keep a share of the old value, add the new one.** The old value "
        "passes through no tanh and no matrix; it is only multiplied by the gate. That is why an LSTM "
        "remembers for longer: "
        r"a change of $c_{t-1}$ is passed on with the factor $f_t$."
    )
    st.latex(r"c_t = f_t \odot c_{t-1} + i_t \odot g_t")
    equation.source(equation.HOCHREITER, equation.GERS, equation.graves(9))
    show_current_reading(reading)
    chosen = unit_choice.choose_unit(reading)
    way_to_inside(
        "See this cell at work in the whole network",
        Place("the cell", row=chosen.t, layer=chosen.layer + 1, unit=chosen.unit + 1),
    )
    asked = gate_sliders.gate_sliders(chosen, "forget_gate", "input_gate", "candidate")
    left, right = st.columns([7, 5], gap="medium")
    with left:
        show_unit(
            reading,
            chosen,
            asked,
            ("kept, written", ("kept", "added"), None),
            ("cell state", ("cell",), None),
        )
    with right:
        t, new, changed = chosen.row, asked.trace, asked.changed
        show_outcome(chosen, asked, "cell")
        equation.show_equation(
            f"c_{{{chosen.t}}}",
            r"f_t \, c_{t-1} + i_t \, g_t",
            rf"{number(new.forget_gate[t], changed='forget_gate' in changed)} \cdot "
            rf"{number(new.previous[t], changed=new.previous[t] != chosen.trace.previous[t])}",
            rf"+ {number(new.input_gate[t], changed='input_gate' in changed)} \cdot "
            rf"{number(new.candidate[t], changed='candidate' in changed)}",
            result(new.cell[t], changed=bool(changed)),
        )
        st.markdown(
            "Try it: with the forget gate at **1 at every row** nothing is lost, and the cell state adds up "
            "everything that was written. At **0 at every row** only the current row counts."
        )
        gate_sliders.show_caveat(asked)
