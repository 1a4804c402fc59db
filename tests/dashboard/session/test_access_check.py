"""Real servers, asked as browsers, proxies and other machines ask them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.session.access import HOSTS_VARIABLE, ORIGINS_VARIABLE
from tests.browser.conftest import ROOT
from tests.served import STREAMLIT, Server, other_address, served

pytestmark = pytest.mark.slow

HEALTH = "/_stcore/health"


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started from a folder that is not the checkout, with nothing said of its address."""
    with served(tmp_path_factory.mktemp("closed"), *STREAMLIT) as server:
        yield server


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Opened on purpose, below a base path, with a name, and a proxy that does not keep ``Host``."""
    allowed = {HOSTS_VARIABLE: "lab.example.org", ORIGINS_VARIABLE: "https://proxy.example.org"}
    folder = tmp_path_factory.mktemp("opened")
    flags = ("--server.address", "0.0.0.0", "--server.baseUrlPath", "digits")
    with served(folder, *STREAMLIT, *flags, path="/digits", environment=allowed) as server:
        yield server


def test_only_this_machine_can_connect(closed: Server) -> None:
    assert closed.ask().status == 200
    with pytest.raises(ConnectionRefusedError):
        closed.ask(at=other_address())


@pytest.mark.parametrize(
    ("arguments", "environment", "reached"),
    [
        ((), {}, False),
        (("--address", "0.0.0.0"), {}, True),
        ((), {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}, True),
    ],
)
def test_the_command_line_opens_it_on_purpose_only(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], reached: bool
) -> None:
    other = other_address()
    with served(tmp_path, "-m", "lstm_core", *arguments, environment=environment) as server:
        assert server.ask(HEALTH).status == 200
        if reached:
            assert server.ask(HEALTH, at=other).text == "ok"
        else:
            with pytest.raises(ConnectionRefusedError):
                server.ask(HEALTH, at=other)


def test_a_server_that_listens_everywhere_by_accident_answers_this_machine_only(tmp_path: Path) -> None:
    everywhere = ("-m", "uvicorn", "app:app", "--host", "0.0.0.0", "--port", "{port}")
    with served(tmp_path, *everywhere, cwd=ROOT) as server:
        assert server.ask().status == 200
        refused = server.ask(at=other_address())
    assert refused.status == 403
    assert "only answers the machine it runs on" in refused.text


def test_opened_on_purpose_it_is_reached_by_its_addresses_and_names(opened: Server) -> None:
    other = other_address()
    for host in (f"{other}:{opened.port}", "lab.example.org", "localhost:1"):
        same = {"Host": host, "Origin": f"http://{host}"}
        assert opened.ask("/digits/", same, at=other).status == 200
        assert opened.connect("/digits/_stcore/stream", same, at=other).status == 101


@pytest.mark.parametrize("path", ["/", HEALTH, "/static/index.js", "/_stcore/host-config"])
def test_a_name_that_is_not_its_own_is_refused(closed: Server, opened: Server, path: str) -> None:
    for server, below in ((closed, path), (opened, f"/digits{path}")):
        refused = server.ask(below, {"Host": "evil.example"})
        assert refused.status == 403
        assert f"{HOSTS_VARIABLE}=evil.example" in refused.text
        assert server.ask(below, {"Host": None}).status in (400, 403)


def test_a_websocket_under_a_name_that_is_not_its_own_is_refused(closed: Server, opened: Server) -> None:
    rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
    for server, path in ((closed, "/_stcore/stream"), (opened, "/digits/_stcore/stream")):
        refused = server.connect(path, rebound)
        assert refused.status == 403
        assert HOSTS_VARIABLE in refused.text


def test_a_websocket_of_a_page_from_elsewhere_is_refused(closed: Server) -> None:
    assert closed.connect().status == 101
    assert closed.connect(headers={"Origin": f"http://127.0.0.1:{closed.port}"}).status == 101
    for origin in ("http://evil.example", "null", f"http://127.0.0.1.evil.example:{closed.port}"):
        refused = closed.connect(headers={"Origin": origin})
        assert refused.status == 403
        assert ORIGINS_VARIABLE in refused.text


def test_behind_a_proxy_that_puts_its_own_name_in_host_the_origin_must_be_allowed(opened: Server) -> None:
    path = "/digits/_stcore/stream"
    assert opened.connect(path, {"Origin": "https://proxy.example.org"}).status == 101
    assert opened.connect(path, {"Origin": "https://lab.example.org"}).status == 403


def test_a_file_is_not_taken_without_the_token_of_the_page(closed: Server) -> None:
    for method in ("PUT", "DELETE"):
        refused = closed.ask("/_stcore/upload_file/session/file", method=method)
        assert refused.status == 403
        assert "XSRF" in refused.text


@pytest.mark.parametrize(
    "path",
    [
        *("/../app.py", "/static/../../app.py", "/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "//etc/passwd"),
        "/media/../../../../etc/passwd",
        "/_stcore/component/x/../../../app.py",
        "/..%5capp.py",
        "/app/static/../app.py",
    ],
)
def test_no_path_leads_out_of_what_is_served(closed: Server, path: str) -> None:
    refused = closed.ask(path)
    assert refused.status in (400, 403, 404)
    assert "import" not in refused.text and "root:" not in refused.text


def test_a_wrong_name_ends_the_start_with_a_message(tmp_path: Path) -> None:
    program = f"import os; os.environ[{HOSTS_VARIABLE!r}] = 'https://lab.example.org'; import app"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"`{HOSTS_VARIABLE}` must be names")
    assert "Traceback" not in done.stderr
