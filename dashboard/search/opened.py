"""Which search the page shows: as the address says, or the form for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_warning
from dashboard.session import link_wishes, services
from lstm_core.errors import SearchError
from lstm_core.search.folder import SearchFolder, SearchFolders

if TYPE_CHECKING:
    import optuna

STUDY = "study"
"""In the address: the name of the search."""

_OPENED = "search-opened"


def folders() -> SearchFolders:
    """All searches of this server's home."""
    return SearchFolders(services.store().root)


def open_search(name: str) -> None:
    """Show a search from now on; an empty name shows the form."""
    st.session_state[_OPENED] = name


def opened() -> SearchFolder | None:
    """The search to show, or None for the form.

    When the page is opened the address decides; one that says nothing leads to the search that goes on now,
    so that a refresh or another tab finds it again.
    """
    if _OPENED not in st.session_state:
        open_search(st.query_params.get(STUDY, "") or _going_on())
    name = st.session_state[_OPENED]
    found = None
    if name:
        try:
            found = folders().get(name)
        except SearchError as error:
            open_search("")
            show_warning(error)
    _say_in_address(found.name if found else "")
    return found


def _going_on() -> str:
    there = folders()
    return next((name for name in there.names() if there.get(name).is_worked_on), "")


def _say_in_address(name: str) -> None:
    wanted = {**({STUDY: name} if name else {}), **link_wishes.wishes()}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def study(folder: SearchFolder) -> optuna.Study:
    """The study of a search, opened once for all sessions. Raises what `open_study` raises."""
    return _study(str(folder.root), folder.name, folder.plan.created)


@st.cache_resource(show_spinner=False, max_entries=4)
def _study(root: str, name: str, created: float) -> optuna.Study:
    from lstm_core.search.study import open_study

    folder = folders().get(name)
    return open_study(folder, folder.plan)
