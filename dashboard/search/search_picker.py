"""The head of the page: which search is shown, the others, and a new one."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import quantities
from dashboard.search.opened import folders, open_search

_CHOICE = "search-choice"


def show_picker(shown: str) -> None:
    """The title, and ways to the other searches.

    Args:
        shown: the search that is open; empty for the form.
    """
    names = folders().names()
    with st.container(horizontal=True, vertical_alignment="center", key="search-title"):
        st.title(quantities.plain(shown) if shown else "Search for good settings", anchor=False)
        others = [name for name in names if name != shown]
        if others:
            st.session_state[_CHOICE] = None
            st.selectbox(
                "Open a search",
                others,
                index=None,
                key=_CHOICE,
                placeholder="Open another search" if shown else "Open a search",
                label_visibility="collapsed",
                on_change=lambda: open_search(st.session_state[_CHOICE] or ""),
                width=240,
            )
        if shown:
            st.button("New search", icon=":material/add:", key="search-new", on_click=open_search, args=("",))
    if not shown:
        st.markdown(
            "Choose which settings to vary. Each trial trains a network with other values and is a run like "
            "any other; the best one is trained again with fresh seeds before it is called best."
        )
