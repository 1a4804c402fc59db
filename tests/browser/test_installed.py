"""The wheel, installed away from the checkout: its command, its names, and the dashboard that it opens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

import lstm_core
from tests.browser.conftest import ROOT, draw, end, free_port, wait_for_canvas, wait_until_healthy

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel installs; the libraries are those of this Python."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def environment(site: Path, home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(site), "ROW_BY_ROW_HOME": str(home)}


def row_by_row(site: Path, folder: Path, *arguments: str) -> str:
    """What the installed command answers in another folder than the checkout."""
    done = subprocess.run(
        [site / "bin" / "row-by-row", *arguments],
        cwd=folder,
        env=environment(site, folder / "home"),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_only_names_of_this_project_are_installed(site: Path):
    names = {path.name for path in site.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"bin", "lstm_core", "row_by_row"}


def test_the_command_answers_in_any_folder(site: Path, tmp_path: Path):
    assert row_by_row(site, tmp_path, "--version").strip() == f"Row by Row, version {lstm_core.__version__}"
    assert "--drawing" in row_by_row(site, tmp_path, "classify", "--help")
    assert row_by_row(site, tmp_path, "runs", "--json") == ""
    program = "import lstm_core; print(lstm_core.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(site, tmp_path),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().startswith(str(site))


def listens_at(process: subprocess.Popen[bytes]) -> set[str]:
    sockets = psutil.Process(process.pid).net_connections("tcp")
    return {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}


def test_without_a_command_it_opens_the_dashboard(site: Path, tmp_path: Path, open_page: Callable[..., Page]):
    port = free_port()
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [site / "bin" / "row-by-row"],
            cwd=tmp_path,
            env={
                **environment(site, tmp_path / "home"),
                "STREAMLIT_SERVER_HEADLESS": "true",
                "STREAMLIT_SERVER_PORT": str(port),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(process, address, log)
        assert listens_at(process) == {"127.0.0.1"}
        page = open_page(address)
        wait_for_canvas(page)
        draw(page, [(80, 60), (200, 60), (130, 230)])
        page.get_by_text("Reads as").first.wait_for()
        assert page.get_by_role("link", name="Train").count()
    finally:
        end(process)
