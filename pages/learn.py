"""A lesson that runs: from a recurrent network to many layers of LSTM, on the digit drawn last."""

from __future__ import annotations

import streamlit as st

from dashboard import front_door
from dashboard.lesson import contents
from dashboard.messages import errors_shown
from dashboard.stylesheet import wear

front_door.enter()
wear("learn.css")
st.title("Learn how a network remembers", anchor=False)
with errors_shown():
    chosen = contents.choose()
    contents.show_heading(chosen)
    chosen.show()
    contents.show_neighbours(chosen)
