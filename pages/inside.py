"""Look inside the network while it reads the digit drawn last: gates, states, arithmetic, what if."""

from __future__ import annotations

import streamlit as st

from dashboard.inside import panels
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import direct_link, drawing_link

direct_link.ensure_navigation()
use_stylesheet("lesson/lesson.css")
use_stylesheet("inside/inside.css")
st.title("Inside the network", anchor=False)
with errors_shown():
    panel = panels.choose_panel()
    st.header(panels.title_of(panel), anchor=False)
    panels.show_panel(panel)
drawing_link.keep_in_address()
