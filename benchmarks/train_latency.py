"""How long training makes a person wait, in a real Chromium.

    python -m benchmarks.train_latency [--repeats N]

- press Train → first loss on the page, with no training process yet and with one that is warm;
- mouse up → new verdict on the Draw page while a training fills every core, against the same while it is
  held still.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import time
from collections.abc import Iterator

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.draw_latency import ROOT, STOPWATCH, WANTED, serving, stroke, window
from benchmarks.timing import in_turns, print_ratio

COLD_SECONDS, WARM_SECONDS = 12.0, 3.0
FORM = "/train?units=256%2C256&dropout=0.1&evaluate_every=1000&steps=2000&seed={seed}"
FORM_READY = "h1"
PRESS = "role=button[name='Train'] >> nth=-1"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=5)
    repeats = arguments.parse_args().repeats
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        cold = [_cold(browser, seed) for seed in range(repeats)]
        _report_wait("press Train → first loss, cold", cold, COLD_SECONDS)
        with serving(ROOT / "app.py") as address, _workers_ended():
            page, _ = window(browser, address + FORM.format(seed=0), FORM_READY)
            _press(page)
            _stop(page)
            warm = []
            for seed in range(1, repeats + 1):
                page.goto(address + FORM.format(seed=seed))
                warm.append(_press(page))
                _stop(page)
            _report_wait("press Train → first loss, warm", warm, WARM_SECONDS)
            _while_training(browser, address, repeats)


def _cold(browser: Browser, seed: int) -> float:
    """Press at once: opening the page has only just started to make the process ready."""
    with serving(ROOT / "app.py") as address, _workers_ended():
        page, _ = window(browser, address + FORM.format(seed=seed), FORM_READY)
        waited = _press(page)
        page.context.close()
        return waited


def _press(page: Page) -> float:
    """Seconds from pressing Train to the first loss on the page."""
    page.wait_for_selector(PRESS)
    began = time.perf_counter()
    page.locator(PRESS).click()
    page.wait_for_selector("text=Training loss")
    return time.perf_counter() - began


def _stop(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=stopped", timeout=60_000)


def _while_training(browser: Browser, address: str, repeats: int) -> None:
    """Draw while the training runs and while it is held still, in turns."""
    page, _ = window(browser, address + FORM.format(seed=1000), FORM_READY)
    _press(page)
    (worker,) = _workers()
    page.goto(address)
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(2000)
    page.evaluate(STOPWATCH, ".verdict")
    stroke(page, 0)

    def busy(number: int) -> float:
        worker.resume()
        page.wait_for_timeout(500)
        return stroke(page, 2 * number + 1)

    def idle(number: int) -> float:
        worker.suspend()
        page.wait_for_timeout(500)
        return stroke(page, 2 * number + 2)

    print_ratio("mouse up → verdict while training", "held still", *in_turns(repeats, busy, idle), WANTED)


@contextlib.contextmanager
def _workers_ended() -> Iterator[None]:
    """End the training processes that the block started."""
    before = set(_workers())
    try:
        yield
    finally:
        for process in set(_workers()) - before:
            with contextlib.suppress(psutil.Error):
                process.kill()
                process.wait(10)


def _workers() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if "lstm_core.worker" in process.cmdline():
                found.append(process)
    return found


def _report_wait(what: str, seconds: list[float], wanted: float) -> None:
    median = statistics.median(seconds)
    verdict = "reached" if median <= wanted else "NOT reached"
    spread = f"{min(seconds):.1f}–{max(seconds):.1f}"
    print(f"{what:<42}{median:5.1f} s ({spread}), wanted ≤ {wanted:.0f} s: {verdict}", flush=True)


if __name__ == "__main__":
    main()
