"""What a person should know of their collection: what it is for while it is empty, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.hand.drawings import own_drawings
from dashboard.parts.messages import show_warning
from dashboard.session import services
from lstm_core.data.info import thing_of


def show_notices(names: Sequence[str]) -> None:
    """Two sentences while there are no drawings; besides, drawings and lines that are not shown here.

    Args:
        names: of the chosen network's classes.
    """
    found = own_drawings(names)
    thing = thing_of(names)
    one = "them" if thing == "class" else f"a {thing}"
    st.markdown(
        f"Nobody writes {one} quite as you do. Keep drawings of your own here, and teach a network to read "
        "your hand."
    )
    if found.others:
        other = "1 more drawing shows" if found.others == 1 else f"{found.others:,} more drawings show"
        st.caption(f":material/info: {other} a class that this network does not know.")
    if found.unreadable:
        line = "1 line" if found.unreadable == 1 else f"{found.unreadable:,} lines"
        show_warning(
            f"{line} of {services.own_hand().path} cannot be read. They stay where they are, and all other "
            "drawings are here."
        )
