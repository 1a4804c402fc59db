"""The row that every panel of the Inside page looks at."""

from __future__ import annotations

import streamlit as st

_ROW = "inside-row"


def choose(rows: int) -> None:
    """The slider for the row, counted from 1 as everywhere on the pages."""
    if st.session_state.get(_ROW, 1) > rows:
        st.session_state[_ROW] = rows
    st.slider(
        "Row",
        1,
        rows,
        value=rows,
        key=_ROW,
        persist_state="session",
        help="The row that has just been read. Click it and use the arrow keys to step through.",
    )


def cursor_row() -> int:
    """The row, counted from 0."""
    row: int = st.session_state[_ROW]
    return row - 1
