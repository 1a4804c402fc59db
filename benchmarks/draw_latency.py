"""How long the Draw page makes a person wait, beside the least that Streamlit and the canvas take.

Two waits, each measured in turns:

- mouse up → new verdict, against a page that holds nothing but the canvas and counts its strokes;
- first page of a fresh server → canvas ready, against a page that holds nothing but a word.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.line import Line
from benchmarks.timing import in_turns

ROOT = Path(__file__).parent.parent
WANTED = 1.5
VIEWPORT: ViewportSize = {"width": 1300, "height": 900}

ONLY_A_WORD = 'import streamlit as st\nst.write("Ready")\n'
ONLY_THE_CANVAS = """
import streamlit as st
from streamlit_drawable_canvas import st_canvas
drawn = st_canvas(width=280, height=280, stroke_width=20, background_color="#fff", key="canvas")
st.html(f'<p class="count">{len((drawn.json_data or {}).get("objects", []))} strokes</p>')
"""

SERVER_SETTINGS = {
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
    "STREAMLIT_SERVER_HEADLESS": "true",
}

# Finds the first element for a selector, also inside a component's shadow.
FOUND = """
const found = (root, selector) => root.querySelector(selector) ||
    [...root.querySelectorAll("*")].filter(element => element.shadowRoot)
        .map(element => found(element.shadowRoot, selector)).find(Boolean);
"""

# Reports the time from every mouse-up to the next change inside what `selector` finds.
STOPWATCH = """selector => {
    /* found */
    const answers = found(document, selector).getRootNode();
    const content = () => answers.querySelector(selector)?.innerHTML;
    let before = content(), up = null;
    window.waited = null;
    window.addEventListener("mouseup", () => { before = content(); up = performance.now(); }, true);
    new MutationObserver(() => {
        if (up === null || content() === before) return;
        window.waited = performance.now() - up;
        up = null;
    }).observe(answers, { subtree: true, childList: true, characterData: true, attributes: true });
}""".replace("/* found */", FOUND)

# Notes when `selector` first finds something that takes up room, also inside a shadow.
# (Playwright's own wait looks again after 500 ms.)
LOOKOUT = """
/* found */
window.shown = null;
const look = () => {
    const element = document.body && found(document, SELECTOR);
    if (element?.getBoundingClientRect().height) window.shown = performance.now();
    else setTimeout(look, 5);
};
look();
""".replace("/* found */", FOUND)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        found = shutil.which("chromium")
        yield driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def serving(script: Path, home: Path | None = None) -> Iterator[str]:
    """A fresh server of ``script`` over the runs of ``home``, or over none."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as empty:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script)],
            cwd=ROOT,
            env={
                **os.environ,
                **SERVER_SETTINGS,
                "STREAMLIT_SERVER_PORT": str(port),
                "ROW_BY_ROW_HOME": str(home or empty),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            while process.poll() is None:
                try:
                    urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait()


def window(browser: Browser, address: str, ready: str) -> tuple[Page, float]:
    """A window without any cache, and the seconds until the first ``ready`` (CSS) was there."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(LOOKOUT.replace("SELECTOR", json.dumps(ready)))
    page.goto(address, wait_until="commit")
    waited: float = page.wait_for_function("window.shown").json_value()
    return page, waited / 1000


def first_page(browser: Browser, script: Path, ready: str) -> float:
    with serving(script) as address:
        page, waited = window(browser, address, ready)
        page.context.close()
        return waited


def stroke(page: Page, number: int) -> float:
    """Draw a stroke; the seconds from its end to the changed page."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    across = 40 + 37 * number % 200
    page.evaluate("window.waited = null")
    page.mouse.move(box["x"] + across, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 280 - across, box["y"] + 230, steps=10)
    page.mouse.up()
    waited: float = page.wait_for_function("window.waited").json_value()
    page.wait_for_timeout(1000)
    return waited / 1000


def lines(rounds: int) -> Iterator[Line]:
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        word, canvas = Path(folder) / "word.py", Path(folder) / "canvas.py"
        word.write_text(ONLY_A_WORD)
        canvas.write_text(ONLY_THE_CANVAS)
        with serving(canvas) as peer_address, serving(ROOT / "app.py") as our_address:
            peer, _ = window(browser, peer_address, "canvas.upper-canvas")
            ours, _ = window(browser, our_address, "canvas.upper-canvas")
            for page, watched in ((peer, ".count"), (ours, ".verdict")):
                page.wait_for_timeout(2000)
                page.evaluate(STOPWATCH, watched)
                stroke(page, 0)
            taken = in_turns(rounds, lambda n: stroke(ours, n + 1), lambda n: stroke(peer, n + 1))
        yield Line("mouse up → new verdict", *taken, "a page with only the canvas", WANTED)
        taken = in_turns(
            rounds,
            lambda _: first_page(browser, ROOT / "app.py", "canvas.upper-canvas"),
            lambda _: first_page(browser, word, ".stMarkdown p"),
        )
        yield Line("first page of a fresh server → canvas", *taken, "an empty page", WANTED)
