"""A photograph taken with the camera on the Draw page; Chromium's camera is a film of a sheet of paper."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import TimeoutError as NotInTime
from playwright.sync_api import expect

from lstm_core.drawing.stroke_digits import stroke_digit
from tests.browser.conftest import CHROMIUM_ARGUMENTS, PATIENCE, _chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ROWS, COLUMNS = 480, 640


def sheet_of_paper(label: int) -> np.ndarray:
    """``(rows, columns)`` bytes: a digit in pencil on paper under a lamp, off the middle."""
    digit = Image.fromarray(stroke_digit(label, 28, 28)).resize((240, 240), Image.Resampling.BICUBIC)
    ink = np.zeros((ROWS, COLUMNS))
    ink[120:360, 250:490] = np.clip(np.asarray(digit), 0, 1)
    light = 225 - 60 * np.linspace(0, 1, COLUMNS) + 15 * np.linspace(0, 1, ROWS)[:, None]
    noise = np.random.default_rng(0).normal(0, 2, ink.shape)
    return np.clip(light * (1 - 0.7 * ink) + noise, 0, 255).astype(np.uint8)


def film(path: Path, picture: np.ndarray) -> None:
    """Ten times the same grey picture as YUV4MPEG2, uncompressed."""
    grey = bytes([128]) * (picture.size // 2)  # two planes of colour, half as high and as wide
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{COLUMNS} H{ROWS} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(10):
            file.write(b"FRAME\n" + picture.tobytes() + grey)


def test_a_digit_is_photographed_and_read(browser: Browser, server: str, tmp_path: Path) -> None:
    film(tmp_path / "sheet.y4m", sheet_of_paper(7))
    with_camera = browser.browser_type.launch(
        executable_path=_chromium(),
        args=[
            *CHROMIUM_ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'sheet.y4m'}",
        ],
    )
    try:
        context = with_camera.new_context(permissions=["camera"])
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(server)
        page.get_by_role("radio", name="Upload").click()
        page.get_by_role("radio", name="Camera").click()
        camera = page.get_by_test_id("stCameraInput")
        expect(camera.locator("video")).to_be_visible()
        take, clear = (camera.get_by_role("button", name=name) for name in ("Take Photo", "Clear photo"))
        read = page.locator(".verdict .headline", has_text="Reads as 7")
        for _ in range(8):  # the camera starts twice, and between nothing is to be had from it
            take.click()
            with contextlib.suppress(NotInTime):
                read.wait_for(timeout=8_000)
                break
            if clear.is_visible():
                clear.click()
        expect(page.locator(".verdict .headline")).to_have_text("Reads as 7")
        expect(page.locator(".cut-out .sheet")).to_be_visible()
        clear.click()
        expect(page.locator(".verdict .headline")).to_have_text("Upload a picture")
    finally:
        with_camera.close()
