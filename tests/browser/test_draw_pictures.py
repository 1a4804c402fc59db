"""Pictures on the Draw page, as a person brings them: what is read is seen, framed anew, and kept."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lstm_core.drawing.stroke_digits import stroke_digit
from tests.browser.conftest import draw, wait_for_blank_canvas, wait_for_canvas
from tests.browser.test_accessibility import broken_rules, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SEVEN = [(30, 80), (110, 80), (70, 210)]
ONE = [(210, 70), (210, 210)]


def picture_of(*labels: int) -> bytes:
    """Digits side by side, dark on light."""
    sheet = np.pad(np.hstack([stroke_digit(label, 90, 90) for label in labels]), 60)
    file = io.BytesIO()
    Image.fromarray(np.round(235 * (1 - 0.85 * sheet)).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def upload(page: Page, content: bytes, name: str = "digits.png") -> None:
    page.get_by_role("radio", name="Upload").click()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": content}
    )


def says(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".verdict .headline")).to_have_text(text)


def middle_of(page: Page, place: Locator, x: float, y: float) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_several_digits_of_a_picture_are_read_each_with_its_own_rows(page: Page) -> None:
    upload(page, picture_of(1, 2, 7))
    says(page, "Reads as 1 2 7")
    expect(page.locator(".verdict .detail").first).to_contain_text("the one shown reads as 1")
    first = page.locator(".seen img").get_attribute("src") or ""
    page.get_by_role("radio", name="7", exact=True).click()
    expect(page.locator(".verdict .detail").first).to_contain_text("the one shown reads as 7")
    expect(page.locator(".seen img")).not_to_have_attribute("src", first)


def test_a_frame_dragged_over_a_picture_is_read_by_itself(page: Page) -> None:
    upload(page, picture_of(1, 2, 7))
    says(page, "Reads as 1 2 7")
    sheet = page.locator(".cut-out .sheet")
    page.mouse.move(*middle_of(page, sheet, 0.38, 0.1))
    page.mouse.down()
    page.mouse.move(*middle_of(page, sheet, 0.5, 0.6), steps=4)
    page.mouse.move(*middle_of(page, sheet, 0.62, 0.9), steps=4)
    page.mouse.up()
    says(page, "Reads as 2")
    page.get_by_role("button", name="Whole picture").click()
    says(page, "Reads as 1 2 7")


def test_a_picture_with_its_frame_breaks_no_rule_of_accessibility(page: Page) -> None:
    upload(page, picture_of(1, 2))
    says(page, "Reads as 1 2")
    page.mouse.move(0, 0)
    settled(page)
    assert not broken_rules(page)


def test_the_frame_goes_by_keyboard_too(page: Page) -> None:
    upload(page, picture_of(1, 2))
    says(page, "Reads as 1 2")
    corner = page.get_by_role("button", name="Lower right corner")
    corner.focus()
    for _ in range(25):
        page.keyboard.press("ArrowLeft")
    says(page, "Reads as 1")


def test_what_was_left_out_is_read_with_the_switch_off(page: Page) -> None:
    sheet = np.pad(stroke_digit(2, 90, 90), 40)
    sheet[8:14, 8:-8] = sheet[-14:-8, 8:-8] = sheet[8:-8, 8:14] = sheet[8:-8, -14:-8] = 1
    file = io.BytesIO()
    Image.fromarray(np.round(255 * (1 - sheet)).astype(np.uint8)).save(file, "PNG")
    upload(page, file.getvalue())
    says(page, "Reads as 2")
    expect(page.locator(".key.other")).to_be_visible()
    before = page.locator(".seen img").get_attribute("src") or ""
    page.get_by_text("Leave out lines, frames and the desk").click()
    expect(page.locator(".seen img")).not_to_have_attribute("src", before)
    expect(page.locator(".key.other")).to_be_hidden()


def test_a_picture_is_still_there_after_a_visit_to_another_page_and_can_be_removed(page: Page) -> None:
    upload(page, picture_of(2))
    says(page, "Reads as 2")
    page.get_by_role("link", name="Runs").click()
    page.get_by_role("heading", name="Runs").wait_for()
    page.get_by_role("link", name="Draw").click()
    says(page, "Reads as 2")
    page.get_by_role("button", name="Remove").click()
    says(page, "Upload a picture")


def test_a_picture_is_pasted(page: Page) -> None:
    page.get_by_role("radio", name="Upload").click()
    page.locator(".paste").wait_for(state="attached")
    page.evaluate(
        """(encoded) => {
          const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        base64.b64encode(picture_of(7)).decode(),
    )
    says(page, "Reads as 7")


def test_two_digits_on_the_sheet_are_read_and_one_is_rubbed_out(page: Page) -> None:
    draw(page, SEVEN)
    says(page, "Reads as 7")
    draw(page, ONE)
    says(page, "Reads as 7 1")
    page.get_by_role("button", name="Eraser").click()
    erasers = page.get_by_role("button", name="Eraser")
    expect(erasers).to_have_count(1)
    expect(erasers).to_have_attribute("kind", "primary")
    wait_for_canvas(page)
    draw(page, [(212, 55), (206, 220), (214, 60)])
    says(page, "Reads as 7")
    page.wait_for_function("location.search.includes('drawing=e')")
    page.reload()
    says(page, "Reads as 7")
    page.get_by_role("button", name="Clear").click()
    wait_for_blank_canvas(page)
