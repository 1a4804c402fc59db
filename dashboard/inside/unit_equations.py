"""A unit's equations at a row with the real numbers put in, where its cell is clicked or it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import equation
from dashboard.parts.equation import number, result
from dashboard.session.current_reading import CurrentReading
from lstm_core.reading.gates import GATES

if TYPE_CHECKING:
    from lstm_core.inside.arithmetic import UnitArithmetic


def show_unit_equations(current: CurrentReading, layer: int, unit: int, row: int) -> UnitArithmetic:
    """Its states in words, and every equation; ``layer``, ``unit`` and ``row`` count from 0."""
    from lstm_core.inside.arithmetic import unit_arithmetic

    found = unit_arithmetic(
        current.weights.layers[layer], current.inputs(layer), current.layers[layer], unit, row
    )
    st.html(
        f'<p class="outcome" role="status">Unit {unit + 1} of layer {layer + 1} after row {row + 1}: '
        f"cell state <b>{plain_number(found.cell)}</b>, hidden state <b>{plain_number(found.hidden)}</b>.</p>"
    )
    _show_gates(found, layer)
    _show_states(found)
    equation.source(equation.GERS)
    st.caption(
        "Numbers are rounded to three digits: the terms of a sum so that they add up as shown; a product "
        "or a squashed value comes from the unrounded numbers, so its last digit may differ from what the "
        "rounded ones give."
    )
    return found


def plain_number(value: float) -> str:
    """Three digits after the point, with a real minus sign."""
    return result(value).replace("-", "−")


def _show_gates(found: UnitArithmetic, layer: int) -> None:
    """Each gate's sum by where its terms come from, and its squashing, in two columns."""
    from lstm_core.inside.arithmetic import rounded_sum

    below = "pixels" if not layer else f"layer~{layer}"
    columns = [*st.columns(2), *st.columns(2)]
    for place, (gate, terms) in enumerate(found.terms.items()):
        letter = GATES[gate].letter
        squash = equation.SQUASHES[GATES[gate].squash]
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
    from lstm_core.inside.arithmetic import rounded_sum

    (kept, added), cell = rounded_sum([found.kept, found.added])
    i, f, g, o = (number(found.value(gate)) for gate in GATES)
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
