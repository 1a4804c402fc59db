"""The style sheets beside this file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def wear(name: str) -> None:
    """Put the style sheet ``name`` on the page."""
    st.html(Path(__file__).with_name(name))
