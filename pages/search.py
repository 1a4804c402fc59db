"""Search for good settings: trials over ranges of fields, and the best one trained again."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import errors_shown, show_warning
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.search.new_search import show_new_search
from dashboard.search.opened import opened
from dashboard.search.search_picker import show_picker
from dashboard.search.search_view import show_search
from dashboard.session import direct_link
from dashboard.train.train_button import warm_up
from lstm_core.search.available import MISSING, is_available

direct_link.ensure_navigation()
use_stylesheet("train/train.css")
use_stylesheet("search/search.css")
with errors_shown():
    if not is_available():
        st.title("Search", anchor=False)
        show_warning(MISSING)
    elif found := opened():
        show_picker(found.name)
        show_search(found)
    else:
        warm_up()
        show_picker("")
        show_new_search()
