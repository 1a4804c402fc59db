"""The last section: the words that the pages mark, in one list."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.glossary import word_list


@st.fragment
def words() -> None:
    """Every word of the glossary with its sentence."""
    st.markdown(
        "Where a page underlines one of these words with dots, point at it or touch it to read its sentence."
    )
    st.html(word_list())
