"""Draw a digit and watch the network read it, row by row."""

from __future__ import annotations

from functools import cache

import streamlit as st

from dashboard.draw import reading
from dashboard.draw.sources import SOURCES
from dashboard.draw.unfamiliar import looks_unfamiliar
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import drawing_link, state
from dashboard.session.network_choice import choose_network, reading_network
from dashboard.session.sheet import current_sheet
from dashboard.session.tour import start_button


@st.fragment
@errors_shown()
def digit_and_reading() -> None:
    """The digit, however it comes, and its reading beside and below it: what reruns after a stroke."""
    chosen = cache(reading_network)  # asked for once the canvas is there
    source = st.segmented_control(
        "Where the digit comes from",
        list(SOURCES),
        default="Draw",
        required=True,
        key=state.SOURCE,
        persist_state="session",
        label_visibility="collapsed",
    )
    desk = st.container(horizontal=True, key="desk")
    with desk, st.container(width=280, key="bring"):
        image = SOURCES[source](lambda: chosen()[1])
    network, weights = chosen()
    if image is None:
        with desk:
            reading.show_invitation(source, weights.rows, weights.columns)
        drawing_link.take_out_of_address()
        return
    from lstm_core.reading.trace import read
    from lstm_core.reading.verdict import verdict

    trace = read(weights, image)
    unfamiliar = looks_unfamiliar(network, trace)
    with desk:
        found = verdict(trace.probabilities, image)
        reading.show_reading(image, trace, found, caution=network.caution, unfamiliar=unfamiliar)
    state.remember_image(image, drawn=source == "Draw" and bool(current_sheet().strokes))
    drawing_link.keep_in_address()


use_stylesheet("draw/draw.css")
with st.container(horizontal=True, key="head"):
    with st.container(key="title"):
        st.title("Draw a digit, watch it being read", anchor=False)
        start_button("tour-start")
    aside = st.container(key="network", width=360)
digit_and_reading()
with aside, errors_shown():
    choose_network()
start_button("tour-start-below")
