"""What happens in the browser when a person comes to another page."""

from __future__ import annotations

from dashboard.parts.component import component


def begin_page(page: str) -> None:
    """Begin a page at its top, and let the menu of a phone, which lies over the pages, close for it.

    Args:
        page: its address, without a slash.
    """
    component(__file__, "page_menu")(data={"page": page}, key="page-menu", height=0)
