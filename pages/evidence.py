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
    "What the authors published, beside what their networks reach here, trained anew with several seeds. "
    "Every reproduced number comes from a command that stands at the end of this page."
)
with errors_shown():
    found = results()
    st.header("Test accuracy", anchor=False)
    tables.show_accuracies(found)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Memory for 10,000 images at once", anchor=False)
        tables.show_memory(found)
    with right:
        st.header("Shared against separate weights", anchor=False)
        tables.show_sharing(found)
    st.header("Make it again", anchor=False)
    tables.show_origin(found)
