"""What to do with the network of a run: draw with it, look inside, compare it."""

from __future__ import annotations

import streamlit as st

from dashboard.session import networks, state
from lstm_core.errors import LstmError

_NO_WEIGHTS = "It has no weights that can be read"
_NOT_PLAIN = (
    "Inside shows plain stacks of LSTM layers that read from the top down, and this is another network"
)

_PANEL, _COMPARE = "section", "compare"
"""Keys of the choices on the Inside page, and their names in its address."""


def next_steps(run_id: str, *, key: str, why_not: str = "") -> None:
    """Three buttons that choose the run's network and open the page.

    Args:
        run_id: of the run.
        key: begins the keys of the buttons.
        why_not: why there is nothing to be done with it yet, or nothing.
    """
    unreadable = why_not or _why_unreadable(run_id)
    hidden = unreadable or _why_not_inside(run_id)
    if st.button(
        "Draw with it",
        icon=":material/draw:",
        key=f"{key}-draw",
        disabled=bool(unreadable),
        help=unreadable or "Let this network read what you draw",
    ):
        state.choose_network(run_id)
        st.switch_page("pages/draw.py")
    if st.button(
        "Look inside",
        icon=":material/visibility:",
        key=f"{key}-inside",
        disabled=bool(hidden),
        help=hidden or "Every gate and state of this network while it reads your digit",
    ):
        state.choose_network(run_id)
        st.switch_page("pages/inside.py")
    if st.button(
        "Compare with …",
        icon=":material/compare_arrows:",
        key=f"{key}-compare",
        disabled=bool(hidden),
        help=hidden or "Your digit read by this network and by another one, side by side",
    ):
        state.choose_network(run_id)
        st.session_state[_PANEL], st.session_state[_COMPARE] = "two at once", "Two networks"
        st.switch_page("pages/inside.py", query_params={_PANEL: "two at once", _COMPARE: "Two networks"})


def _why_unreadable(run_id: str) -> str:
    try:
        networks.network(run_id).load()
    except LstmError:
        return _NO_WEIGHTS
    return ""


def _why_not_inside(run_id: str) -> str:
    return "" if networks.network(run_id).load().is_plain else _NOT_PLAIN
