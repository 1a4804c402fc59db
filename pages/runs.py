"""Every run: find, note, rename, delete, draw with one, compare several."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import errors_shown
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.runs.bring_in import show_bring_in
from dashboard.runs.chosen_runs import show_chosen
from dashboard.runs.entry import entries
from dashboard.runs.filters import filtered
from dashboard.runs.run_card import show_entry
from dashboard.runs.run_list import hidden_choice, show_table
from dashboard.runs.unreadable_runs import show_unreadable_runs
from dashboard.session import direct_link

direct_link.ensure_navigation()
use_stylesheet("train/train.css")
st.title("Runs", anchor=False)
with errors_shown():
    found, shown = entries(), ""
    show_unreadable_runs()
    if listed := filtered(found):
        st.caption(
            "Click a run, or go to it with the arrow keys. Tick boxes, or press Shift and the space bar, to "
            "choose several. A click on the head of a column sorts."
        )
        choice = show_table(listed, found)
        show_chosen(choice.chosen, choice.hidden)
        if choice.shown:
            show_entry(choice.shown)
            shown = choice.shown.id
    elif found:
        st.info("No run is like that. Archived runs are shown with the switch above, if there are any.")
        hidden = hidden_choice(found)
        show_chosen(hidden.chosen, hidden.hidden)
    else:
        st.info("Nothing has been trained on this machine yet. A small network takes only seconds.")
        st.page_link("pages/train.py", label="Train your first network", icon=":material/model_training:")
    show_bring_in(shown)
