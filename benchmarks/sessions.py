"""Five, ten and twenty people drawing at once, each in a browser window of their own, against one alone.

All windows are of one headless Chromium on this machine, which takes its share of the processor; so the same
is measured on a page that holds nothing but the canvas, and the processor time of a stroke is told apart.

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

from benchmarks.draw_latency import ONLY_THE_CANVAS, ROOT, chromium, serving, window
from benchmarks.line import Line
from benchmarks.timing import Measured, all_in_turns

PEOPLE = (5, 10, 20)
STROKES_TOGETHER, STROKES_ALONE = 8, 20
"""Of each person, in a round."""
WANTED = 2.5
PERCENTILE = 95
SETTLED_MS = 3000
SEED = 0

# Draws by itself, so that nothing outside the page takes part; the promise brings the milliseconds from each
# mouse-up to the next change inside what `watched` finds, or null where nothing changed for long.
PERSON = """({ watched, seed, strokes }) => {
    let state = seed;
    const random = () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
    const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
    const content = () => document.querySelector(watched)?.innerHTML;
    const found = root => root.querySelector("canvas.upper-canvas") ||
        [...root.querySelectorAll("*")].filter(element => element.shadowRoot)
            .map(element => found(element.shadowRoot)).find(Boolean);
    const changed = before => new Promise(resolve => {
        const up = performance.now();
        const done = waited => { observer.disconnect(); clearTimeout(patience); resolve(waited); };
        const observer = new MutationObserver(() => content() === before || done(performance.now() - up));
        const patience = setTimeout(() => done(null), 20000);
        const everything = { subtree: true, childList: true, characterData: true, attributes: true };
        observer.observe(document.body, everything);
    });
    const draw = async () => {
        const canvas = found(document), box = canvas.getBoundingClientRect();
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
        await sleep(4000 * random());
        for (let stroke = 0; stroke < strokes; stroke++) {
            const pause = sleep(3000 + 1000 * random());
            waits.push(await draw());
            await pause;
        }
        return waits;
    })();
}"""


def lines(rounds: int) -> Iterator[Line]:
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        canvas = Path(folder) / "canvas.py"
        canvas.write_text(ONLY_THE_CANVAS)
        yield from _lines(rounds, browser, ROOT / "app.py", ".verdict", "mouse up → verdict", WANTED)
        yield from _lines(rounds, browser, canvas, ".count", "the same, a page with only the canvas", None)


def _lines(
    rounds: int, browser: Browser, script: Path, watched: str, what: str, wanted: float | None
) -> Iterator[Line]:
    """Of the app or of another page, which is opened anew for every number of people; most are wanted."""
    server_seconds, chromium_seconds = [], []

    def drawing(people: int, strokes: int, number: int) -> float:
        with serving(script) as address:
            pages = _windows(browser, address, people)
            before = _processor_seconds(script)
            waits = _draw(pages, watched, strokes, number)
            after = _processor_seconds(script)
            _close(pages)
        if people == max(PEOPLE):
            server_seconds.append((after[0] - before[0]) / people / strokes)
            chromium_seconds.append((after[1] - before[1]) / people / strokes)
        return _percentile(waits)

    measures = [partial(drawing, people, STROKES_TOGETHER) for people in PEOPLE]
    *together, alone = all_in_turns(rounds, [*measures, partial(drawing, 1, STROKES_ALONE)])
    for people, waits in zip(PEOPLE, together, strict=True):
        wish = wanted if people == max(PEOPLE) else None
        yield Line(f"{what}, {people} people, p{PERCENTILE}", waits, alone, "one person", wish)
    yield Line(
        "  processor time of a stroke: the server",
        Measured(tuple(server_seconds)),
        Measured(tuple(chromium_seconds)),
        "Chromium",
        None,
    )


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
        page.evaluate(PERSON, {"watched": watched, "seed": seeds.randrange(2**31), "strokes": strokes})
    waits: list[float | None] = [wait for page in pages for wait in page.evaluate("window.drawing")]
    known = [wait / 1000 for wait in waits if wait is not None]
    if len(known) < 0.9 * len(waits):
        raise RuntimeError(f"{len(waits) - len(known)} of {len(waits)} strokes changed nothing on the page")
    return known


def _percentile(waits: Sequence[float]) -> float:
    return float(np.percentile(waits, PERCENTILE))


def _processor_seconds(script: Path) -> tuple[float, float]:
    """Of the server of ``script`` and of Chromium with all its processes, so far."""
    server = browser = 0.0
    for process in psutil.Process().children(recursive=True):
        times, command = process.cpu_times(), process.cmdline()
        if str(script) in command:
            server += times.user + times.system
        elif "chrom" in process.name():
            browser += times.user + times.system
    return server, browser
