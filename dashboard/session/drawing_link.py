"""The drawing in the address of a page, so that a reload or a link that was sent loses nothing.

The session reads the address once, when it begins; from then on it knows better. What is drawn later comes
into the address in the browser alone.
"""

from __future__ import annotations

import streamlit as st

from dashboard.parts import address_parameters
from dashboard.parts.messages import show_error
from dashboard.session import state
from dashboard.session.sheet import current_sheet
from lstm_core.errors import ImageRejected, InvalidValue

DRAWING = "drawing"
"""In the address."""

_TAKEN = "drawing-link-taken"
_PROBLEM = "drawing-link-problem"


def take_from_address() -> None:
    """Put the drawing of the address, if there is one, on the session's sheet; once a session."""
    if st.session_state.get(_TAKEN):
        return
    st.session_state[_TAKEN] = True
    text = st.query_params.get(DRAWING, "")
    if not text:
        return
    from lstm_core.drawing.link_text import drawing_of_text

    try:
        found = drawing_of_text(text)
    except InvalidValue as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if isinstance(found, dict):
        current_sheet().strokes = found["objects"]
    else:
        state.remember_linked_image(found)


def show_problem() -> None:
    """Say once why the drawing of the link could not be used."""
    if problem := st.session_state.pop(_PROBLEM, ""):
        show_error(f"The drawing in this link could not be used: {problem}. Draw a digit instead.")


def keep_in_address() -> None:
    """Have the browser write the digit that was read last, if there is one, into the address of the page."""
    address_parameters.keep_in_address({DRAWING: _text()}, key="drawing-link")


def take_out_of_address() -> None:
    """Have the browser write an address without a drawing: the sheet is blank."""
    address_parameters.keep_in_address({DRAWING: ""}, key="drawing-link")


def _text() -> str:
    """The digit that was read last; nothing while there is none, or when it is too large for a link."""
    from lstm_core.drawing.link_text import text_of_image, text_of_strokes

    image, strokes = state.last_image(), current_sheet().strokes
    try:
        if strokes and (image is None or state.last_image_was_drawn()):
            return text_of_strokes({"objects": strokes})
        return "" if image is None else text_of_image(image)
    except ImageRejected:
        return ""
