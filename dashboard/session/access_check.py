"""The server's door: what `access` does not allow is refused, with a sentence that says why.

Starlette has a middleware of its own for ``Host``, but its list is fixed when the server starts, and neither
its answer nor Streamlit's on a websocket says which setting would help. Streamlit checks ``Origin`` too,
but for one it does not know it first asks a server on the internet for this machine's address.
"""

from __future__ import annotations

import logging

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.session.access import Access, access
from lstm_core.errors import InvalidValue

_LOG = logging.getLogger(__name__)


def access_check() -> Middleware:
    """For the ``middleware`` of ``st.App``; ends the process, with a message, where a setting is wrong."""
    try:
        return Middleware(_AccessCheck, access())
    except InvalidValue as error:
        raise SystemExit(str(error)) from error


class _AccessCheck:
    """Around everything, pages and websockets; what is not allowed is refused with status 403."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks for it."""
        if scope["type"] in ("http", "websocket") and (refusal := self._refusal(scope)):
            if scope["type"] == "websocket":  # no browser shows what was answered
                _LOG.warning(refusal)
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        local, port = scope.get("server") or ("", None)
        origin = headers.get("origin", "") if scope["type"] == "websocket" else ""
        return self.access.refusal(local if port is not None else "", headers.get("host", ""), origin)
