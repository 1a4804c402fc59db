"""Five, ten and twenty people drawing at once, each in a browser window of their own, against one alone.

All windows are of one headless Chromium on this machine, which takes its share of the processor. So the same
is measured on a page that holds nothing but the canvas; the processor time of a stroke is told apart; and one
window is measured while the browsers of everybody else are elsewhere, as they mostly are where many draw.

Everybody draws a stroke every 3 to 4 seconds and began at a random moment; a fixed seed decides.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from benchmarks.draw_latency import FOUND, ONLY_THE_CANVAS, ROOT, VIEWPORT, chromium, serving, window
from benchmarks.elsewhere import PAUSE, drawing_elsewhere, recorded
from benchmarks.line import Line
from benchmarks.timing import Measured, all_in_turns

PEOPLE = (5, 10, 20)
MOST = max(PEOPLE)
STROKES_TOGETHER, STROKES_ALONE = 8, 16
"""Of each person, in a round; of one person, so that a percentile says something, more."""
WANTED = 2.5
PERCENTILE = 95
SETTLED_MS = 3000
SEED = 0

# Draws by itself, so that nothing outside the page takes part; the promise brings the milliseconds from each
# mouse-up to the next change inside what `watched` finds, or null where nothing changed for long.
PERSON = """({ watched, seed, strokes, pauses }) => {
    /* found */
    let state = seed;
    const random = () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
    const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
    const answers = found(document, watched).getRootNode();
    const content = () => answers.querySelector(watched)?.innerHTML;
    const changed = before => new Promise(resolve => {
        const up = performance.now();
        const done = waited => { observer.disconnect(); clearTimeout(patience); resolve(waited); };
        const observer = new MutationObserver(() => content() === before || done(performance.now() - up));
        const patience = setTimeout(() => done(null), 20000);
        const everything = { subtree: true, childList: true, characterData: true, attributes: true };
        observer.observe(answers, everything);
    });
    const draw = async () => {
        const canvas = found(document, "canvas.upper-canvas"), box = canvas.getBoundingClientRect();
        const [fromX, fromY, toX, toY] = [0, 0, 0, 0].map(() => 30 + 220 * random());
        const pen = (kind, part) => canvas.dispatchEvent(new MouseEvent(kind, {
            bubbles: true, composed: true, cancelable: true, view: window,
            buttons: Number(kind !== "mouseup"),
            clientX: box.x + fromX + part * (toX - fromX), clientY: box.y + fromY + part * (toY - fromY),
        }));
        pen("mousedown", 0);
        for (let move = 1; move <= 16; move++) { await sleep(25); pen("mousemove", move / 16); }
        const wait = changed(content());
        pen("mouseup", 1);
        return wait;
    };
    window.drawing = (async () => {
        const waits = [];
        await sleep(1000 * pauses[1] * random());
        for (let stroke = 0; stroke < strokes; stroke++) {
            const pause = sleep(1000 * (pauses[0] + (pauses[1] - pauses[0]) * random()));
            waits.push(await draw());
            await pause;
        }
        return waits;
    })();
}""".replace("/* found */", FOUND)


def lines(rounds: int) -> Iterator[Line]:
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        canvas = Path(folder) / "canvas.py"
        canvas.write_text(ONLY_THE_CANVAS)
        app = Watched(browser, ROOT / "app.py", ".verdict")
        *together, elsewhere, alone = all_in_turns(
            rounds, [*(partial(app.together, people) for people in PEOPLE), app.others_elsewhere, app.alone]
        )
        for people, waits in zip(PEOPLE, together, strict=True):
            wish = WANTED if people == MOST else None
            yield Line(
                f"mouse up → verdict, {people} people, p{PERCENTILE}", waits, alone, "one person", wish
            )
        yield app.processor_time()
        what = f"mouse up → verdict, {MOST} people, one window, p{PERCENTILE}"
        yield Line(what, elsewhere, alone, "one person", WANTED)
        page = Watched(browser, canvas, ".count")
        waits, alone = all_in_turns(rounds, [partial(page.together, MOST), page.alone])
        yield Line(
            f"a page with only the canvas, {MOST} people, p{PERCENTILE}", waits, alone, "one person", None
        )
        yield page.processor_time()


class Watched:
    """A page on which people draw, opened anew for every number of people.

    Args:
        browser: of all windows.
        script: the page.
        watched: CSS of what changes when a stroke has been read.
    """

    def __init__(self, browser: Browser, script: Path, watched: str) -> None:
        self._browser, self._script, self._watched = browser, script, watched
        self._server_seconds: list[float] = []
        self._chromium_seconds: list[float] = []

    def together(self, people: int, number: int) -> float:
        """The percentile of the seconds from mouse up to the answer; all windows are here."""
        with serving(self._script) as address:
            pages = _windows(self._browser, address, people)
            self._first_strokes(pages)
            before = processor_seconds(self._script)
            waits = _draw(pages, self._watched, STROKES_TOGETHER, number)
            after = processor_seconds(self._script)
            _close(pages)
        if people == MOST:
            strokes = people * STROKES_TOGETHER
            self._server_seconds.append((after[0] - before[0]) / strokes)
            self._chromium_seconds.append((after[1] - before[1]) / strokes)
        return _percentile(waits)

    def alone(self, number: int) -> float:
        """The same of one person."""
        with serving(self._script) as address:
            return self._in_one_window(address, number)

    def others_elsewhere(self, number: int) -> float:
        """The same of one person, while others draw in browsers on other machines."""
        with serving(self._script) as address:
            said = said_while_drawing(self._browser, address)
            with drawing_elsewhere(address, MOST - 1, said, f"{SEED} {number}"):
                return self._in_one_window(address, number)

    def processor_time(self) -> Line:
        """Of a stroke, with most people, all of whose windows were here."""
        return Line(
            "  processor time of a stroke: the server",
            Measured(tuple(self._server_seconds)),
            Measured(tuple(self._chromium_seconds)),
            "Chromium",
            None,
        )

    def _first_strokes(self, pages: Sequence[Page]) -> None:
        """One of each, unmeasured: with it a window loads what it shows strokes with."""
        _draw(pages, self._watched, 1, number=-1)
        pages[-1].wait_for_timeout(SETTLED_MS)

    def _in_one_window(self, address: str, number: int) -> float:
        pages = _windows(self._browser, address, 1)
        self._first_strokes(pages)
        waits = _draw(pages, self._watched, STROKES_ALONE, number)
        _close(pages)
        return _percentile(waits)


def said_while_drawing(browser: Browser, address: str) -> list[bytes]:
    """What a window of the app says to the server: that it is there, and each of a few strokes."""
    page = browser.new_page(viewport=VIEWPORT)
    said = recorded(page)
    page.goto(address)
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(SETTLED_MS)
    _draw([page], ".verdict", STROKES_TOGETHER, SEED)
    page.close()
    return said


def _windows(browser: Browser, address: str, count: int) -> list[Page]:
    """Windows that were opened one after the other and have come to rest."""
    pages = [window(browser, address, "canvas.upper-canvas")[0] for _ in range(count)]
    pages[-1].wait_for_timeout(SETTLED_MS)
    return pages


def _close(pages: Sequence[Page]) -> None:
    for page in pages:
        page.context.close()


def _draw(pages: Sequence[Page], watched: str, strokes: int, number: int) -> list[float]:
    """Let everybody draw; the seconds that all of them waited."""
    seeds = random.Random(f"{SEED} {number}")  # noqa: S311
    for page in pages:
        seed = seeds.randrange(2**31)
        page.evaluate(PERSON, {"watched": watched, "seed": seed, "strokes": strokes, "pauses": PAUSE})
    waits: list[float | None] = [wait for page in pages for wait in page.evaluate("window.drawing")]
    known = [wait / 1000 for wait in waits if wait is not None]
    if len(known) < 0.9 * len(waits):
        raise RuntimeError(f"{len(waits) - len(known)} of {len(waits)} strokes changed nothing on the page")
    return known


def _percentile(waits: Sequence[float]) -> float:
    return float(np.percentile(waits, PERCENTILE))


def processor_seconds(script: Path) -> tuple[float, float]:
    """Of the server of ``script`` and of Chromium with all its processes, so far."""
    server = browser = 0.0
    for process in psutil.Process().children(recursive=True):
        times, command = process.cpu_times(), process.cmdline()
        if str(script) in command:
            server += times.user + times.system
        elif "chrom" in process.name():
            browser += times.user + times.system
    return server, browser
