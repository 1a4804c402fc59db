"""The ways between pages on which section, row, layer, unit and digit stay as a person has them.

Streamlit does not let an address name what a widget of the page that is left is bound to. So a way goes
through the session, and the page where it ends writes it into its address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from dashboard.session import link_wishes

PANEL, SECTION, ROW, LAYER, UNIT = "panel", "section", "row", "layer", "unit"
"""Names in the addresses of Inside and Learn, and there the keys of the widgets."""

ROW_ASKED = "way-row-asked"
"""Key under which it is kept that a row of Inside was asked for, so that no panel starts elsewhere."""

_WAY, _AT, _WITHIN = "way-to-section", "way-to-unit", "way-within"


@dataclass(frozen=True)
class Place:
    """Where a way leads.

    Attributes:
        section: of the Learn page, or a panel of Inside.
        row, layer, unit: to look at, from 1; None leaves them as the page has them.
    """

    section: str
    row: int | None = None
    layer: int | None = None
    unit: int | None = None


def way_to_inside(label: str, place: Place) -> None:
    """A button, which says ``label``, to ``place`` on Inside."""
    _way("pages/inside.py", ":material/visibility:", label, place)


def way_to_lesson(label: str, place: Place) -> None:
    """A button, which says ``label``, from a panel of Inside to ``place`` in the lesson that explains it."""
    _way("pages/learn.py", ":material/school:", label, place)


def way_within(label: str, section: str, *, icon: str, **chosen: str) -> None:
    """A button, which says ``label``, from a section of the lesson to another one.

    Args:
        label: in plain words.
        section: where it leads.
        icon: of Material Symbols.
        chosen: what widgets there are to show, by their keys.
    """
    if st.button(label, icon=icon, type="tertiary", key=f"within-{section}"):
        # Kept until the widgets are made: the one of the sections is drawn already, above.
        st.session_state[_WITHIN] = {SECTION: section, **chosen}
        st.rerun()  # a section is a fragment, and the choice of sections stands outside


def go(page: str, place: Place | None = None, **query: str) -> NoReturn:
    """Leave for ``page``, such as ``pages/learn.py``, and for ``place`` there.

    Args:
        page: its file.
        place: the section, and the row, layer and unit, to be opened there.
        query: what the address is to say besides what a link asks of the session.
    """
    st.session_state[_WAY] = place
    # Without any it would insist on clearing what widgets are bound to, and fail.
    st.switch_page(page, query_params={**query, **link_wishes.wishes()})


def arrive_inside() -> None:
    """On Inside, before its widgets: show what a way led to, if one did."""
    place: Place | None = st.session_state.pop(_WAY, None)
    if place is None:
        return
    st.session_state[PANEL] = place.section
    for name, value in ((ROW, place.row), (UNIT, place.unit)):
        if value is not None:
            st.session_state[name] = value
    if place.row is not None:
        st.session_state[ROW_ASKED] = True
    if place.layer is not None:
        st.session_state[LAYER] = place.layer - 1


def arrive_in_lesson() -> None:
    """On Learn, before its widgets: show the section that a way led to, if one did."""
    for name, value in st.session_state.pop(_WITHIN, {}).items():
        st.session_state[name] = value
    place: Place | None = st.session_state.pop(_WAY, None)
    if place is not None:
        st.session_state[SECTION] = place.section
        st.session_state[_AT] = place


def take_place(rows: int, units: tuple[int, ...]) -> Place | None:
    """The row, layer and unit that a way or the lesson's address names; once, then the choice counts.

    Args:
        rows, units: of the reading; a number that it does not have is left out.
    """
    place: Place | None = st.session_state.pop(_AT, None)
    if place is None:
        row, layer, unit = (_number(st.query_params.pop(name, "")) for name in (ROW, LAYER, UNIT))
        place = Place("", row, layer, unit)
    layer = _within(place.layer, len(units))
    row, unit = _within(place.row, rows), _within(place.unit, units[(layer or 1) - 1])
    return None if row is layer is unit is None else Place(place.section, row, layer, unit)


def _way(page: str, icon: str, label: str, place: Place) -> None:
    if st.button(label, icon=icon, type="tertiary", key=f"way-{place.section}"):
        go(page, place)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _within(number: int | None, most: int) -> int | None:
    return number if number is not None and 1 <= number <= most else None
