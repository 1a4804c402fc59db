"""A lesson that runs: from a recurrent network to many layers of LSTM, on the digit drawn last."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson import sections
from dashboard.parts.fresh_place import fresh_place
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import direct_link, drawing_link

direct_link.ensure_navigation()
use_stylesheet("lesson/lesson.css")
st.title("Learn how a network remembers", anchor=False)
with errors_shown():
    chosen = sections.choose_section()
    sections.show_heading(chosen)
    with fresh_place("section", chosen.name):
        chosen.show()
    sections.show_neighbours(chosen)
drawing_link.keep_in_address()
