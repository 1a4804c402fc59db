"""One unit at one row: its equations with the real numbers put in, and every product behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside import unit_equations
from dashboard.inside.cursor import choose_layer, choose_unit, cursor_row
from dashboard.inside.unit_equations import plain_number
from dashboard.inside.unit_influence import most_influential_unit
from dashboard.parts import equation, glossary
from dashboard.parts.chart import chart
from dashboard.parts.equation import number, result
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading
from dashboard.session.ways import Place, way_to_lesson
from lstm_core.reading.gates import GATES

if TYPE_CHECKING:
    from lstm_core.inside.arithmetic import UnitArithmetic


def show_arithmetic(current: CurrentReading) -> None:
    """The choice of a unit, its equations, their products, and what it adds to the logits."""
    row, small = cursor_row(), narrow()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="inside-arithmetic-at"):
        layer = choose_layer(len(current.layers))
        unit = _choose_unit(current, layer)
    found = unit_equations.show_unit_equations(current, layer, unit, row)
    way_to_lesson(
        "Learn where these sums come from", Place("input gate", row=row + 1, layer=layer + 1, unit=unit + 1)
    )
    _show_products(found, layer, row, small)
    if layer + 1 == len(current.layers):
        _show_logits(current, unit, row, small)
    else:
        st.caption(
            f":material/info: Layer {layer + 1} reaches the logits only through the layers above it. Choose "
            f"layer {len(current.layers)} to see how a hidden value enters them."
        )


def _choose_unit(current: CurrentReading, layer: int) -> int:
    """The unit, from 0; at first the one with the most influence on the verdict."""
    verdict = int(current.trace.probabilities[-1].argmax())
    most = most_influential_unit(current, layer)
    unit = choose_unit(
        current.weights.units[layer],
        usual=str(most + 1),
        about=f"If empty: the unit with the most influence on the final logit of {verdict} "
        "(gradient × activation, summed over the rows).",
    )
    return most if unit is None else unit


def _show_products(found: UnitArithmetic, layer: int, row: int, small: bool) -> None:
    """The largest products of one gate's sum, ranked."""
    from lstm_core.figures.contributions import COLOURS, contributions, contributions_info

    gate = st.segmented_control(
        "Show the sum of the",
        list(found.terms),
        default="input_gate",
        required=True,
        format_func=lambda name: GATES[name].words,
        key="inside-arithmetic-gate",
        persist_state="session",
    )
    terms = found.terms[gate]
    below = "pixel" if not layer else f"layer {layer} unit"
    bars = contributions_info(
        terms,
        [f"{below} {place + 1}" for place in range(len(terms.inputs))],
        [f"hidden unit {place + 1}" for place in range(len(terms.hidden))],
    )
    letter = GATES[gate].letter
    st.html(
        '<p class="outcome">'
        f'<span style="color: {COLOURS["input"]}">■</span> {"pixels of" if not layer else "layer below at"} '
        f'row {row + 1} &nbsp; <span style="color: {COLOURS["hidden"]}">■</span> hidden state after row '
        f'{row} &nbsp; <span style="color: {COLOURS["bias"]}">■</span> bias</p>'
    )
    chart(
        contributions(bars, f"what it adds to z of {letter} (rounded)", narrow=small),
        alt=f"What adds up to the sum of {letter}: "
        + ", ".join(f"{bar.name} {plain_number(bar.value)}" for bar in bars),
        key="inside-arithmetic-products",
    )


def _show_logits(current: CurrentReading, unit: int, row: int, small: bool) -> None:
    """How the unit's hidden value enters each logit at the row."""
    from lstm_core.figures.contributions import contributions, logit_contributions_info
    from lstm_core.inside.arithmetic import logit_terms, rounded_sum

    hidden = current.layers[-1].hidden[row]
    terms = logit_terms(current.weights, hidden, unit)
    verdict = int(current.trace.probabilities[-1].argmax())
    st.subheader("How its hidden state changes the logits", anchor=False)
    glossary.markdown(
        "The <dfn>head</dfn> multiplies every <dfn>hidden state</dfn> of the top layer by a weight and "
        "adds them up to one <dfn>logit</dfn> for each digit; <dfn>softmax</dfn> makes the probabilities."
    )
    label = st.selectbox(
        "Class",
        range(current.weights.classes),
        index=verdict,
        format_func=current.weights.names.__getitem__,
        key=f"inside-arithmetic-class-{current.fingerprint}",
        persist_state="session",
        width=110,
        help="At first the verdict. Its bar is orange below.",
    )
    h, weight = number(float(hidden[unit])), number(terms.kernel[label])
    own, logit = round(terms.from_unit[label], 3), round(terms.total[label], 3)
    (others, bias), _ = rounded_sum([terms.from_others[label], terms.bias[label]], total=logit - own)
    split = " + ".join(
        rf"\underbrace{{{number(value)}}}_{{\text{{{what}}}}}"
        for value, what in ((own, f"unit {unit + 1}"), (others, "other units"), (bias, "bias"))
    )
    st.latex(
        equation.aligned(
            (
                rf"\text{{logit}}_{{{label}}}",
                [rf"{h} \cdot {weight} + \dots", split, result(logit)],
            )
        )
    )
    bars = logit_contributions_info(terms, float(hidden[unit]), label)
    chart(
        contributions(bars, f"what unit {unit + 1} adds to each logit (rounded)", narrow=small),
        alt=f"What unit {unit + 1} adds to each logit: "
        + ", ".join(f"{bar.name} {plain_number(bar.value)}" for bar in bars),
        key="inside-arithmetic-logits",
    )
