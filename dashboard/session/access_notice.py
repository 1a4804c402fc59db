"""Who else can use the server, said on every page where it is not this machine alone."""

from __future__ import annotations

import streamlit as st

from dashboard.session.access import access

_READ = "access-read"


def show_access() -> None:
    """A line above the page until the person has read it; nothing where only this machine is answered."""
    if not access().shared:
        return
    place = st.empty()  # stays when it is read, so that nothing below is made anew
    if st.session_state.get(_READ):
        return
    with place.container(horizontal=True, vertical_alignment="center", gap="small", key="access"):
        st.caption(
            ":material/lan: This dashboard is open to your network: anyone who can reach this address can "
            "start, change and delete runs.",
            width="content",
        )
        st.button("Close", icon=":material/close:", type="tertiary", key="access-close", on_click=_read)


def _read() -> None:
    st.session_state[_READ] = True
