"""Section of the lesson: a recurrent network, and why it forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import equation, key_figures
from dashboard.parts.chart import chart
from dashboard.parts.equation import number, result
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import CurrentReading, current_reading, show_current_reading

if TYPE_CHECKING:
    from lstm_core.lesson.memory_decay import Curve

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@st.fragment
@errors_shown()
def recurrence() -> None:
    """Rows as a sequence, a signal that fades or explodes with |U|, and then the equations."""
    reading = current_reading()
    rows, columns = reading.image.shape
    st.markdown(
        f"An image of {rows} × {columns} pixels is read as a sequence: **{rows} time steps, one row each, "
        f"{columns} numbers a row**. At every row the network mixes what it sees with what it remembers. "
        "What it remembers is the hidden state $h$, and it is handed on to the next row."
    )
    show_current_reading(reading)
    st.subheader("Why it forgets", anchor=False)
    st.markdown(
        "To learn that row 1 matters, a change there must still be felt after the last row. On its way "
        "the memory of a recurrent network (RNN) is multiplied by the same weights $U$ once for every row. "
        "How much of a change at row 1 is left at the end?"
    )
    _signal(reading)


def _signal(reading: CurrentReading) -> None:
    import numpy as np

    from lstm_core.figures.memory_decay import Memory, memory_decay
    from lstm_core.lesson.memory_decay import hidden_states, influence, rnn_factors

    u = st.slider(
        "Size of U",
        0.1,
        2.0,
        0.8,
        0.05,
        key="learn-recurrent-weight",
        persist_state="session",
        help="In a network of one unit, U is a single number. In a larger one, the largest singular value of "
        "U plays its part: the change is multiplied by at most that.",
    )
    ink = reading.image.mean(axis=1, dtype=np.float64)
    rows = len(ink)
    hidden = hidden_states(ink, u=u)
    plain = influence(np.full(rows, u))
    felt = influence(rnn_factors(hidden, u=u))
    forget = reading.layers[0].forget_gate.astype(np.float64)
    longest = int(forget[1:].prod(axis=0).argmax())
    held = influence(forget[:, longest])
    key_figures.show_key_figures(
        (f"|U| to the power {rows - 1}", _said(plain[0])),
        ("left in the RNN on this digit", _said(felt[0])),
        ("left in an LSTM cell", _said(held[0])),
    )
    chart(
        memory_decay(
            [
                Memory("|U| alone", plain),
                Memory("RNN of one unit", felt),
                Memory(f"LSTM, unit {longest + 1}", held),
            ]
        ),
        alt=f"How much of a change at each row is left after row {rows}. Of a change at row 1: "
        f"{plain[0]:.2g} by |U| alone, {felt[0]:.2g} in a recurrent unit, {held[0]:.2g} in an LSTM cell.",
        key="memory-decay",
    )
    st.markdown(
        "- **Below 1** every row shrinks the change: early rows are forgotten, and nothing can be learnt "
        "from them.\n"
        "- **Above 1** it would explode. But tanh holds the state in [−1, 1]; where it is flat, hardly "
        "anything of the change gets through, and it is lost after all.\n"
        "- **The LSTM's cell** multiplies by its forget gate instead, and the network learns when "
        "that is to be near 1. The curve is of the unit of layer 1 that keeps most of the first row, with "
        "its real gates on this digit."
    )
    _equations(reading, ink, hidden, u)


def _equations(reading: CurrentReading, ink: Curve, hidden: Curve, u: float) -> None:
    """The same as equations, with the numbers of a row: ``ink`` and ``hidden`` are ``(rows,)``."""
    columns, units = reading.image.shape[1], reading.weights.layers[0].units
    st.subheader("The same as equations", anchor=False)
    st.markdown("At row $t$ the network computes from the row $x_t$ and from its memory $h_{t-1}$:")
    st.latex(r"h_t = \tanh(W x_t + U h_{t-1} + b)")
    equation.source(equation.ELMAN)
    st.markdown(
        f"- $x_t$ is row $t$: {columns} numbers in [0, 1]\n"
        f"- $h_t$ has one number for each unit, such as {units}; before the first row it is 0\n"
        f"- $W$ is {units} × {columns}, $U$ is {units} × {units}, $b$ has {units} numbers. **They are the "
        "same at every row.**"
    )
    t = int(ink.argmax())
    st.markdown(
        f"The **RNN of one unit** reads the share of ink in each row of the digit ($W = 1$, $b = 0$). At row "
        f"{t + 1}, where there is most ink:"
    )
    before = hidden[t - 1] if t else 0.0
    equation.show_equation(
        f"h_{{{t + 1}}}",
        rf"\tanh(1 \cdot {number(ink[t])} + {u:.2f} \cdot {number(before)})",
        result(hidden[t]),
    )
    st.markdown(
        "A change at row $t$ reaches the last row, $T$, multiplied once for every row between. Where tanh is "
        "flat, $1 - h^2$ is near 0:"
    )
    st.latex(
        r"\frac{\partial h_T}{\partial h_t} = \prod_{k=t+1}^{T} "
        r"\operatorname{diag}\!\left(1 - h_k^2\right) U"
    )
    equation.source(equation.BENGIO)


def _said(share: float) -> str:
    """Such as ``0.21`` or, when it is tiny or huge, ``2.3 × 10⁻⁶``."""
    if share == 0 or 1e-3 <= share < 1e4:
        return f"{share:.2g}" if share < 100 else f"{share:,.0f}"
    digits, _, exponent = f"{share:.1e}".partition("e")
    return f"{digits} × 10{str(int(exponent)).translate(_RAISED)}"
