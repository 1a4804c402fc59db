"""The dashboard: `streamlit run app.py`.

Streamlit comes here twice: when the server starts, for ``app``, and for every visitor, for the pages.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.parts.page_change import begin_page
from dashboard.parts.stylesheet import use_stylesheet
from dashboard.session import drawing_link, hidden, link_wishes
from dashboard.session.access_check import access_check
from dashboard.session.access_notice import show_access
from dashboard.session.first_styles import first_styles
from dashboard.session.network_change import show_network_change
from dashboard.session.old_addresses import old_addresses
from dashboard.session.tour import show_tour
from dashboard.warm_up import warm_up


def _page(name: str, title: str, icon: str) -> st.Page:
    return st.Page(f"pages/{name}.py", title=title, icon=icon, visibility=hidden.visibility(name))


app = st.App(__file__, lifespan=warm_up, middleware=[access_check(), old_addresses(), first_styles()])

if get_script_run_ctx(suppress_warning=True):
    st.set_page_config(
        page_title="Row by Row", page_icon=Path(__file__).parent / "dashboard" / "icon.svg", layout="wide"
    )
    link_wishes.take_from_address()
    page = st.navigation(
        [
            st.Page("pages/draw.py", title="Draw", icon=":material/draw:", default=True),
            _page("hand", "Your hand", ":material/gesture:"),
            _page("train", "Train", ":material/model_training:"),
            _page("search", "Search", ":material/search:"),
            _page("runs", "Runs", ":material/history:"),
            _page("compare", "Compare", ":material/difference:"),
            _page("inside", "Inside", ":material/visibility:"),
            _page("learn", "Learn", ":material/school:"),
            _page("evidence", "Evidence", ":material/fact_check:"),
        ],
        position="top",
    )
    use_stylesheet("parts/page.css")
    hidden.hide_controls()
    link_wishes.keep_in_address()
    use_stylesheet("parts/glossary.css")
    show_access()
    # These places stay when they become empty, so that nothing below is made anew.
    with st.container(key="tour-place"):
        show_tour()
    with st.container(key="network-place"):
        show_network_change(page.url_path)
    drawing_link.take_from_address()
    drawing_link.show_problem()
    page.run()
    begin_page(page.url_path)
