"""A place in the page that is empty at once when something else is to be shown in it.

Streamlit keeps what an earlier run showed until the run that replaces it has ended: a slow panel would stand
under its new heading with the old panel's numbers. Here two places stand one after the other, and each change
moves to the other one while the first is emptied. As long as the same is shown nothing moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def fresh_place(name: str, shown: str) -> DeltaGenerator:
    """A container; with another ``shown`` than the last time it holds nothing of what was there before.

    Args:
        name: of the place, one on its page.
        shown: what stands in it now.
    """
    key = f"fresh-place-{name}"
    before: tuple[str, int] = st.session_state.get(key, (shown, 0))
    side = before[1] if before[0] == shown else 1 - before[1]
    st.session_state[key] = (shown, side)
    places = [st.container() if at == side else st.empty() for at in range(2)]
    return places[side]
