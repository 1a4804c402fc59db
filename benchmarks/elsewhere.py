"""People who draw in browsers on other machines: what their browsers say to the server, said again.

A window's own words are recorded while it draws, and sent over connections of their own. The server has the
whole work of every stroke; of a browser's work nothing is left but to receive the answers.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from playwright.sync_api import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PAUSE = 3.0, 4.0
"""Seconds from one stroke of a person to the next, at least and at most."""
VERDICT = b'"settled_at_row"'
"""In every answer to a stroke, and in no invitation to draw."""
PATIENCE = 30.0
"""Seconds for an answer, beyond which something is broken."""


def recorded(page: Page) -> list[bytes]:
    """What ``page``, which has not been opened yet, will have said; the list grows."""
    said: list[bytes] = []

    def keep(words: bytes | str) -> None:
        if isinstance(words, bytes):
            said.append(words)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    return said


@contextmanager
def drawing_elsewhere(address: str, people: int, said: list[bytes], seed: str) -> Iterator[None]:
    """Let ``people`` open the Draw page and draw while this lasts, each beginning at a random moment.

    Args:
        address: of the server.
        people: each has a connection and a session of its own.
        said: by a window: first that it is there, then each of its strokes, which are drawn again and again.
        seed: of the moments.

    Raises:
        RuntimeError: an answer was without a verdict.
    """
    stop = threading.Event()
    there = threading.Barrier(people + 1)

    def person(number: int) -> None:
        moments = random.Random(f"{seed} {number}")  # noqa: S311
        first, *strokes = said
        with connect(f"ws{address.removeprefix('http')}/_stcore/stream", max_size=None) as server:
            _answer(server, first)
            there.wait()
            stop.wait(PAUSE[1] * moments.random())
            stroke = 0
            while not stop.wait(moments.uniform(*PAUSE)):
                if VERDICT not in _answer(server, strokes[stroke % len(strokes)]):
                    raise RuntimeError("A stroke from elsewhere was answered without a verdict.")
                stroke += 1

    with ThreadPoolExecutor(people) as pool:
        crowd = [pool.submit(person, number) for number in range(people)]
        there.wait(PATIENCE)
        try:
            yield
        finally:
            stop.set()
        for each in crowd:
            each.result()


def _answer(server: ClientConnection, words: bytes) -> bytes:
    """All that the server says until it has finished."""
    server.send(words)
    heard = b""
    while True:
        message = server.recv(timeout=PATIENCE)
        assert isinstance(message, bytes)
        heard += message
        if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
            return heard
