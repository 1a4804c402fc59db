"""The panel "the cell": an LSTM cell drawn with the numbers of the row that is read, played over all rows.

It is one component that stays in the page. `cell.html` is what it is made of; `cell_picture.js` draws the
cell and what flows through it, `cell_sum.js` the sum behind a gate, `cell_around.js` what stands around it:
the drawing, the layers, their units and the verdict; `cell.js` goes through the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.inside import cursor
from dashboard.inside.cell_data import cell_data
from dashboard.inside.unit_influence import most_influential_unit
from dashboard.parts import glossary
from dashboard.parts.component import component, counted
from dashboard.parts.messages import errors_shown
from dashboard.session.ways import Place, way_to_lesson

if TYPE_CHECKING:
    from dashboard.session.current_reading import CurrentReading

_OF = "inside-cell-of"
_UNIT, _MEAN = "one unit", "the whole layer"
_KEY = "inside-cell"


def show_cell(current: CurrentReading) -> None:
    """The choice of layer and unit, and the cell."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="inside-cell-choices"):
        layer = cursor.choose_layer(len(current.layers))
        of = st.segmented_control(
            "Show", (_UNIT, _MEAN), default=_UNIT, required=True, key=_OF, persist_state="session"
        )
        unit = None
        if of == _UNIT:
            unit = most_influential_unit(current, layer)
            with errors_shown():
                unit = _choose_unit(current, layer, unit)
    if unit is None:
        st.markdown(means_in_words(current.weights.units[layer]))
    _cell()(
        data=cell_data(current, layer, unit, cursor.cursor_row()),
        on_touched_change=lambda: _touched(current),
        key=_KEY,
    )
    glossary.markdown(
        'In the picture: the <dfn>cell state</dfn> c, the <dfn title="gate">gates</dfn> f, i and o, the '
        "<dfn>candidate</dfn> g and the <dfn>hidden state</dfn> h. A gate close to 0 or 1 is <dfn "
        'title="saturate">saturated</dfn>.'
    )
    st.caption(
        f"{_OF_UNIT if unit is not None else _OF_LAYER} At x stands the mean size of what the layer reads: "
        "every unit reads all of it, and the hidden states h of all units of its layer after the row before."
    )
    way_to_lesson(
        "Learn how a cell keeps and adds, with these numbers",
        Place(
            "cell state",
            row=cursor.cursor_row() + 1,
            layer=layer + 1,
            unit=None if unit is None else unit + 1,
        ),
    )


_OF_UNIT = "All numbers are rounded. They add up as drawn: c = f · c before + i · g, and h = o · tanh(c)."
_OF_LAYER = (
    "How far the gates are open, and the size of every other number whatever its sign; only the sums z keep "
    "their signs."
)


def means_in_words(units: int) -> str:
    """Why the numbers of the whole layer of ``units`` cannot be computed from each other."""
    return (
        f"All numbers are means of {units:,} units, and **a mean of products is not the product of the "
        "means**: so they do not follow from each other as in one unit. Choose one unit to compute along."
    )


def _cell() -> Any:
    return component(
        __file__,
        "cell",
        *("../parts/buttons", "../draw/bars", "cell", "cell_around"),
        parts=("../parts/play_button", "../draw/bars", "cell_picture", "cell_sum", "cell_around"),
        markup=True,
    )


def _choose_unit(current: CurrentReading, layer: int, usual: int) -> int:
    unit = cursor.choose_unit(
        current.weights.units[layer],
        usual=str(usual + 1),
        about="Or click a unit under the cell. While the field is empty, the unit with the most influence on "
        "the verdict is shown: gradient × activation, summed over the rows.",
    )
    return usual if unit is None else unit


def _touched(current: CurrentReading) -> None:
    """Take over what was chosen in the browser, as far as it can be right, before the page runs."""
    touched: Any = st.session_state[_KEY].get("touched")
    sent = touched if isinstance(touched, dict) else {}
    if (row := counted(sent.get("row"), len(current.image))) is not None:
        st.session_state[cursor.ROW] = row
    if (layer := counted(sent.get("layer"), len(current.layers))) is not None:
        st.session_state[cursor.LAYER] = layer - 1
        st.session_state[cursor.UNIT] = None
    units = current.weights.units[st.session_state[cursor.LAYER]]
    if (unit := counted(sent.get("unit"), units)) is not None:
        st.session_state[cursor.UNIT] = unit
        st.session_state[_OF] = _UNIT
