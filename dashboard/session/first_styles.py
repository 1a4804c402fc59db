"""The styles that a page has to have before its first words, or these would jump when the styles come.

Streamlit puts a style sheet on the page as it does words: it comes with them, or a moment later when the page
has just been opened. So these are written into the document itself.
"""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STYLES = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>".encode()
_END = b"</head>"
_OF_THE_FILE = ("etag", "last-modified")


def first_styles() -> Middleware:
    """For the ``middleware`` of ``st.App``: writes them into the head of every page."""
    return Middleware(_FirstStyles)


class _FirstStyles:
    """Around everything; changes only what a browser shows as a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks for it."""
        if not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers["accept-encoding"] = "identity"  # the page is a few kilobytes
        del headers["if-none-match"], headers["if-modified-since"]
        held: list[Message] = []

        async def send_with_styles(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif held:
                held.append(message)
                if not message.get("more_body"):
                    await _send_page(held, send)
            else:
                await send(message)

        await self.app({**scope, "headers": headers.raw}, receive, send_with_styles)


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


async def _send_page(held: list[Message], send: Send) -> None:
    start, *parts = held
    page = b"".join(part.get("body", b"") for part in parts).replace(_END, _STYLES + _END, 1)
    headers = MutableHeaders(raw=list(start["headers"]))
    for name in _OF_THE_FILE:
        del headers[name]
    headers["content-length"] = str(len(page))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": page})
