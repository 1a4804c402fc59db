"""The dashboard's server as a person starts it, and what it answers to requests no browser would make."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from tests.browser.conftest import ROOT, end, free_port, wait_until_healthy

STREAMLIT = ("-m", "streamlit", "run", str(ROOT / "app.py"))
NOTHING: Mapping[str, str] = MappingProxyType({})
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


@dataclass(frozen=True)
class Server:
    port: int

    def ask(
        self,
        path: str = "/",
        headers: Mapping[str, str | None] = NOTHING,
        *,
        at: str = "127.0.0.1",
        method: str = "GET",
    ) -> Answer:
        """What it says; ``None`` leaves a header out. A websocket is closed once it is granted."""
        connection = HTTPConnection(at, self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in {"Host": f"{at}:{self.port}", **headers}.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            granted = answer.status == 101
            return Answer(answer.status, "" if granted else answer.read().decode(errors="replace"))
        finally:
            connection.close()

    def connect(
        self,
        path: str = "/_stcore/stream",
        headers: Mapping[str, str | None] = NOTHING,
        *,
        at: str = "127.0.0.1",
    ) -> Answer:
        """What it says to a websocket; status 101 when it is granted."""
        return self.ask(path, {**HANDSHAKE, **headers}, at=at)


@contextmanager
def served(
    folder: Path,
    *command: str,
    cwd: Path | None = None,
    path: str = "",
    environment: Mapping[str, str] = NOTHING,
) -> Iterator[Server]:
    """A server of this Python, started by ``command``, by default from a folder that is not the checkout.

    ``path`` is its base path.
    """
    port = free_port()
    log = folder / "server.log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *(word.format(port=port) for word in command)],
            cwd=cwd or folder,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "ROW_BY_ROW_HOME": str(folder / "home"),
                "STREAMLIT_SERVER_HEADLESS": "true",
                "STREAMLIT_SERVER_PORT": str(port),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(process, f"http://127.0.0.1:{port}{path}", log)
        yield Server(port)
    finally:
        end(process)


def other_address() -> str:
    """An address of this machine under which other machines reach it."""
    for cards in psutil.net_if_addrs().values():
        for card in cards:
            if card.family == socket.AF_INET and not card.address.startswith("127."):
                return str(card.address)
    pytest.skip("this machine has no address but the one for itself")
