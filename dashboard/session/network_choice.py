"""Which network reads: one that ships, or one that was trained here."""

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
        state.choose_network("", f"{error} The network that comes with Row by Row is used instead.")
        st.rerun(scope="app")


def choose_network() -> None:
    """The choice of the network. Lists the runs, so it comes after what must be there at once."""
    offered = networks.networks()
    if note := state.network_note():
        show_warning(note)
    chosen = st.selectbox(
        "Network",
        list(offered),
        index=list(offered).index(state.network()) if state.network() in offered else 0,
        format_func=lambda key: offered[key].label,
        label_visibility="collapsed",
    )
    st.caption(offered[chosen].about)
    if chosen != state.network():
        state.choose_network(chosen)
        st.rerun()


def offer_small_network() -> None:
    """A button that lets the small network read, or, while it reads, brings back the one that ships."""
    reads = state.network() == networks.SMALL
    small = networks.small()
    st.button(
        "Back to the large network" if reads else small.label,
        icon=":material/zoom_out:" if reads else ":material/zoom_in:",
        help=f"{small.about}. Its 12 units fit on one screen.",
        on_click=state.choose_network,
        args=("" if reads else networks.SMALL,),
        key="offer-small-network",
    )
