"""From a drawing of the collection to the Draw page, where it is read row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from dashboard.session import state
from dashboard.session.sheet import SIZE, current_sheet
from dashboard.session.ways import go

if TYPE_CHECKING:
    from lstm_core.data.hand.kept_drawing import KeptDrawing


def open_on_draw(kept: KeptDrawing) -> NoReturn:
    """Lay the drawing on the sheet of Draw, and leave for that page."""
    current_sheet().lay_out(kept.drawing.on_canvas(SIZE))
    st.session_state[state.SOURCE] = "Draw"
    go("pages/draw.py")
