"""The real app in a real Chromium.

A server is started once per session with a run folder of its own. Without Chromium the tests skip and say
so; with ``ROW_BY_ROW_REQUIRE_BROWSER=1`` they fail instead, so that nobody takes a skip for a pass.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest

from tests.browser.windows import Windows
from tests.browser.workers import end_workers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Error, Locator, Page

ROOT = Path(__file__).parents[2]
REQUIRED = "ROW_BY_ROW_REQUIRE_BROWSER"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt,--no-maglev",  # no window is open long enough for optimised scripts to pay
    "--disable-features=ScriptStreaming",  # compiles ahead: a fifteenth more of the processor for a page
    "--renderer-process-limit=1",  # windows that share a process share what it compiled of their scripts
]
START_SECONDS = 120
PATIENCE = 90_000
"""Milliseconds after which a test gives up on the page; on an idle machine everything takes a few hundred."""
END_SECONDS = 60
"""After which a process that was asked to end is killed."""
DESKTOP, PHONE = (1300, 900), (390, 844)

LOWER_CANVAS = "canvas.dc-canvas.lower-canvas"
"""The one of the canvas's two layers that holds the ink."""

Points = Sequence[tuple[float, float]]


def _chromium() -> str:
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "there is no Chromium; install the package `chromium` to run the browser tests"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each has windows of its own."""
    chromium = _chromium()
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        playwright.expect.set_options(timeout=PATIENCE)
        running = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, running with an empty run folder."""
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py"],
            cwd=ROOT,
            env={
                **os.environ,
                "ROW_BY_ROW_HOME": str(folder / "home"),
                "STREAMLIT_SERVER_HEADLESS": "true",
                "STREAMLIT_SERVER_PORT": str(port),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(process, address, log)
        yield address
    finally:
        end_workers()
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and see to it that it does."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:  # on a busy machine
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def in_time(page: Page, holds: Callable[[], object]) -> bool:
    """Whether ``holds`` comes to be true before one gives up on the page."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not (found := bool(holds())) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return found


def wait_until_healthy(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def windows(browser: Browser, server: str) -> Windows:
    return Windows(browser, server)


@pytest.fixture(scope="module")
def open_shared_page(windows: Windows) -> Iterator[Callable[..., Page]]:
    """As `open_page`, for windows that the tests of a file share."""
    yield from _opened(windows)


@pytest.fixture
def open_page(windows: Windows) -> Iterator[Callable[..., Page]]:
    """Opens windows; no script on their pages may have failed by the end of the test."""
    yield from _opened(windows)


def _opened(windows: Windows) -> Iterator[Callable[..., Page]]:
    opened: list[Page] = []
    failures: list[str] = []

    def hear(error: Error) -> None:
        failures.append(str(error))

    def open_window(
        path: str = "/", *, size: tuple[int, int] = DESKTOP, scheme: str = "light", touch: bool = False
    ) -> Page:
        window = windows.take(touch)
        opened.append(window)
        window.set_viewport_size({"width": size[0], "height": size[1]})
        window.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        window.set_default_timeout(PATIENCE)
        window.on("pageerror", hear)
        with window.expect_navigation():  # in the place of the blank page, to which nothing leads back
            window.evaluate("path => location.replace(path)", path)
        return window

    yield open_window
    for window in opened:
        window.remove_listener("pageerror", hear)
        windows.give_back(window)
    assert not failures


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The Draw page with its canvas ready."""
    opened = open_page()
    wait_for_canvas(opened)
    return opened


Scheme = Literal["light", "dark"]


def change_scheme(page: Page, scheme: Scheme) -> None:
    """As the system does at nightfall; returns once the page follows."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme", arg=scheme
    )


def in_both_schemes(page: Page) -> Iterator[Scheme]:
    """The scheme of a page that was opened in the dark, and then the light one."""
    yield "dark"
    change_scheme(page, "light")
    yield "light"


def wait_until_steps_are_kept(page: Page) -> None:
    """Until the Back button's steps are right: the script that sees to it comes a moment after the first
    page, and no person follows a link as soon as a test."""
    page.wait_for_function("() => window[Symbol.for('row by row: page change')]")


def wait_for_canvas(page: Page) -> None:
    """Until the canvas can be drawn on."""
    page.wait_for_selector("canvas.upper-canvas")


def wait_for_blank_canvas(page: Page) -> None:
    """Until a cleared canvas is there: the one before it can go a moment after the page's words changed."""
    assert in_time(page, lambda: not ink_on(page)), "The canvas did not become blank"


def draw(page: Page, *strokes: Points) -> None:
    """Draw strokes, each a list of corners in pixels of the canvas, with the mouse."""
    surface = page.locator("canvas.upper-canvas")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    for points in strokes:
        for number, (x, y) in enumerate(points):
            page.mouse.move(box["x"] + x, box["y"] + y, steps=8 if number else 1)
            if not number:
                page.mouse.down()
        page.mouse.up()


def ink_on(page: Page) -> int:
    """How many pixels of the canvas are white."""
    white: list[int] = []

    def is_one() -> bool:  # a canvas that goes can be there for a moment beside the new one
        white[:] = page.locator(LOWER_CANVAS).evaluate_all(
            """canvases => canvases.map(canvas => {
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let white = 0;
                for (let at = 0; at < data.length; at += 4) white += data[at] > 200;
                return white;
            })"""
        )
        return len(white) == 1

    assert in_time(page, is_one), "There is not one canvas"
    return white[0]


def pixels(image: Locator) -> Any:
    """``(rows, columns, 4)`` of a picture."""
    width, height, colours = image.evaluate(
        """async image => {
            await image.decode();
            const { naturalWidth: width, naturalHeight: height } = image;
            const context = new OffscreenCanvas(width, height).getContext("2d");
            context.drawImage(image, 0, 0);
            return [width, height, [...context.getImageData(0, 0, width, height).data]];
        }"""
    )
    return np.reshape(colours, (height, width, 4))
