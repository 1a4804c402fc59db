"""Section of the lesson: the output gate."""

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
def output_gate() -> None:
    """How much of the cell state is shown to the rest of the network."""
    reading = current_reading()
    glossary.markdown(
        "The cell state stays inside the unit. What the next row, the next layer and the <dfn>head</dfn> "
        "see is the <dfn>hidden state</dfn> $h$: the cell state squashed by tanh, times the **output "
        "gate** $o$. **0 lets nothing through, 1 lets everything.** So a unit can remember something "
        "without showing it."
    )
    st.latex(
        equation.aligned(
            ("o_t", [r"\sigma(W_o x_t + U_o h_{t-1} + b_o)"]),
            ("h_t", [r"o_t \odot \tanh(c_t)"]),
        )
    )
    equation.source(equation.HOCHREITER, f"{equation.graves(10, 11)}, without the peephole")
    show_current_reading(reading)
    chosen = unit_choice.choose_unit(reading)
    way_to_inside(
        "See this cell at work in the whole network",
        Place("the cell", row=chosen.t, layer=chosen.layer + 1, unit=chosen.unit + 1),
    )
    asked = gate_sliders.gate_sliders(chosen, "output_gate")
    left, right = st.columns([7, 5], gap="medium")
    with left:
        show_unit(
            reading,
            chosen,
            asked,
            ("output gate", ("output_gate",), (0.0, 1.0)),
            ("hidden state", ("hidden", "squashed"), (-1.0, 1.0)),
        )
    with right:
        t, new = chosen.row, asked.trace
        show_outcome(chosen, asked, "hidden")
        gate = number(new.output_gate[t], changed=bool(asked.changed))
        equation.show_equation(
            f"h_{{{chosen.t}}}",
            r"o_t \, \tanh(c_t)",
            rf"{gate} \cdot \tanh{_bracketed(new.cell[t])}",
            rf"{gate} \cdot {number(new.squashed[t])}",
            result(new.hidden[t], changed=bool(asked.changed)),
        )
        st.caption(
            ":material/info: The output gate does not change the cell state, so this chart shows no "
            "change at later rows. In the real network, the later gates would change because they read "
            "the changed hidden state."
        )
    st.subheader("From the sum to the gate", anchor=False)
    st.markdown(f"Every dot is a row of the digit; the orange one is row {chosen.t}.")
    show_sum(reading, chosen, "output_gate")
    show_every_unit(reading, "output_gate", start=1.0, row=chosen.t)


def _bracketed(value: float) -> str:
    text = number(value)
    return text if text.startswith("(") else f"({text})"
