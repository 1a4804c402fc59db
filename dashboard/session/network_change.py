"""Which network reads, said where a person arrives who chose it on a page that shows no reading."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts.quantities import plain
from dashboard.session import networks, state
from lstm_core.errors import LstmError

_ANY_NETWORK, _PLAIN_ONLY = ("", "hand"), ("inside", "learn")
"""Addresses of the pages that read with any network, and with plain stacks of LSTM layers only."""

MOST_LETTERS = 40
"""Of a network's name."""


def show_network_change(page: str) -> None:
    """A line that says which network reads now, with the way back to the one before; usually nothing.

    Args:
        page: its address, without a slash.
    """
    before = state.network_before()
    if before is None or page not in (*_ANY_NETWORK, *_PLAIN_ONLY):
        return
    if state.network() == networks.SMALL and page in _PLAIN_ONLY:
        return  # the page says beside the digit that it reads, and has the way back there
    try:
        network = networks.network(state.network())
        if page in _PLAIN_ONLY and not network.load().is_plain:
            return  # the page says that it shows another network
    except LstmError:
        return  # the page says so
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="network-change"):
        st.html(
            f'<p role="status">Now reading with <b>{escape(_short(network.label))}</b>.</p>', width="content"
        )
        if label := _label(before):
            st.button(
                f"Back to {plain(label)}",
                icon=":material/undo:",
                type="tertiary",
                key="network-back",
                on_click=state.choose_network,
                args=(before,),
            )
        st.button(
            "Close",
            icon=":material/close:",
            type="tertiary",
            key="network-change-close",
            help="Hide this line and go on with this network",
            on_click=state.forget_network_before,
        )


def _label(key: str) -> str:
    """What the network under ``key`` is called within a sentence; nothing when it is gone."""
    if not key:
        return "the network that comes with Row by Row"
    try:
        return f"“{_short(networks.network(key).label)}”"
    except LstmError:
        return ""


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1].rstrip()}…"
