"""Draw a digit and watch the network read it, row by row."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import reading, services, state
from dashboard.sources import SOURCES
from dashboard.viewport import narrow
from lstm_core.errors import LstmError


@st.fragment
def digit_and_reading() -> None:
    """What reruns after a stroke."""
    try:
        bring_and_read()
    except LstmError as error:
        st.error(str(error))


def bring_and_read() -> None:
    """The digit, however it comes, and its reading beside and below it."""
    source = st.segmented_control(
        "Where the digit comes from",
        list(SOURCES),
        default="Draw",
        required=True,
        key=state.SOURCE,
        persist_state="session",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, key="desk"):
        bring = st.container(width=280, key="bring")
        seen = st.container(width=280, key="seen")
        result = st.container(key="result")
    rows = st.container(key="rows")
    with bring:
        image = SOURCES[source](lambda: services.network(state.network()).load())
    network = services.network(state.network())
    weights = network.load()
    if image is None:
        with seen:
            reading.show_seen(None, weights.rows, weights.columns, settled=None)
        with result:
            reading.show_invitation(source)
        return
    from lstm_core.trace import read
    from lstm_core.verdict import verdict

    trace = read(weights, image)
    outcome = verdict(trace.probabilities)
    with result:
        reading.show_verdict(outcome, trace.probabilities[-1])
    with seen:
        reading.show_seen(image, weights.rows, weights.columns, outcome.settled_at_row)
    with rows:
        reading.show_rows(image, trace, outcome, every_row=network.every_row, narrow=narrow())
    state.remember_image(image)


def choose_network() -> None:
    """Lists the runs, so it comes after the canvas."""
    offered = services.networks()
    if state.network() not in offered:
        state.choose_network("")
        st.rerun()
    if len(offered) == 1:
        st.caption(f"Read by the network that ships with Row by Row  \n{offered[''].about}")
        return
    chosen = st.selectbox(
        "Network",
        list(offered),
        index=list(offered).index(state.network()),
        format_func=lambda key: offered[key].label,
        help="The network that reads: the one that ships, or one you trained.",
    )
    st.caption(offered[chosen].about)
    if chosen != state.network():
        state.choose_network(chosen)
        st.rerun()


st.html(Path(__file__).parent.parent / "dashboard" / "draw.css")
with st.container(horizontal=True, key="head"):
    st.title("Draw a digit, watch it being read", anchor=False)
    aside = st.container(key="network", width=360)
digit_and_reading()
with aside:
    choose_network()
