"""What happens in the browser when a person comes to another page."""

from __future__ import annotations

from dashboard.parts.component import component


def begin_page(page: str) -> None:
    """Begin a page at its top.

    The menu of a phone, which lies over the pages, closes for it, and what the page writes into its address
    by itself is no step of the Back button.

    Args:
        page: its address, without a slash.
    """
    component(__file__, "page_change")(data={"page": page}, key="page-change", height=0)
