"""The picture of the Draw page in the README, made anew: ``python -m benchmarks.draw_picture``.

A 3 is drawn with the mouse in the app itself, in Chromium, on an empty run folder.
"""

from __future__ import annotations

import re
from math import cos, radians, sin

from playwright.sync_api import Page, ViewportSize

from benchmarks.draw_latency import ROOT, chromium, serving

PICTURE = ROOT / "docs" / "draw.png"
SIZE: ViewportSize = {"width": 1300, "height": 1240}


def arc(across: float, down: float, radius: float, first: int, last: int) -> list[tuple[float, float]]:
    """Points on the canvas, in pixels, clockwise from one angle to another, in degrees from the right."""
    angles = map(radians, range(first, last + 1, 6))
    return [(across + radius * cos(angle), down + radius * sin(angle)) for angle in angles]


THREE = [*arc(135, 95, 48, -150, 80), *arc(138, 185, 52, -80, 150)]


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x, box["y"] + y)
        if not number:
            page.mouse.down()
    page.mouse.up()
    page.mouse.move(0, 0)
    page.locator(".verdict p").filter(has_text=re.compile(r"Reads as \d")).wait_for()


def main() -> None:
    with chromium() as browser, serving(ROOT / "app.py") as address:
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(address)
        page.wait_for_selector("canvas.upper-canvas")
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        draw(page, THREE)
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURE, animations="disabled")
        page.close()


if __name__ == "__main__":
    main()
