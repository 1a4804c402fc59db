"""The dashboard behind a real nginx, with the very lines that the documentation gives."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.session.access import HOSTS_VARIABLE, ORIGINS_VARIABLE
from tests.browser.conftest import ROOT, START_SECONDS, end, free_port, wait_for_canvas
from tests.served import STREAMLIT, Server, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not shutil.which("nginx"), reason="there is no nginx; install the package `nginx-light`"
    ),
]

NAME = "lab.localhost"
"""A browser takes it for this machine without asking, and the dashboard does not know it."""

KEEP_HOST = "proxy_set_header Host $http_host;"


def documented() -> str:
    """The server that the documentation shows."""
    page = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```nginx\n(.*?)```", page, flags=re.DOTALL)
    assert KEEP_HOST in found
    return str(found)


@contextmanager
def nginx(folder: Path, server: str, upstream: int) -> Iterator[str]:
    """The address of the dashboard behind it."""
    port = free_port()
    server = server.replace("listen 8080", f"listen 127.0.0.1:{port}").replace(":8501", f":{upstream}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder / 'pid'}; error_log {folder / 'errors'}; events {{}}\n"
        f"http {{ access_log off; {places}\n{server} }}"
    )
    process = subprocess.Popen(["nginx", "-c", settings, "-p", folder], stderr=subprocess.PIPE)
    proxied = Server(port)
    try:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                assert proxied.ask("/digits/", {"Host": "localhost"}).status in (200, 403)
                break
            except OSError:
                time.sleep(0.05)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield f"http://{NAME}:{port}/digits/"
    finally:
        end(process)


def test_the_documented_proxy_lets_the_dashboard_through(
    tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    base = ("--server.baseUrlPath", "digits")
    allowed = {HOSTS_VARIABLE: NAME}
    with (
        served(tmp_path, *STREAMLIT, *base, path="/digits", environment=allowed) as server,
        nginx(tmp_path, documented(), server.port) as address,
    ):
        page = open_page(address)
        wait_for_canvas(page)
        page.get_by_text("open to your network").wait_for()
        page.get_by_role("link", name="Runs").click()
        page.get_by_role("heading", name="Runs").wait_for()
        assert page.url == f"{address}runs"
        page.goto(f"{address}inside?section=gates")
        page.get_by_role("heading", name="What the gates do, row by row").wait_for()
        assert page.url == f"{address}inside?panel=gates", (
            "an old address leads to today's behind a proxy, too"
        )


def test_a_proxy_that_changes_host_needs_the_address_in_the_browser(
    tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    changing = documented().replace(KEEP_HOST, "")
    base = ("--server.baseUrlPath", "digits")
    with (
        served(tmp_path, *STREAMLIT, *base, path="/digits") as server,
        nginx(tmp_path, changing, server.port) as address,
    ):
        port = int(address.split(":")[2].partition("/")[0])
        from_the_page = {"Origin": address.removesuffix("/digits/")}
        refused = Server(port).connect("/digits/_stcore/stream", from_the_page)
        assert refused.status == 403
        assert ORIGINS_VARIABLE in refused.text
    with (
        served(
            tmp_path, *STREAMLIT, *base, path="/digits", environment={ORIGINS_VARIABLE: f"http://{NAME}"}
        ) as server,
        nginx(tmp_path, changing, server.port) as address,
    ):
        page = open_page(address)
        wait_for_canvas(page)
        page.get_by_text("open to your network").wait_for()
