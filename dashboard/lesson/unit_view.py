"""One unit beside the digit's rows, as it is and as it would be."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.lesson.gate_sliders import WhatIf
from dashboard.lesson.unit_choice import Chosen
from dashboard.parts.chart import chart
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading
from lstm_core.reading.gates import GATES

SYMBOLS: dict[str, str] = {
    **{gate: f"{description.letter}<sub>t</sub>" for gate, description in GATES.items()},
    "cell": "c<sub>t</sub>",
    "hidden": "h<sub>t</sub>",
    "squashed": "tanh c<sub>t</sub>",
    "kept": "f<sub>t</sub> c<sub>t−1</sub>",
    "added": "i<sub>t</sub> g<sub>t</sub>",
}
"""Of what `lstm_core.inside.unit.UnitTrace` knows at every row, as HTML and Plotly both lay them out."""

Wanted = tuple[str, Sequence[str], tuple[float, float] | None]
"""A panel: its title, names in `SYMBOLS`, and the ends of its scale or None to fit it."""


def show_unit(current: CurrentReading, chosen: Chosen, what_if: WhatIf, *panels: Wanted) -> None:
    """The figure of the drawing's rows and the unit's curves."""
    from lstm_core.figures.unit_rows import Curve, Panel, unit_rows

    def curve(name: str) -> Curve:
        return Curve(SYMBOLS[name], getattr(chosen.trace, name), getattr(what_if.trace, name))

    names = [name for _, quantities, _ in panels for name in quantities]
    numbers = ", ".join(f"{_spoken(name)} {getattr(chosen.trace, name)[chosen.row]:.3f}" for name in names)
    chart(
        unit_rows(
            current.image,
            [
                Panel(title, [curve(name) for name in quantities], bounds)
                for title, quantities, bounds in panels
            ],
            chosen.t,
            narrow=narrow(),
        ),
        alt=f"Unit {chosen.unit + 1} of layer {chosen.layer + 1} at every row, beside the drawing. At row "
        f"{chosen.t}: {numbers}.",
        key="unit-rows",
    )


def show_outcome(chosen: Chosen, what_if: WhatIf, *quantities: str) -> None:
    """What the chosen row's numbers are and would be, in words that a screen reader says when they change."""
    sentences = []
    for name in quantities:
        real = float(getattr(chosen.trace, name)[chosen.row])
        new = float(getattr(what_if.trace, name)[chosen.row])
        last, last_new = getattr(chosen.trace, name)[-1], getattr(what_if.trace, name)[-1]
        symbol = SYMBOLS[name]
        if not what_if.changed:
            sentences.append(f"{symbol} is <b>{_plain(real)}</b> at row {chosen.t}.")
        else:
            sentences.append(
                f"{symbol} would be <b>{_plain(new)}</b> at row {chosen.t} instead of "
                f"{_plain(real)}, and {_plain(last_new)} after the last row instead of {_plain(last)}."
            )
    st.html(f'<p class="outcome" role="status">{"<br>".join(sentences)}</p>')


def _plain(value: float) -> str:
    """Three digits after the point, with a real minus sign."""
    return f"{value:.3f}".replace("-", "−")


def _spoken(name: str) -> str:
    """The symbol without its layout."""
    return SYMBOLS[name].replace("<sub>", "").replace("</sub>", "")
