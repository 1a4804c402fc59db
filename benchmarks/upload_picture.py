"""The picture of an upload in the README, made anew: ``python -m benchmarks.upload_picture``.

A photo as of a phone is made, of ruled paper on a desk in uneven light with two digits in blue ink. It is
brought to the app itself, in Chromium, on an empty run folder.
"""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import ViewportSize

from benchmarks.draw_latency import ROOT, chromium, serving
from benchmarks.draw_picture import THREE

PICTURE = ROOT / "docs" / "upload.png"
SIZE: ViewportSize = {"width": 1300, "height": 800}
WIDTH, HEIGHT = 1200, 900
SEVEN = [(60, 60), (200, 50), (130, 150), (100, 235)]
BAR = [(85, 145), (185, 140)]


def photo() -> bytes:
    """A JPEG of the page of an exercise book."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (96, 66, 44))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(110, 60), (1130, 20), (1170, 850), (60, 880)], fill=(238, 233, 218))
    for y in range(120, 860, 62):
        pen.line([(95, y), (1150, y - 26)], fill=(168, 196, 214), width=3)
    for strokes, x in (((THREE,), 230), ((SEVEN, BAR), 620)):
        for stroke in strokes:
            pen.line(
                [(x + 1.2 * a, 240 + 1.5 * b) for a, b in stroke], fill=(34, 52, 132), width=17, joint="curve"
            )
    light = np.linspace(1.0, 0.62, WIDTH)[None, :, None] * np.linspace(1.0, 0.85, HEIGHT)[:, None, None]
    lit = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), np.float64) * light
    lit += np.random.default_rng(0).normal(0, 3, lit.shape)
    file = io.BytesIO()
    Image.fromarray(lit.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue()


def main() -> None:
    with chromium() as browser, serving(ROOT / "app.py") as address:
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(address)
        page.wait_for_selector("canvas.upper-canvas")
        page.get_by_role("radio", name="Upload").click()
        upload = page.locator(".st-key-bring input[type=file]")
        upload.set_input_files({"name": "page.jpg", "mimeType": "image/jpeg", "buffer": photo()})
        page.locator(".verdict p").filter(has_text=re.compile(r"Reads as")).wait_for()
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        page.wait_for_timeout(1500)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURE, animations="disabled")
        page.close()


if __name__ == "__main__":
    main()
