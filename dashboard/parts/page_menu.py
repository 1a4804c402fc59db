"""The menu of the pages on a phone, where it lies over the page that was chosen in it."""

from __future__ import annotations

from dashboard.parts.component import component


def close_page_menu() -> None:
    """Let the menu close when a page was chosen."""
    component(__file__, "page_menu")(key="page-menu", height=0)
