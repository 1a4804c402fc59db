"""What to do with the network of a run: draw with it, look inside, compare it."""

from __future__ import annotations

import streamlit as st

from dashboard.session import state
from dashboard.session.uses import why_not_inside, why_unreadable
from dashboard.session.ways import PANEL, go

_COMPARE = "compare"
"""Key of the choice on Inside of what is compared, and its name in the address."""


def next_steps(run_id: str, *, key: str, why_not: str = "") -> None:
    """Three buttons that choose the run's network and open the page.

    Args:
        run_id: of the run.
        key: begins the keys of the buttons.
        why_not: why there is nothing to be done with it yet, or nothing.
    """
    unreadable = why_not or why_unreadable(run_id)
    hidden = unreadable or why_not_inside(run_id)
    about = "Let this network read what you draw"
    if _button("Draw with it", "draw", f"{key}-draw", about, unreadable):
        state.change_network(run_id)
        go("pages/draw.py")
    about = "Every gate and state of this network while it reads your digit"
    if _button("Look inside", "visibility", f"{key}-inside", about, hidden):
        state.change_network(run_id)
        go("pages/inside.py")
    about = "Your digit read by this network and by another one, side by side"
    if _button("Read beside another", "compare_arrows", f"{key}-compare", about, hidden):
        state.change_network(run_id)
        st.session_state[PANEL], st.session_state[_COMPARE] = "two at once", "Two networks"
        go("pages/inside.py", None, **{PANEL: "two at once", _COMPARE: "Two networks"})


def _button(label: str, icon: str, key: str, about: str, why_not: str) -> bool:
    """A button that cannot be pressed while there is a reason ``why_not``, which it then tells."""
    return st.button(label, icon=f":material/{icon}:", key=key, disabled=bool(why_not), help=why_not or about)
