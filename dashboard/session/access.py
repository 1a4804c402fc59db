"""Who may ask the server: by default only the machine it runs on, under its own names.

Two attacks are answered here. Somebody on the same network may connect, and a page from elsewhere that a
person has open may ask in that person's name (DNS rebinding: the page's own name is made to lead to this
machine, so the browser lets it read the answers; only ``Host`` still tells whose page it is).
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from lstm_core.errors import InvalidValue

HOSTS_VARIABLE = "ROW_BY_ROW_HOSTS"
ADDRESS_VARIABLE = "STREAMLIT_SERVER_ADDRESS"
ORIGINS_VARIABLE = "STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS"

_HOST = re.compile(r"(?:\*\.)?(?:[^\s/:@*?#\\\[\]]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?)")


@dataclass(frozen=True)
class Access:
    """What the person who started the server allows.

    Attributes:
        opened: it was given an address to listen at that other machines reach.
        hosts: names and addresses that lead to it besides its own, lower case; ``*.`` is any subdomain.
        origins: hosts of pages that may connect although they came from elsewhere, as a proxy makes it look.
        any_origin: all pages may.
    """

    opened: bool = False
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    any_origin: bool = False

    @property
    def shared(self) -> bool:
        """Whether other people than the one at this machine are expected."""
        return self.opened or bool(self.hosts or self.origins) or self.any_origin

    def refusal(self, local: str, host: str, origin: str = "") -> str:
        """Why a request is not answered; empty when it is.

        Args:
            local: the address of this machine that was connected to; empty for a Unix socket.
            host: the header ``Host``.
            origin: the header ``Origin`` of a websocket.
        """
        if local and not self.opened and not is_loopback(local):
            return (
                "This dashboard only answers the machine it runs on. The person who runs it can open it "
                f"to the network by starting it with {ADDRESS_VARIABLE}=0.0.0.0."
            )
        if not self._leads_here(local, host):
            return (
                f"`Host` must be a name or address of this dashboard; got {host[:100]!r}. If it is one, "
                f"the person who runs it can start it with {HOSTS_VARIABLE}={hostname(host) or 'name'}."
            )
        if origin and not self._may_connect(host, origin):
            return (
                f"`Origin` must be a page of this dashboard and match `Host`; got {origin[:100]!r} for "
                f"{host[:100]!r}. A proxy in between must pass `Host` on unchanged, or the person who runs "
                f"the dashboard can start it with {ORIGINS_VARIABLE}={origin[:100]}."
            )
        return ""

    def _leads_here(self, local: str, host: str) -> bool:
        if not (name := hostname(host)):
            return False
        return (
            name == "localhost"
            or is_loopback(name)
            or any(_matches(name, known) for known in self.hosts)
            or (self.opened and (_same_address(name, local) or name in _own_names()))
        )

    def _may_connect(self, host: str, origin: str) -> bool:
        try:
            page = urlsplit(origin)
            name = hostname(page.netloc)
        except ValueError:
            return False
        if not name:
            return False
        same = page.netloc.lower() == host.lower()
        return same or self.any_origin or is_loopback(name) or name in self.origins


def access() -> Access:
    """What Streamlit's settings and ``ROW_BY_ROW_HOSTS`` allow. Raises `InvalidValue`."""
    address = st.get_option("server.address") or ""
    # What the browser's address is by default is the server's.
    allowed = {*st.get_option("server.corsAllowedOrigins"), st.get_option("browser.serverAddress")} - {
        address
    }
    origins = {hostname(urlsplit(origin).netloc or origin) for origin in allowed}
    opened = bool(address) and not is_loopback(address)
    return Access(
        opened=opened,
        hosts=_hosts(os.environ.get(HOSTS_VARIABLE, "")) + ((address.lower(),) if opened else ()),
        origins=tuple(sorted(name for name in origins if name and not is_loopback(name))),
        any_origin=not st.get_option("server.enableCORS"),
    )


def _hosts(said: str) -> tuple[str, ...]:
    names = [name for name in re.split(r"[,\s]+", said) if name]
    for name in names:
        if not _HOST.fullmatch(name):
            rule = "names or addresses without scheme, port and path, such as lab.example.org,10.0.0.5"
            raise InvalidValue(HOSTS_VARIABLE, rule, name)
    return tuple(name.lower().strip("[]").rstrip(".") for name in names)


def hostname(host: str) -> str:
    """The name or address in a header ``Host``, lower case, without port and brackets; or empty."""
    if not host or re.search(r"[\s/@?#\\]", host):
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Whether a name or address leads to the machine that asks for it."""
    return name.lower() == "localhost" or ((found := _address(name)) is not None and found.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _same_address(one: str, other: str) -> bool:
    return (found := _address(one)) is not None and found == _address(other)


def _own_names() -> set[str]:
    whole = socket.gethostname().lower()
    short = whole.partition(".")[0]
    return {whole, short, f"{short}.local"}


def _matches(name: str, known: str) -> bool:
    return name.endswith(known[1:]) if known.startswith("*.") else name == known or _same_address(name, known)
