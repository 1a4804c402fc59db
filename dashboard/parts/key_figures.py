"""A line of named figures, such as speed and time left, that wraps on a narrow page."""

from __future__ import annotations

from html import escape

import streamlit as st


def show_key_figures(*figures: tuple[str, str]) -> None:
    """Show each name above its value."""
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    st.html(f'<dl class="figures">{pairs}</dl>')
