"""Addresses as they once were lead to what they named.

A panel of Inside was ``?section=…``, as a section of Learn is. Streamlit takes a parameter out of the address
when its page is left for another one that has it too, so neither page could be come back to.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OLD = {"/inside": {"section": "panel"}}
"""Of pages, by the end of their path: what their parameters were called, and are called now."""


def old_addresses() -> Middleware:
    """For the ``middleware`` of ``st.App``: sends the browser from an old address to the one of today."""
    return Middleware(_OldAddresses)


def address_today(path: str, query: str) -> str | None:
    """The query that says today what ``query`` of the page at ``path`` says, or None if that is the same."""
    renamed = next((names for page, names in _OLD.items() if path.endswith(page)), {})
    found = parse_qsl(query, keep_blank_values=True)
    said = {name for name, _ in found}
    if not said & renamed.keys():
        return None
    # Where an address has both, the one of today counts.
    return urlencode(
        [(renamed.get(name, name), value) for name, value in found if renamed.get(name) not in said]
    )


class _OldAddresses:
    """Around everything; answers only a request for an old address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks for it."""
        today = None
        if scope["type"] == "http":
            today = address_today(scope["path"], scope["query_string"].decode("latin-1"))
        if today is None:
            await self.app(scope, receive, send)
        else:  # without a host and a path, so that what a proxy puts before the path stays
            await RedirectResponse(f"?{today}")(scope, receive, send)
