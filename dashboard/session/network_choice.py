"""Which network reads: the one that ships, or one that was trained here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_warning
from dashboard.session import networks, state
from dashboard.session.networks import Network
from lstm_core.errors import LstmError

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights


def reading_network() -> tuple[Network, LstmWeights]:
    """The chosen network and its weights; if it cannot be read, the one that ships, and a note on it."""
    try:
        network = networks.network(state.network())
        return network, network.load()
    except LstmError as error:
        if not state.network():
            raise
        state.choose_network("", f"{error} The network that ships with Row by Row reads instead.")
        st.rerun(scope="app")


def choose_network() -> None:
    """The choice, if there is one. Lists the runs, so it comes after what must be there at once."""
    offered = networks.networks()
    if note := state.network_note():
        show_warning(note)
    if len(offered) == 1:
        st.caption(f"Read by the network that ships with Row by Row  \n{offered[''].about}")
        return
    chosen = st.selectbox(
        "Network",
        list(offered),
        index=list(offered).index(state.network()) if state.network() in offered else 0,
        format_func=lambda key: offered[key].label,
        help="The network that reads: the one that ships, or one you trained.",
    )
    st.caption(offered[chosen].about)
    if chosen != state.network():
        state.choose_network(chosen)
        st.rerun()
