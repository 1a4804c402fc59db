"""Look inside the network while it reads the digit drawn last: gates, states, arithmetic, what if."""

from __future__ import annotations

import streamlit as st

from dashboard import front_door
from dashboard.inside import contents
from dashboard.messages import errors_shown
from dashboard.stylesheet import wear

front_door.enter()
wear("learn.css")
wear("inside.css")
st.title("Inside the network", anchor=False)
with errors_shown():
    panel = contents.choose()
    st.header(panel.title, anchor=False)
    contents.show(panel)
