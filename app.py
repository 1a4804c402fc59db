"""The dashboard: `streamlit run app.py`.

Streamlit comes here twice: when the server starts, for ``app``, and for every visitor, for the pages.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.parts.page_menu import close_page_menu
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import drawing_link
from dashboard.session.access_check import access_check
from dashboard.session.access_notice import show_access
from dashboard.warm_up import warm_up

app = st.App(__file__, lifespan=warm_up, middleware=[access_check()])

if get_script_run_ctx(suppress_warning=True):
    st.set_page_config(
        page_title="Row by Row", page_icon=Path(__file__).parent / "dashboard" / "icon.svg", layout="wide"
    )
    page = st.navigation(
        [
            st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
            st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
            st.Page("pages/runs.py", title="Runs", icon=":material/history:"),
            st.Page("pages/inside.py", title="Inside", icon=":material/visibility:"),
            st.Page("pages/learn.py", title="Learn", icon=":material/school:"),
            st.Page("pages/evidence.py", title="Evidence", icon=":material/fact_check:"),
        ],
        position="top",
    )
    use_stylesheet("parts/page.css")
    show_access()
    drawing_link.take_from_address()
    drawing_link.show_problem()
    page.run()
    close_page_menu()
