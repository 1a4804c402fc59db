"""Your hand: drawings of one's own, how well a network reads them, and teaching it."""

from __future__ import annotations

import streamlit as st

from dashboard.hand import accuracy, files, kept, teach, write
from dashboard.hand.notices import show_notices
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import direct_link, state
from dashboard.session.network_choice import choose_network, reading_network

direct_link.ensure_navigation()
use_stylesheet("draw/draw.css")
use_stylesheet("train/train.css")
use_stylesheet("hand/hand.css")
with st.container(horizontal=True, key="head"):
    with st.container(key="title"):
        st.title("Your hand", anchor=False)
    aside = st.container(key="network", width=360)
with errors_shown():
    _, weights = reading_network()
    show_notices(weights.names)
    writing, reading = st.columns([5, 8], gap="large")
    with writing, st.container(key="hand-write"):
        st.header("Write", anchor=False)
        write.show_write(weights.names)
        st.header("Your drawings", anchor=False)
        kept.show_kept(weights)
        files.show_files()
    with reading:
        st.header("How well it reads your hand", anchor=False)
        accuracy.show_accuracy(weights, taught=teach.is_taught(state.network()))
        st.header("Teach it your hand", anchor=False)
        teach.show_teach(weights)
with aside, errors_shown():
    choose_network()
