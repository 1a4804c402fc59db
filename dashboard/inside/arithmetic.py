"""One unit at one row: its equations with the real numbers put in, and every product behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import equation
from dashboard.chart import chart
from dashboard.equation import number, result
from dashboard.inside.cursor import cursor_row
from dashboard.inside.unit_influence import influences_of
from dashboard.lesson.what_if import NAMES
from dashboard.subject import Subject
from dashboard.viewport import narrow
from lstm_core.errors import InvalidValue

if TYPE_CHECKING:
    from lstm_core.arithmetic import UnitArithmetic


def show(subject: Subject) -> None:
    """The choice of a unit, its equations, their products, and what it adds to the logits."""
    from lstm_core.arithmetic import unit_arithmetic

    row, small = cursor_row(), narrow()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="inside-arithmetic-at"):
        layer = _choose_layer(len(subject.layers))
        unit = _choose_unit(subject, layer)
    found = unit_arithmetic(
        subject.weights.layers[layer], subject.inputs(layer), subject.layers[layer], unit, row
    )
    st.html(
        f'<p class="outcome" role="status">Unit {unit + 1} of layer {layer + 1} after row {row + 1}: '
        f"cell state <b>{_plain(found.cell)}</b>, hidden state <b>{_plain(found.hidden)}</b>.</p>"
    )
    _show_gates(found, layer)
    _show_states(found)
    equation.source(equation.GERS)
    st.caption(
        "Numbers are rounded to three digits: the terms of a sum so that they add up as shown; a product "
        "or a squashed value comes from the unrounded numbers, so its last digit may differ from what the "
        "rounded ones give."
    )
    _show_products(found, layer, row, small)
    if layer + 1 == len(subject.layers):
        _show_logits(subject, unit, row, small)
    else:
        st.caption(
            f":material/info: Layer {layer + 1} reaches the logits only through the layers above it. Choose "
            f"layer {len(subject.layers)} to see how a hidden value enters them."
        )


def _choose_layer(depth: int) -> int:
    return st.segmented_control(
        "Layer",
        range(depth),
        default=depth - 1,
        required=True,
        format_func=lambda number: str(number + 1),
        key=f"inside-arithmetic-layer-{depth}",
        persist_state="session",
        help="Layer 1 reads the pixels; each other reads the hidden states of the layer below. The top "
        "layer's hidden values enter the logits.",
    )


def _choose_unit(subject: Subject, layer: int) -> int:
    """The unit, from 0. The field has no bounds, so that a wrong number is named instead of kept back."""
    from lstm_core.unit_order import by_influence

    units = subject.weights.units[layer]
    verdict = int(subject.trace.probabilities[-1].argmax())
    most = int(by_influence(influences_of(subject, verdict)[layer])[0])
    unit = st.number_input(
        f"Unit, 1 to {units}",
        value=most + 1,
        step=1,
        key=f"inside-arithmetic-unit-{subject.fingerprint}-{layer}",
        persist_state="session",
        width=170,
        help=f"At first the one with the most influence on the final logit of {verdict}: gradient × "
        "activation, summed over the rows.",
    )
    if unit is None or not 1 <= unit <= units:
        raise InvalidValue("unit", f"between 1 and {units}", unit)
    return int(unit) - 1


def _show_gates(found: UnitArithmetic, layer: int) -> None:
    """Each gate's sum by where its terms come from, and its squashing, in two columns."""
    from lstm_core.arithmetic import rounded_sum

    below = "pixels" if not layer else f"layer~{layer}"
    columns = [*st.columns(2), *st.columns(2)]
    for place, (gate, terms) in enumerate(found.terms.items()):
        letter = NAMES[gate][1][0]
        squash = r"\tanh" if gate == "candidate" else r"\sigma"
        (inputs, hidden, bias), total = rounded_sum(terms.parts)
        real = " + ".join(
            rf"\underbrace{{{number(value)}}}_{{\text{{{label}}}}}"
            for value, label in ((inputs, below), (hidden, "hidden state"), (bias, "bias"))
        )
        columns[place].latex(
            equation.aligned(
                (
                    f"z_{letter}",
                    [f"x_t W_{letter} + h_{{t-1}} U_{letter} + b_{letter}", real, result(total)],
                ),
                (f"{letter}_t", [rf"{squash}(z_{letter}) = {result(found.value(gate))}"]),
            )
        )


