"""How long the Draw page makes a person wait, beside the least that Streamlit and the canvas take.

    python -m benchmarks.draw_latency [--repeats N]

Two waits, each measured in the same run and in turns:

- mouse up → new verdict, against a page that holds nothing but the canvas and counts its strokes;
- first page of a fresh server → canvas ready, against a page that holds nothing but a word.

Prints the medians of the peer and of ours, in milliseconds, and their ratio.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent

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

# Reports the time from every mouse-up to the next change inside what `selector` finds.
STOPWATCH = """selector => {
    const content = () => document.querySelector(selector)?.innerHTML;
    let before = content(), up = null;
    window.waited = null;
    window.addEventListener("mouseup", () => { before = content(); up = performance.now(); }, true);
    new MutationObserver(() => {
        if (up === null || content() === before) return;
        window.waited = performance.now() - up;
        up = null;
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


@contextmanager
def serving(script: Path) -> Iterator[str]:
    """A fresh server of ``script``."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as home:
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
                "ROW_BY_ROW_HOME": home,
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
    """A window without any cache, and the milliseconds until ``ready`` was there."""
    page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(ready)
    return page, 1000 * (time.perf_counter() - start)


def first_page(browser: Browser, script: Path, ready: str) -> float:
    with serving(script) as address:
        page, waited = window(browser, address, ready)
        page.context.close()
        return waited


def stroke(page: Page, number: int) -> float:
    """Draw a stroke; the milliseconds from its end to the changed page."""
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
    return waited


def in_turns(repeats: int, *measures: Callable[[int], float]) -> list[float]:
    """The medians of the measures, taken one after the other ``repeats`` times."""
    results = [[measure(number) for measure in measures] for number in range(repeats)]
    return [statistics.median(column) for column in zip(*results, strict=True)]


def report(what: str, peer: float, ours: float) -> None:
    print(f"{what:<42}peer {peer:6.0f} ms   ours {ours:6.0f} ms   ratio {ours / peer:.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=7)
    repeats = arguments.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        word, canvas = Path(folder) / "word.py", Path(folder) / "canvas.py"
        word.write_text(ONLY_A_WORD)
        canvas.write_text(ONLY_THE_CANVAS)
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(canvas) as peer_address, serving(ROOT / "app.py") as our_address:
            peer, _ = window(browser, peer_address, "canvas.upper-canvas")
            ours, _ = window(browser, our_address, "canvas.upper-canvas")
            for page, watched in ((peer, ".count"), (ours, ".verdict")):
                page.wait_for_timeout(2000)
                page.evaluate(STOPWATCH, watched)
                stroke(page, 0)
            medians = in_turns(repeats, lambda n: stroke(peer, n + 1), lambda n: stroke(ours, n + 1))
            report("mouse up → new verdict", *medians)
        medians = in_turns(
            repeats,
            lambda _: first_page(browser, word, "text=Ready"),
            lambda _: first_page(browser, ROOT / "app.py", "canvas.upper-canvas"),
        )
        report("first page of a fresh server → canvas", *medians)


if __name__ == "__main__":
    main()
