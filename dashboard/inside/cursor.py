"""The row, layer and unit that the panels of the Inside page look at: one place for all, in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.linked_chart import Marks, linked_chart
from dashboard.session.ways import ROW_ASKED
from lstm_core.errors import InvalidValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.figures.figure import Figure

# Keys of widgets, and names in the address.
ROW, LAYER, UNIT = "row", "layer", "unit"

_ROWS = "inside-cursor-rows"
_LEFT_AT = "inside-cursor-left-at"
"""How many rows the cursor walks over, and by that number where it was left."""

_PUT = "inside-cursor-put"
"""For which digit the cursor was put where it starts, and there; None where a row was chosen."""

_START = "inside-cursor-start"
"""Where the cursor starts on this digit. The address is silent of this row, and of no other."""


def start_where_it_settled(settled_at: int | None, image: NDArray[np.float32]) -> None:
    """Put the cursor on the settled row of a digit, unless a person chose a row.

    Comes before `choose_row`. When another network reads the digit, or the settled row becomes known only
    later, the cursor follows, if it still stands where it was put. Another digit begins anew.

    Args:
        settled_at: from 1; None where nothing settled, or where it is not to be known yet: then the cursor
            starts at the last row with ink.
        image: ``(rows, columns)``, ink above 0.
    """
    from lstm_core.reading.verdict import last_ink

    rows = len(image)
    _fit(rows)
    start = settled_at or last_ink(image) or rows
    digit, at = image.tobytes(), st.session_state.get(ROW, rows)
    before: tuple[bytes, int | None] | None = st.session_state.get(_PUT)
    if before is None:
        chosen = ROW in st.query_params or at != rows
    else:
        chosen = before[0] == digit and before[1] != at
    kept = st.session_state.pop(ROW_ASKED, False) or chosen
    st.session_state[_PUT] = digit, None if kept else start
    st.session_state[_START] = start
    if not kept:
        st.session_state[ROW] = start


def choose_row(rows: int) -> None:
    """The slider for the row, counted from 1 as everywhere on the pages.

    Each size of image has a cursor of its own, at first in the last row: row 8 of 8 is the end of a digit,
    and of 28 hardly its beginning.
    """
    _fit(rows)
    st.slider(
        "Row",
        1,
        rows,
        value=min(rows, st.session_state.get(_START, rows)),
        key=ROW,
        bind="query-params",
        persist_state="session",
        help="The row that has just been read. Click it and use the arrow keys to step through.",
    )


def _fit(rows: int) -> None:
    """Leave the cursor of another size of image where it is, and take up the one of ``rows`` rows."""
    before = st.session_state.get(_ROWS, rows)
    if before != rows:
        left_at: dict[int, int] = st.session_state.setdefault(_LEFT_AT, {})
        left_at[before] = st.session_state.get(ROW, before)
        st.session_state[ROW] = left_at.get(rows, rows)
    st.session_state[_ROWS] = rows
    if st.session_state.get(ROW, 1) > rows:
        st.session_state[ROW] = rows


def cursor_row() -> int:
    """The row, counted from 0."""
    row: int = st.session_state[ROW]
    return row - 1


def choose_layer(depth: int) -> int:
    """The choice of one of ``depth`` layers, from 0; at first the top one, which the verdict comes from."""
    if st.session_state.get(LAYER, 0) >= depth:
        st.session_state[LAYER] = depth - 1
    return st.segmented_control(
        "Layer",
        range(depth),
        default=depth - 1,
        required=True,
        format_func=lambda number: str(number + 1),
        key=LAYER,
        bind="query-params",
        persist_state="session",
        help="Layer 1 reads the pixels; each other reads the hidden states of the layer below. The top "
        "layer's hidden values enter the logits.",
    )


def choose_unit(units: int, *, usual: str, about: str) -> int | None:
    """The unit, from 0; None while the field is empty.

    The field has no bounds, so that a wrong number is named instead of kept back.

    Args:
        units: of the layer.
        usual: what stands in the field while it is empty.
        about: the help of the field.

    Raises:
        InvalidValue: there is no such unit.
    """
    unit = st.number_input(
        f"Unit, 1 to {units}",
        value=None,
        step=1,
        placeholder=usual,
        key=UNIT,
        bind="query-params",
        persist_state="session",
        width=190,
        help=about,
    )
    if unit is None:
        return None
    if not 1 <= unit <= units:
        raise InvalidValue("unit", f"between 1 and {units}", unit)
    return int(unit) - 1


def layer_and_unit(units: Sequence[int]) -> dict[str, int]:
    """The layer and the unit that were chosen, from 1, as far as a stack of ``units`` has them."""
    layer, unit = st.session_state.get(LAYER), st.session_state.get(UNIT)
    if layer is None or layer >= len(units):
        return {}
    if unit is None or not 1 <= unit <= units[layer]:
        return {LAYER: layer + 1}
    return {LAYER: layer + 1, UNIT: int(unit)}


def row_chart(
    draw: Callable[[int], Figure],
    *,
    rows: int,
    depends_on: object,
    alt: str,
    key: str,
    marks: Marks | None = None,
) -> None:
    """A figure over ``rows`` rows that moves with the cursor; a click in it chooses row and unit.

    Args:
        draw, depends_on, alt, key, marks: see `dashboard.parts.linked_chart.linked_chart`.
    """
    at = cursor_row() + 1
    linked_chart(
        draw, depends_on=depends_on, row=at, rows=rows, alt=alt, key=key, on_touch=_go_to, marks=marks
    )


def _go_to(row: int, unit: int | None) -> None:
    st.session_state[ROW] = row
    if unit is not None:
        st.session_state[UNIT] = unit
