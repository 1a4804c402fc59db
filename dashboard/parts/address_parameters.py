"""Parameters of the page's address that only the browser writes.

Through `st.query_params` every change would be a step of the browser's Back button.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.parts.component import component


def keep_in_address(parameters: Mapping[str, str], *, key: str, every_page: bool = False) -> None:
    """Have the browser keep ``parameters``, but for empty ones, in the address and in links to other pages.

    Args:
        parameters: those of an empty value are taken out.
        key: of the component.
        every_page: whether all pages keep them, so that they can be written before the next page is there.
    """
    component(__file__, "address_parameters")(
        data={"parameters": dict(parameters), "everyPage": every_page}, key=key, height=0
    )
