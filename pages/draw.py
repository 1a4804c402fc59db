"""Draw a digit and watch the network read it, row by row."""

from __future__ import annotations

from functools import cache

import streamlit as st

from dashboard.draw import reading
from dashboard.draw.brought import read_all, which_digit
from dashboard.draw.keep import show_keep
from dashboard.draw.onward import show_ways_inside
from dashboard.draw.sources import SOURCES
from dashboard.draw.unfamiliar import looks_unfamiliar
from dashboard.parts import guess
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import drawing_link, state
from dashboard.session.current_reading import reading_fingerprint
from dashboard.session.hidden import hidden
from dashboard.session.network_choice import choose_network, reading_network, thing_read
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
    bring = desk.container(width=280, key="bring")
    with bring:
        brought = SOURCES[source](lambda: chosen()[1])
    network, weights = chosen()
    if not brought:
        with desk:
            reading.show_invitation(source, weights.rows, weights.columns, weights.class_names)
        drawing_link.take_out_of_address()
        return
    readings = read_all(weights, brought)
    numbers = [each.verdict.called(each.verdict.label) for each in readings]
    with bring:
        shown = readings[which_digit(numbers)]
    drawn = source == "Draw" and bool(current_sheet().strokes)
    unfamiliar = looks_unfamiliar(network, shown.trace, shown.image)
    with desk:
        reading.show_reading(shown, numbers, caution=network.caution, unfamiliar=unfamiliar)
        with st.container(horizontal=True, horizontal_alignment="distribute", key="onward"):
            if drawn and "hand" not in hidden():
                show_keep(shown.verdict, weights.names, alone=len(readings) == 1)
            if weights.is_plain:
                show_ways_inside(shown.trace.probabilities, shown.image, shown.verdict)
    state.remember_image(shown.image, drawn=drawn)
    guess.tell(guess.SETTLED, reading_fingerprint(shown.image, weights))
    drawing_link.keep_in_address()


use_stylesheet("draw/draw.css")
with st.container(horizontal=True, key="head"):
    with st.container(key="title"):
        thing = thing_read()
        st.title(f"Draw {'one' if thing == 'class' else f'a {thing}'}, watch it being read", anchor=False)
        start_button("tour-start")
    aside = st.container(key="network", width=360)
digit_and_reading()
with aside, errors_shown():
    choose_network()
start_button("tour-start-below")
