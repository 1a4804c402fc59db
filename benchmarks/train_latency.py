"""How long training makes a person wait, in a real Chromium.

- press Train → first loss on the page, with no training process yet and with one that is warm;
- mouse up → new verdict on the Draw page while a training fills every core, against the same while it is
  held still; and both while others draw, too, in browsers elsewhere.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.draw_latency import ROOT, STOPWATCH, WANTED, chromium, serving, stroke, window
from benchmarks.elsewhere import drawing_elsewhere
from benchmarks.line import Line
from benchmarks.sessions import said_while_drawing
from benchmarks.timing import Measured, in_turns

COLD_SECONDS, WARM_SECONDS = 12.0, 2.0
FORM = "/train?units=256%2C256&dropout=0.1&evaluate_every=1000&steps=2000&seed={seed}"
FORM_READY = "h1"
OTHERS = 4
PRESS = "role=button[name='Train'] >> nth=-1"


def lines(rounds: int) -> Iterator[Line]:
    what = "press Train → first loss"
    with chromium() as browser:
        with serving(ROOT / "app.py") as address, _workers_ended():
            page, _ = window(browser, address + FORM.format(seed=0), FORM_READY)
            _press(page)
            _stop(page)
            warm = []
            for seed in range(1, rounds + 1):
                page.goto(address + FORM.format(seed=seed))
                warm.append(_press(page))
                _stop(page)
            yield Line(f"{what}, warm", Measured(tuple(warm)), None, "", WARM_SECONDS, of_ours=True)
            yield from _while_training(browser, address, rounds)
        cold = Measured(tuple(_cold(browser, seed) for seed in range(rounds)))
        yield Line(f"{what}, cold", cold, None, "", COLD_SECONDS, of_ours=True)


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


def _while_training(browser: Browser, address: str, rounds: int) -> Iterator[Line]:
    """Draw while the training runs and while it is held still, in turns."""
    said = said_while_drawing(browser, address)
    page, _ = window(browser, address + FORM.format(seed=1000), FORM_READY)
    _press(page)
    (worker,) = _workers()

    def empty_sheet() -> None:
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

    what = "mouse up → verdict while training"
    empty_sheet()
    yield Line(what, *in_turns(rounds, busy, idle), "the training held still", WANTED)
    worker.resume()
    empty_sheet()
    with drawing_elsewhere(address, OTHERS, said, seed="training"):
        taken = in_turns(rounds, busy, idle)
    yield Line(f"  and {OTHERS} others draw, elsewhere", *taken, "the training held still", WANTED)


@contextlib.contextmanager
def _workers_ended() -> Iterator[None]:
    """End the training processes of the block; its server still runs when it is left."""
    try:
        yield
    finally:
        for process in _workers():
            with contextlib.suppress(psutil.Error):
                process.kill()
                process.wait(10)


def _workers() -> list[psutil.Process]:
    """Those that servers started from here have started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "lstm_core.training.worker" in process.cmdline():
                found.append(process)
    return found
