"""Section of the lesson: many-to-many regression."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import errors_shown


@st.fragment
@errors_shown()
def regression() -> None:
    """A number for every step: sine in, cosine out, trained while one looks on."""
    from dashboard.lesson.waves_demo import waves_demo

    waves_demo()
