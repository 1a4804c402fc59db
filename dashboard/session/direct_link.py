"""A link straight to a page of a server that was just started.

Streamlit takes a folder named `pages` for its older kind of app, whose files it runs by themselves, until
`st.navigation` was called once in the process. Who follows a link to another page than the first before
anybody opened the first would get that page without `app.py`: no navigation, no page config.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def ensure_navigation() -> None:
    """Start over through `app.py` if the page was run by itself; for every page but the first."""
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
