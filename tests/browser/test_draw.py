"""The Draw page as a person uses it."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.photograph import ink_from_file
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    draw,
    in_both_schemes,
    ink_on,
    wait_for_blank_canvas,
    wait_for_canvas,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ONE = [(140, 50), (140, 230)]
SEVEN = [(80, 60), (200, 60), (130, 230)]
BAR = [(100, 145), (190, 145)]
READS = re.compile(r"Reads as \d")


def verdict_of(page: Page) -> str:
    """What the verdict says, once there is one."""
    return page.locator(".verdict p").filter(has_text=READS).inner_text().replace("\n", "")


def wait_for_change(page: Page, previous: str) -> None:
    expect(page.locator(".seen img")).not_to_have_attribute("src", previous)


def seen_by_the_network(page: Page) -> str:
    return page.locator(".seen img").get_attribute("src") or ""


def test_a_drawn_digit_is_read_and_its_rows_are_shown(page: Page) -> None:
    draw(page, SEVEN)
    read = re.search(r"Reads as \d.*(settled at row \d+)", verdict_of(page))
    assert read
    expect(page.locator(".seen figcaption")).to_have_text(f"What the network sees{read[1]}")
    expect(page.get_by_role("img", name="The digit as the network sees it, 28 × 28 pixels")).to_be_visible()
    assert page.locator(".verdict .bars tr").count() == 10
    page.get_by_role("heading", name="Row by row").wait_for()
    page.locator(".evolution .bars").wait_for()
    assert page.locator(".row-grid > li").count() == 28
    page.locator(".row-grid").scroll_into_view_if_needed()
    page.locator(".row-grid .title b").wait_for()


def test_a_blank_sheet_shows_an_invitation_and_no_verdict(page: Page) -> None:
    page.get_by_text("A blank sheet").wait_for()
    assert not page.get_by_text(READS).count()
    expect(page.get_by_role("img", name="28 × 28 pixels, still empty")).to_be_visible()
    assert page.get_by_role("button", name="Clear").is_disabled()


def test_the_next_stroke_changes_what_the_network_sees(page: Page) -> None:
    draw(page, SEVEN)
    verdict_of(page)
    before = seen_by_the_network(page)
    draw(page, BAR)
    wait_for_change(page, before)


def test_clear_leaves_a_blank_sheet_and_undo_brings_the_drawing_back(page: Page) -> None:
    draw(page, SEVEN)
    before = verdict_of(page)
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("A blank sheet").wait_for()
    wait_for_blank_canvas(page)
    page.keyboard.press("Control+z")
    assert verdict_of(page) == before


def test_undo_takes_the_last_stroke_off_by_button_and_by_key(page: Page) -> None:
    draw(page, SEVEN)
    verdict_of(page)
    one_stroke = seen_by_the_network(page)
    draw(page, BAR)
    wait_for_change(page, one_stroke)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".seen img")).to_have_attribute("src", one_stroke)
    page.keyboard.press("Control+z")
    page.get_by_text("A blank sheet").wait_for()


def test_after_undo_and_clear_the_sheet_can_be_drawn_on(page: Page) -> None:
    draw(page, SEVEN)
    verdict_of(page)
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("A blank sheet").wait_for()
    wait_for_blank_canvas(page)
    draw(page, ONE)
    verdict_of(page)


def test_a_wider_brush_leaves_more_ink_and_keeps_the_drawing(page: Page) -> None:
    draw(page, [(60, 60), (60, 200)])
    verdict_of(page)
    before, thin = seen_by_the_network(page), ink_on(page)
    page.get_by_role("button", name="Brush").click()
    slider = page.get_by_role("slider", name="Brush width")
    slider.focus()
    slider.press("End")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    draw(page, [(180, 60), (180, 200)])
    page.get_by_text(re.compile(r"Reads as \d \d")).wait_for()
    assert seen_by_the_network(page) == before, "the first of two digits is shown"
    assert ink_on(page) > 2.5 * thin


def test_a_finger_draws_too(open_page: Callable[..., Page]) -> None:
    page = open_page(size=PHONE, touch=True)
    wait_for_canvas(page)
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [(140, 60)]),
        *(("touchMove", [(140, y)]) for y in range(70, 230, 10)),
        ("touchEnd", []),
    ):
        touches = [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    verdict_of(page)


def test_the_drawing_is_still_there_after_a_visit_to_another_page(page: Page) -> None:
    draw(page, SEVEN)
    before = verdict_of(page)
    ink = ink_on(page)
    page.get_by_role("link", name="Runs").click()
    page.get_by_role("heading", name="Runs").wait_for()
    page.get_by_role("link", name="Draw").click()
    wait_for_canvas(page)
    assert verdict_of(page) == before
    page.wait_for_timeout(300)
    assert ink_on(page) == ink
    image = seen_by_the_network(page)
    draw(page, BAR)
    wait_for_change(page, image)


def test_the_drawing_can_be_saved_and_uploaded_again(page: Page) -> None:
    draw(page, SEVEN)
    before = verdict_of(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    picture = download.value.path().read_bytes()
    assert download.value.suggested_filename == "digit.png"
    assert normalise(ink_from_file(picture), 28, 28).any()
    page.get_by_role("radio", name="Upload").click()
    page.get_by_text("Upload a picture").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "digit.png", "mimeType": "image/png", "buffer": picture}
    )
    assert verdict_of(page).partition(",")[0] == before.partition(",")[0]


def test_a_picture_dark_on_light_is_read(page: Page) -> None:
    paper = Image.new("L", (600, 400), 240)
    ImageDraw.Draw(paper).line([(250, 60), (350, 60), (290, 340)], fill=20, width=24)
    file = io.BytesIO()
    paper.save(file, "PNG")
    page.get_by_role("radio", name="Upload").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "seven.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    verdict_of(page)


def test_a_file_that_is_no_picture_is_refused_in_words(page: Page) -> None:
    page.get_by_role("radio", name="Upload").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "digit.png", "mimeType": "image/png", "buffer": b"this is no picture"}
    )
    page.get_by_text("not a picture that the program can read").wait_for()
    assert not page.get_by_text(READS).count()


@pytest.mark.skipif(
    not os.environ.get("ROW_BY_ROW_DATA"), reason="set ROW_BY_ROW_DATA to a folder with mnist.npz"
)
def test_a_digit_of_the_gallery_is_read_by_mouse_and_by_keyboard(page: Page) -> None:
    page.get_by_role("radio", name="Gallery").click()
    page.get_by_text("Pick a digit").wait_for()
    digits = page.get_by_role("radiogroup").get_by_role("radio", name=re.compile("test image"))
    digits.nth(4).click()
    verdict_of(page)
    before = seen_by_the_network(page)
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    assert digits.nth(5).get_attribute("aria-checked") == "true"
    page.get_by_role("button", name="Other digits").click()
    page.get_by_text("Pick a digit").wait_for()


@pytest.mark.parametrize("size", [DESKTOP, (800, 900), PHONE], ids=["desktop", "tablet", "phone"])
def test_nothing_overflows_sideways(open_page: Callable[..., Page], size: tuple[int, int]) -> None:
    page = open_page(size=size, scheme="dark")
    wait_for_canvas(page)
    draw(page, SEVEN)
    verdict_of(page)
    page.locator(".evolution .classes span").last.wait_for()
    page.locator(".row-grid > li").last.wait_for()
    for scheme in in_both_schemes(page):
        widest = page.evaluate(
            """() => Math.max(...[...document.body.querySelectorAll("*")].map(
                element => element.getBoundingClientRect().right
            ))"""
        )
        assert widest <= size[0] + 1, scheme
        background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        light = np.mean([int(value) for value in re.findall(r"\d+", background)[:3]]) > 127
        assert light == (scheme == "light")


def test_a_touch_that_is_cancelled_in_mid_stroke_leaves_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page(touch=True)
    wait_for_canvas(page)
    draw(page, [(100, 60), (180, 60), (140, 200)])
    page.get_by_text("Reads as").first.wait_for()
    before = ink_on(page)
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        at = [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (60, 60))
    touch("touchMove", (80, 90))
    touch("touchMove", (120, 150))
    touch("touchCancel")
    page.wait_for_timeout(500)
    assert ink_on(page) == before
    touch("touchStart", (60, 160))
    touch("touchMove", (80, 180))
    touch("touchMove", (120, 190))
    touch("touchEnd")
    page.wait_for_timeout(500)
    assert ink_on(page) > before


def test_ctrl_z_in_a_text_field_leaves_the_strokes_alone(page: Page) -> None:
    draw(page, [(100, 60), (180, 60), (140, 200)])
    page.get_by_text("Reads as").first.wait_for()
    before = ink_on(page)
    page.evaluate("document.querySelector('h1').append(document.createElement('input'))")
    page.locator("h1 input").press("Control+z")
    page.wait_for_timeout(500)
    assert ink_on(page) == before
    page.locator("h1 input").blur()
    page.keyboard.press("Control+z")
    wait_for_blank_canvas(page)
