"""Which panel of the Inside page is open, and how a panel opens another one."""

from __future__ import annotations

import streamlit as st

from dashboard.session.ways import PANEL


def button_to_panel(name: str, label: str, *, icon: str) -> None:
    """A button inside a panel that opens the panel ``name``."""
    if st.button(label, icon=icon, on_click=_open, args=(name,), key=f"inside-to-{name}"):
        st.rerun()


def _open(name: str) -> None:
    st.session_state[PANEL] = name
