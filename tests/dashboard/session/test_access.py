from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from dashboard.session import access
from dashboard.session.access import HOSTS_VARIABLE, Access
from lstm_core.errors import InvalidValue

HERE, NETWORK = "127.0.0.1", "192.0.2.7"
CLOSED, OPENED = Access(), Access(opened=True)


def answered(allowed: Access, host: str, origin: str = "", local: str = HERE) -> bool:
    return not allowed.refusal(local, host, origin)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:1", "127.1.2.3", "[::1]:8501", "[::1]"]
)
def test_names_of_the_machine_itself_are_always_answered(host: str) -> None:
    assert answered(CLOSED, host)
    assert answered(OPENED, host, local=NETWORK)


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "127.0.0.1.evil.example", "0x7f.1", "10.0.0.5", "localhost:8501 x"),
        "localhost.evil.example",
        "evil.example@localhost",
        "localhost/@evil.example",
        "[::1",
    ],
)
def test_other_names_are_refused_with_the_setting_that_would_help(host: str) -> None:
    for allowed in (CLOSED, OPENED):
        assert HOSTS_VARIABLE in allowed.refusal(HERE, host)


def test_the_network_is_refused_until_it_was_opened() -> None:
    for allowed in (CLOSED, Access(hosts=("lab.example.org",))):
        assert "STREAMLIT_SERVER_ADDRESS=0.0.0.0" in allowed.refusal(NETWORK, "localhost")
    assert answered(OPENED, NETWORK, local=NETWORK)
    assert answered(CLOSED, "localhost", local="")


@pytest.mark.parametrize(
    ("local", "host"),
    [
        (NETWORK, NETWORK),
        ("::ffff:192.0.2.7", f"{NETWORK}:8501"),
        ("fd00::2", "[fd00:0::2]:8501"),
        ("fe80::1%eth0", "[fe80::1]:8501"),
    ],
)
def test_opened_it_knows_the_address_that_was_connected_to(local: str, host: str) -> None:
    assert answered(OPENED, host, local=local)
    assert not answered(OPENED, "192.0.2.8", local=local)


def test_opened_it_knows_the_names_of_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Lab.example.org")
    for host in ("lab", "lab.local:8501", "lab.example.org"):
        assert answered(OPENED, host, local=NETWORK)
        assert not answered(CLOSED, host)
    assert not answered(OPENED, "example.org", local=NETWORK)


def test_a_page_may_connect_where_it_came_from() -> None:
    lab = Access(hosts=("lab.example.org",))
    assert answered(lab, "lab.example.org:8080", "http://lab.example.org:8080")
    assert answered(lab, "lab.example.org", "http://localhost:3000")
    for origin in ("http://evil.example", "null", "http://", "http://[", "http://lab.example.org:9"):
        refusal = lab.refusal(HERE, "lab.example.org:8080", origin)
        assert "STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS" in refusal, origin


def test_settings_say_who_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    assert access.access() == CLOSED
    assert not CLOSED.shared
    options = {
        "server.address": "Desk.example.org",
        "server.corsAllowedOrigins": ["https://Lab.example.org:444", "plain.example.org"],
        "browser.serverAddress": "proxy.example.org",
        "server.enableCORS": True,
    }
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.setenv(HOSTS_VARIABLE, "Lab.example.org, 10.0.0.5 [fd00::2],*.example.net")
    found = access.access()
    assert found == Access(
        opened=True,
        hosts=("lab.example.org", "10.0.0.5", "fd00::2", "*.example.net", "desk.example.org"),
        origins=("lab.example.org", "plain.example.org", "proxy.example.org"),
    )
    assert found.shared
    for host in ("a.example.net", "10.0.0.5:80", "[fd00:0::2]:80", "lab.example.org."):
        assert answered(found, host)
    assert not answered(found, "example.net")
    assert answered(found, "localhost", "https://lab.example.org")


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", None])
def test_an_address_that_only_this_machine_reaches_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    options: dict[str, Any] = {
        "server.address": address,
        "server.corsAllowedOrigins": [],
        "browser.serverAddress": address or "localhost",
        "server.enableCORS": True,
    }
    monkeypatch.setattr(st, "get_option", options.get)
    assert access.access() == CLOSED


@pytest.mark.parametrize(
    "said", ["https://lab.example.org", "lab.example.org:8501", "lab/x", "*", "a.*.org", "a@b"]
)
def test_what_is_no_name_is_refused_by_its_variable(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, f"good.example.org,{said}")
    with pytest.raises(InvalidValue, match=f"`{HOSTS_VARIABLE}` must be names or addresses without scheme"):
        access.access()
