"""Parameters of the page's address that only the browser writes.

Through `st.query_params` every change would be a step of the browser's Back button.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.parts.component import component


def keep_in_address(parameters: Mapping[str, str], *, key: str) -> None:
    """Have the browser keep ``parameters`` in the address while the page is open, but for empty ones."""
    component(__file__, "address_parameters")(data={"parameters": dict(parameters)}, key=key, height=0)
