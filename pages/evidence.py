"""Published against reproduced: what the tutorials state, and what their networks reach here."""

from __future__ import annotations

import streamlit as st

from dashboard.evidence import tables
from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import direct_link
from lstm_core.evidence.results import results

direct_link.ensure_navigation()
use_stylesheet("evidence/evidence.css")
st.title("Evidence", anchor=False)
st.markdown(
    "What the tutorials published, where they state it, and what the same settings reach here. Each line "
    "says over how many seeds. The commands at the end of this page reproduce our numbers."
)
with errors_shown():
    found = results()
    st.header("Test accuracy", anchor=False)
    tables.show_accuracies(found)
    st.header("Memory for 10,000 images at once", anchor=False)
    tables.show_memory(found)
    st.header("Experiments: one thing differs", anchor=False)
    st.markdown(
        "Each experiment trains networks that differ in one setting, with several seeds. A dot is a seed. "
        "Where the 95\N{NO-BREAK SPACE}% interval of the difference contains 0, the seeds do not "
        "show that one side is better."
    )
    tables.show_experiments(found)
    st.header("Reproduce it yourself", anchor=False)
    tables.show_origin(found)
