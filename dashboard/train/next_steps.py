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
    about = "Let this network read what you draw"
    if _button("Draw with it", "draw", f"{key}-draw", about, unreadable):
        state.choose_network(run_id)
        st.switch_page("pages/draw.py")
    about = "Every gate and state of this network while it reads your digit"
    if _button("Look inside", "visibility", f"{key}-inside", about, hidden):
        state.choose_network(run_id)
        st.switch_page("pages/inside.py")
    about = "Your digit read by this network and by another one, side by side"
    if _button("Compare with …", "compare_arrows", f"{key}-compare", about, hidden):
        state.choose_network(run_id)
        st.session_state[_PANEL], st.session_state[_COMPARE] = "two at once", "Two networks"
        st.switch_page("pages/inside.py", query_params={_PANEL: "two at once", _COMPARE: "Two networks"})


def _button(label: str, icon: str, key: str, about: str, why_not: str) -> bool:
    """A button that cannot be pressed while there is a reason ``why_not``, which it then tells."""
    return st.button(label, icon=f":material/{icon}:", key=key, disabled=bool(why_not), help=why_not or about)


def _why_unreadable(run_id: str) -> str:
    try:
        networks.network(run_id).load()
    except LstmError:
        return _NO_WEIGHTS
    return ""


def _why_not_inside(run_id: str) -> str:
    return "" if networks.network(run_id).load().is_plain else _NOT_PLAIN
