"""How long the panels of the Inside page take to answer, and how much one reading sends to the browser.

    python -m benchmarks.inside_latency [--rounds N] [--panel NAME]

Every panel's main interactions are made in a headless Chromium, each once unmeasured and then ``--rounds``
times. An answer takes from the key or the button until the last figure, number or equation that it changes
is in place and painted. What a panel sends is counted on the wire before compression, from an address to
the panel at rest. One interaction should take at most 400 ms, one reading at most 1.5 MB.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.draw_latency import ROOT, chromium, serving
from benchmarks.timing import Measured

WANTED_SECONDS = 0.4
WANTED_KB = 1500
ROUNDS = 5

# Notes when a person's act began and when what it changed was painted last. Hovering is none of it.
STOPWATCH = """() => {
    const answers = ".js-plotly-plot, .outcome, .katex, .tensors, .found, [data-testid=stCaptionContainer]";
    const of = target => target.nodeType === 1 ? target : target.parentElement;
    const begin = () => { window.began = performance.now(); window.ended = null; };
    for (const act of ["keydown", "click"]) window.addEventListener(act, begin, true);
    new MutationObserver(changes => {
        const answered = changes.some(({ target, addedNodes }) =>
            (of(target)?.closest(answers) && !of(target).closest(".hoverlayer")) ||
            [...addedNodes].some(node => node.nodeType === 1 &&
                (node.matches(answers) || node.querySelector(answers))));
        if (answered) requestAnimationFrame(() => setTimeout(() => (window.ended = performance.now())));
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
QUIET_INTERRUPTIONS = """() => window.addEventListener("unhandledrejection", event => {
    if (event.reason === undefined) event.preventDefault();
})"""
AT_REST = """() => document.querySelector(".stApp")?.dataset.testScriptState === "notRunning" &&
    window.ended && performance.now() - window.ended > 700"""

EVERY_UNIT = "[class*=every-unit] .js-plotly-plot"
"""The heatmaps of the panel of gates."""

Act = Callable[[Page, int], None]
"""Makes an interaction for the time that the number says, from 0; the last input is what is measured."""


def key(slider: str, forth: str = "ArrowLeft", back: str = "ArrowRight") -> Act:
    """A step of a slider and back, in turns."""

    def act(page: Page, number: int) -> None:
        handle = page.get_by_role("slider", name=re.compile(f"^{slider}")).first
        handle.focus()
        handle.press(back if number % 2 else forth)

    return act


def choice(*options: str) -> Act:
    """The options of a row of buttons, one after the other."""

    def act(page: Page, number: int) -> None:
        page.get_by_role("radio", name=options[number % len(options)], exact=True).click()

    return act


def selection(box: str, *options: str) -> Act:
    def act(page: Page, number: int) -> None:
        page.get_by_role("combobox", name=re.compile(box)).click()
        page.get_by_role("option", name=options[number % len(options)], exact=True).click()

    return act


def button(*labels: str) -> Act:
    def act(page: Page, number: int) -> None:
        page.get_by_role("button", name=labels[number % len(labels)], exact=True).click()

    return act


def unit(page: Page, number: int) -> None:
    field = page.get_by_role("spinbutton", name=re.compile("^Unit"))
    field.fill(str(20 + number))
    field.press("Enter")


def step(page: Page, number: int) -> None:
    """Of the figure's own player."""
    label = "Next" if number % 2 else "Back"
    page.locator(f"{EVERY_UNIT} .updatemenu-button", has_text=label).click()


def cell(page: Page, number: int) -> None:
    """A click in the heatmap of the input gate."""
    area = page.locator(f"{EVERY_UNIT} .nsewdrag[data-subplot='x2y']")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * (0.2 + 0.05 * number), box["y"] + box["height"] * (0.3 + 0.05 * number)
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)


def open_heatmaps(page: Page) -> None:
    page.get_by_text("Every unit as a heatmap").click()
    page.locator(f"{EVERY_UNIT} .main-svg").first.wait_for()


@dataclass(frozen=True)
class Panel:
    """A panel's name in the address, its interactions by their names, and what is done before them."""

    name: str
    acts: dict[str, Act]
    before: Callable[[Page], None] | None = None


PANELS = (
    Panel(
        "gates",
        {
            "row by the page's slider": key("Row"),
            "row by the figure's player": step,
            "layer": choice("1", "2"),
            "units by influence, as stored": choice("by influence", "as stored"),
            "one quantity, all six": selection("Show", "cell state c", "all six"),
            "click a cell": cell,
            "row, with a unit's equations": key("Row"),
        },
        open_heatmaps,
    ),
    Panel(
        "arithmetic",
        {
            "row": key("Row"),
            "unit": unit,
            "gate": choice("forget gate", "input gate"),
            "layer": choice("1", "2"),
        },
    ),
    Panel(
        "what decided",
        {
            "class": selection("^Class|Class$", "5", "3"),
            "pixels": choice("gradient × ink", "gradient"),
            "rows left out": choice("blank", "skipped"),
        },
    ),
    Panel("what if", {"preset, undo": button("Forget everything", "Undo")}),
    Panel(
        "two at once",
        {
            "row": key("Row"),
            "second digit": selection("Digit", "8", "7"),
            "on the way": key("From the first"),
            "two networks, two drawings": choice("Two networks", "Two drawings"),
        },
    ),
    Panel("while it learnt", {"class": selection("^Class|Class$", "5", "3")}),
    Panel(
        "alike",
        {
            "row": key("Row"),
            "measure": choice("Distance (Euclidean)", "Direction (cosine)"),
            "threshold": key("A unit is on"),
        },
    ),
    Panel("how far", {"row of the reliability diagram": key("After row")}),
)


@dataclass
class Opened:
    """A window on a panel, and what has come over its wire."""

    page: Page
    received: int = 0

    def take(self) -> int:
        """The bytes since the last time."""
        taken, self.received = self.received, 0
        return taken


def open_panel(browser: Browser, address: str, panel: Panel) -> tuple[Opened, int]:
    """A window, and the bytes that came with the panel."""
    page = browser.new_context(viewport={"width": 1300, "height": 1400}).new_page()
    opened = Opened(page)

    def count(frame: Any) -> None:
        opened.received += len(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", count))
    page.goto(f"{address}/inside?{urlencode({'panel': panel.name})}")
    page.locator(".js-plotly-plot .main-svg, .found img").first.wait_for(timeout=120_000)
    if panel.before:
        panel.before(page)
    page.evaluate(STOPWATCH)
    page.evaluate(QUIET_INTERRUPTIONS)
    page.wait_for_timeout(3000)
    return opened, opened.take()


def waited(page: Page, act: Act, number: int) -> float:
    """Seconds that an interaction took."""
    page.evaluate("window.began = window.ended = null")
    act(page, number)
    page.wait_for_function(AT_REST, timeout=60_000)
    return float(page.evaluate("(window.ended - window.began) / 1000"))


def measure(browser: Browser, address: str, panel: Panel, rounds: int) -> bool:
    """Print a panel's lines; whether all is as wanted."""
    open_panel(browser, address, panel)[0].page.context.close()  # what the first visitor waits for
    opened, sent = open_panel(browser, address, panel)
    reached = sent <= WANTED_KB * 1000
    print(line(panel.name, "one reading", f"{sent / 1000:,.0f} kB", f"{WANTED_KB:,} kB", reached), flush=True)
    for what, act in panel.acts.items():
        waited(opened.page, act, 0)
        opened.take()
        taken = Measured(tuple(waited(opened.page, act, number) for number in range(1, rounds + 1)))
        each = opened.take() / rounds / 1000
        fast = taken.median <= WANTED_SECONDS
        reached = reached and fast
        print(line("", what, f"{taken}, {each:,.0f} kB", f"{1e3 * WANTED_SECONDS:.0f} ms", fast), flush=True)
    opened.page.context.close()
    return reached


def line(panel: str, what: str, found: str, wanted: str, reached: bool) -> str:
    return f"{panel:<17}{what:<32}{found:<34}≤ {wanted:<10}{'reached' if reached else 'NOT reached'}"


def main() -> None:
    names = [panel.name for panel in PANELS]
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    arguments.add_argument("--panel", choices=names, action="append", help="only this one; may be repeated")
    options = arguments.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; medians (least–greatest), kB of each answer"
    )
    with chromium() as browser, serving(ROOT / "app.py") as address:
        for panel in PANELS:
            if panel.name in (options.panel or names):
                measure(browser, address, panel, options.rounds)
        browser.close()
    print(f"load {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
