"""Where a gate's value comes from: the weighted sum of one unit with its real numbers, and its squashing."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson.unit_choice import Chosen, sums
from dashboard.parts import equation
from dashboard.parts.chart import chart
from dashboard.parts.equation import number, result
from dashboard.session.current_reading import CurrentReading
from lstm_core.reading.gates import GATES, Gate, Squash


def show_sum(current: CurrentReading, chosen: Chosen, gate: Gate, *, shift: bool = False) -> None:
    """The three terms at the chosen row, and every row's place on the curve.

    Args:
        current, chosen: whose numbers.
        gate: which.
        shift: whether a slider moves the gate's bias.
    """
    from lstm_core.figures.gate_curve import gate_curve

    parts = sums(current, chosen, gate)
    letter = GATES[gate].letter
    squash = GATES[gate].squash
    more = 0.0
    if shift:
        more = st.slider(
            "Added to the bias: what if it were larger or smaller?",
            -6.0,
            6.0,
            0.0,
            0.1,
            key=f"learn-bias-{gate}",
            help="A larger forget bias keeps the memory open for longer; networks start with 1 here "
            "(Jozefowicz et al., 2015).",
        )
    total = float(parts.total[chosen.row]) + more
    value = float(getattr(chosen.trace, gate)[chosen.row]) if not more else _squashed(total, squash)
    terms = [number(parts.from_row[chosen.row]), number(parts.from_memory[chosen.row]), number(parts.bias)]
    if more:
        terms.append(number(more, changed=True))
    st.latex(
        equation.aligned(
            ("z", [f"W_{letter} x_t + U_{letter} h_{{t-1}} + b_{letter}", " + ".join(terms), result(total)]),
            (f"{letter}_t", [f"{equation.SQUASHES[squash]}(z) = {result(value, changed=bool(more))}"]),
        )
    )
    symbol = f"{letter}<sub>t</sub>"
    chart(
        gate_curve(parts.total + more, chosen.t, squash, symbol=symbol),
        alt=f"The curve from the sum z to {letter}, with a dot for every row. At row {chosen.t} the sum is "
        f"{total:.3f} and {letter} is {value:.3f}.",
        key=f"curve-{gate}",
    )


def _squashed(total: float, squash: Squash) -> float:
    from math import tanh

    return tanh(total) if squash == "tanh" else 0.5 * (1 + tanh(total / 2))