def _show_states(found: UnitArithmetic) -> None:
    from lstm_core.arithmetic import rounded_sum

    (kept, added), cell = rounded_sum([found.kept, found.added])
    i, f, g, o = (
        number(found.value(gate)) for gate in ("input_gate", "forget_gate", "candidate", "output_gate")
    )
    left, right = st.columns(2)
    left.latex(
        equation.aligned(
            (
                "c_t",
                [
                    r"f_t\, c_{t-1} + i_t\, g_t",
                    rf"{f} \cdot {number(found.previous_cell)} + {i} \cdot {g}",
                    rf"{number(kept)} + {number(added)}",
                    result(cell),
                ],
            )
        )
    )
    right.latex(
        equation.aligned(
            (
                "h_t",
                [
                    r"o_t \tanh(c_t)",
                    rf"{o} \cdot \tanh({result(cell)})",
                    rf"{o} \cdot {number(found.squashed)}",
                    result(found.hidden),
                ],
            )
        )
    )


def _show_products(found: UnitArithmetic, layer: int, row: int, small: bool) -> None:
    """The largest products of one gate's sum, ranked."""
    from lstm_core.figures.contributions import COLOURS, contributions, contributions_info

    gate = st.segmented_control(
        "What adds up to the sum of the",
        list(found.terms),
        default="input_gate",
        required=True,
        format_func=lambda name: NAMES[name][0].lower()[:-2],
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
    letter = NAMES[gate][1][0]
    st.html(
        '<p class="outcome">'
        f'<span style="color: {COLOURS["input"]}">■</span> {"pixels of" if not layer else "layer below at"} '
        f'row {row + 1} &nbsp; <span style="color: {COLOURS["hidden"]}">■</span> hidden state after row '
        f'{row} &nbsp; <span style="color: {COLOURS["bias"]}">■</span> bias</p>'
    )
    chart(
        contributions(bars, f"what it adds to z of {letter} (rounded)", narrow=small),
        alt=f"What adds up to the sum of {letter}: "
        + ", ".join(f"{bar.name} {_plain(bar.value)}" for bar in bars),
        key="inside-arithmetic-products",
    )


def _show_logits(subject: Subject, unit: int, row: int, small: bool) -> None:
    """How the unit's hidden value enters each logit at the row."""
    from lstm_core.arithmetic import logit_terms, rounded_sum
    from lstm_core.figures.contributions import contributions, logit_contributions_info

    hidden = subject.layers[-1].hidden[row]
    terms = logit_terms(subject.weights, hidden, unit)
    winner = int(subject.trace.probabilities[row].argmax())
    verdict = int(subject.trace.probabilities[-1].argmax())
    st.subheader("What its hidden value does to the logits", anchor=False)
    label = st.selectbox(
        "Class",
        range(subject.weights.classes),
        index=verdict,
        key=f"inside-arithmetic-class-{subject.fingerprint}",
        persist_state="session",
        width=110,
        help="At first the verdict.",
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
    bars = logit_contributions_info(terms, float(hidden[unit]), winner)
    chart(
        contributions(bars, f"what unit {unit + 1} adds to each logit (rounded)", narrow=small),
        alt=f"What unit {unit + 1} adds to each logit: "
        + ", ".join(f"{bar.name} {_plain(bar.value)}" for bar in bars),
        key="inside-arithmetic-logits",
    )


def _plain(value: float) -> str:
    """Three digits after the point, with a real minus sign."""
    return result(value).replace("-", "−")
