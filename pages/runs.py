"""Every run: compare, rename, delete, draw with one."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.runs import run_list
from dashboard.runs.unreadable_runs import show_unreadable_runs
from dashboard.session import direct_link

direct_link.ensure_navigation()
use_stylesheet("train/train.css")
st.title("Runs", anchor=False)
with errors_shown():
    found = run_list.entries()
    show_unreadable_runs()
    if found:
        st.caption("Click a run, or go to it with the arrow keys. A click on the head of a column sorts.")
        if chosen := run_list.show_table(found):
            run_list.show_entry(chosen)
    else:
        st.info("Nothing has been trained on this machine yet. A small network takes only seconds.")
        st.page_link("pages/train.py", label="Train your first network", icon=":material/model_training:")
