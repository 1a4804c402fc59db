"""Changes of the collection by a button, made before the page runs; what goes wrong is said when it does."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.parts.messages import show_error
from lstm_core.errors import LstmError

_PROBLEM = "hand-problem"


def act(change: Callable[..., object], *arguments: object) -> None:
    """For ``on_click``: do it; an error is kept for `show_problem`, since a callback cannot show it."""
    try:
        change(*arguments)
    except LstmError as error:
        st.session_state[_PROBLEM] = str(error)


def show_problem() -> None:
    """Say once what went wrong."""
    if problem := st.session_state.pop(_PROBLEM, ""):
        show_error(problem)
