"""Runs beside each other: what differs, and whether it made a difference."""

from __future__ import annotations

import streamlit as st

from dashboard.compare.choose_runs import choose_runs
from dashboard.compare.comparison import comparison_of
from dashboard.compare.confusion_view import show_confusion
from dashboard.compare.curves_view import show_by_rows, show_curves
from dashboard.compare.paired import show_paired
from dashboard.compare.repeat_seeds import show_repeat
from dashboard.compare.same_digit import show_same_digit
from dashboard.compare.settings_table import show_settings
from dashboard.parts.messages import errors_shown, show_warning
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.parts.viewport import narrow
from dashboard.session import compared, direct_link, drawing_link, services

direct_link.ensure_navigation()
use_stylesheet("train/train.css")
use_stylesheet("compare/compare.css")
st.title("Compare runs", anchor=False)
compared.take_from_address()
narrow()
with errors_shown():
    found = comparison_of(choose_runs())
    compared.put_into_address()
    if more := compared.left_out():
        show_warning(f"At most {compared.MOST_RUNS} runs are compared at once; {more} more were asked for.")
    for problem in found.problems:
        show_warning(problem)
    if not found.runs:
        if services.store().list():
            st.info("Choose runs above, or tick them on the Runs page, to see what made the difference.")
            st.page_link("pages/runs.py", label="Choose on the Runs page", icon=":material/history:")
        else:
            st.info(
                "Nothing was trained here yet. Train two networks that differ in one setting, then compare "
                "them here."
            )
        st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
    else:
        st.header("What differs", anchor=False)
        if len(found.runs) == 1:
            st.caption("Choose a second run to see what differs, or repeat this one over several seeds.")
        show_settings(found)
        show_repeat(found)
        st.header("Learning curves", anchor=False)
        show_curves(found)
        st.header("Accuracy by rows read", anchor=False)
        show_by_rows(found)
        if len(found.runs) > 1:
            st.header("The same test images", anchor=False)
            show_paired(found)
            st.header("Which mistakes differ", anchor=False)
            show_confusion(found)
        st.header("The same digit, row by row", anchor=False)
        show_same_digit(found)
drawing_link.keep_in_address()
