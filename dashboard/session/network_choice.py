"""Which network reads: one that ships, or one that was trained here."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_warning
from dashboard.session import networks, services, state
from dashboard.session.networks import Network
from dashboard.session.ways import LAYER, ROW, ROW_ASKED, UNIT
from lstm_core.data.info import thing_of
from lstm_core.errors import LstmError

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights

_LEFT_AT = "small-network-left-at"
"""Row, layer and unit of Inside when the small network began to read."""


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


def thing_read() -> str:
    """What the chosen network reads, in a word; opens no weights."""
    if state.network() in ("", networks.SMALL):
        return "digit"
    with contextlib.suppress(LstmError):
        identity, _, settings = services.store().summary(state.network()).parts
        return thing_of(identity.origin.class_names) if identity.origin else settings.info.thing
    return "digit"


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
    """A button that lets the small network read, or, while it reads, brings back the one before it."""
    small = networks.small()
    if state.network() == networks.SMALL:
        before = state.network_before()
        st.button(
            "Back to the network before" if before else "Back to the large network",
            icon=":material/zoom_out:",
            on_click=_leave_small,
            key="offer-small-network",
        )
        return
    st.button(
        small.label,
        icon=":material/zoom_in:",
        help=f"{small.about}. Its 12 units fit on one screen. It reads on every page until you go back.",
        on_click=_read_small,
        key="offer-small-network",
    )


def _read_small() -> None:
    """The small network reads; the row, layer and unit that Inside looks at are kept for the way back."""
    left_at = {name: st.session_state[name] for name in (ROW, LAYER, UNIT) if name in st.session_state}
    st.session_state[_LEFT_AT] = left_at
    state.change_network(networks.SMALL)
    if left_at.get(UNIT) is not None:
        st.session_state[UNIT] = None  # a number that the small network may not have


def _leave_small() -> None:
    state.choose_network(state.network_before() or "")
    for name, value in st.session_state.pop(_LEFT_AT, {}).items():
        st.session_state[name] = value
        st.session_state[ROW_ASKED] = True
