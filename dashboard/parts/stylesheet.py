"""The style sheets of the pages, each in the folder of its page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_DASHBOARD = Path(__file__).parents[1]


def use_stylesheet(name: str) -> None:
    """Put the style sheet ``name``, such as ``draw/draw.css``, on the page."""
    st.html(_DASHBOARD / name)
