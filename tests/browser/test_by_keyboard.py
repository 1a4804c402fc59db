"""The main job without a mouse: bring a digit, read it, train, draw with it, look inside, learn."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

needs_mnist = pytest.mark.skipif(
    not os.environ.get("ROW_BY_ROW_DATA"), reason="set ROW_BY_ROW_DATA to a folder with mnist.npz"
)
TABS = 80
IN_FOCUS = """element => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused === element;
}"""
IS_SEEN = """element => {
    const marked = of => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(of);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
    };
    const box = element.getBoundingClientRect();
    return element.matches(":focus-visible") && marked(element) && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until ``wanted`` has the focus."""
    wanted.wait_for()
    for _ in range(TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate(IN_FOCUS):
            break
    else:
        pytest.fail(f"The keyboard does not reach {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go to ``wanted`` with Tab, where the focus must be seen, and press it."""
    tab_to(page, wanted)
    assert wanted.evaluate(IS_SEEN), f"The focus is not seen on {wanted}"
    page.keyboard.press(key)


def follow(page: Page, name: str) -> None:
    """Go to another page by the navigation above."""
    press(page, page.get_by_role("link", name=name, exact=True))


def test_the_sheet_takes_the_focus_and_says_what_serves_without_a_pointer(page: Page) -> None:
    sheet = page.get_by_role("img", name=re.compile("Drawing sheet.*With the keyboard.*Gallery or Upload"))
    tab_to(page, sheet)
    outline = page.locator(".st-key-sheet").evaluate("sheet => getComputedStyle(sheet).outlineStyle")
    assert outline == "solid"
    expect(page.get_by_text("With the keyboard, take one from Gallery or Upload.")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.locator(".st-key-sheet[data-keyboard]").count() == 0


def test_the_sheet_shows_no_ring_while_it_is_drawn_on(page: Page) -> None:
    page.locator("canvas.upper-canvas").click()
    assert page.locator(".st-key-sheet[data-keyboard]").count() == 0


@needs_mnist
def test_a_digit_is_picked_read_and_played(page: Page) -> None:
    tab_to(page, page.get_by_role("radio", name="Draw"))
    page.keyboard.press("ArrowRight")
    gallery = page.get_by_role("radio", name="Gallery")
    if not gallery.evaluate(IN_FOCUS):
        tab_to(page, gallery)
    if gallery.get_attribute("aria-checked") != "true":
        page.keyboard.press("Enter")
    digits = page.get_by_role("radiogroup").get_by_role("radio", name=re.compile("test image"))
    press(page, digits.first)
    page.keyboard.press("ArrowRight")
    expect(digits.nth(1)).to_have_attribute("aria-checked", "true")
    page.locator(".verdict p").filter(has_text=re.compile(r"Reads as \d")).wait_for()

    row = page.get_by_role("slider", name="Last row the network has read")
    expect(row).to_have_value("28")
    press(page, page.locator(".evolution .play"))
    expect(page.locator(".evolution .play")).to_have_text(re.compile("Pause"))
    page.keyboard.press("Enter")
    expect(page.locator(".evolution .play")).to_have_text(re.compile("Play"))
    tab_to(page, row)
    page.keyboard.press("Home")
    expect(row).to_have_value("1")
    tab_to(page, page.get_by_role("button", name="Forward one row"), back=True)
    page.keyboard.press("Enter")
    expect(page.locator(".evolution output")).to_have_text("after row 2 of 28")


def test_a_network_is_trained_drawn_with_and_found_among_the_runs(open_page: Callable[..., Page]) -> None:
    page = open_page("/train")
    preset = page.get_by_role("combobox", name="Start from")
    tab_to(page, preset)
    page.keyboard.type("Small digits")
    page.get_by_role("option", name=re.compile("Small digits")).first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("UCI digits").first.wait_for()
    steps = page.get_by_role("spinbutton", name="Steps", exact=True)
    tab_to(page, steps)
    page.keyboard.press("Control+a")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    press(page, page.get_by_role("button", name="Train", exact=True))
    page.get_by_text("Test accuracy", exact=True).wait_for()
    press(page, page.get_by_role("button", name="Draw with it"))
    page.get_by_role("heading", name="Draw a digit").wait_for()
    wait_for_canvas(page)
    page.get_by_text("UCI digits").first.wait_for()

    follow(page, "Runs")
    tab_to(page, page.get_by_test_id("data-grid-canvas"))
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Rename").wait_for()
    tab_to(page, page.get_by_role("button", name="Open on Train"))


def test_the_row_is_stepped_inside_and_the_lesson_goes_on(open_page: Callable[..., Page]) -> None:
    page = open_page("/inside")
    row = page.get_by_role("slider", name="Row that is read")
    tab_to(page, row)
    assert row.evaluate(IS_SEEN)
    before = int(row.input_value())
    page.keyboard.press("ArrowLeft")
    expect(row).to_have_value(str(before - 1))

    follow(page, "Learn")
    page.get_by_role("heading", name=re.compile("Five questions")).wait_for()
    press(page, page.get_by_role("button", name="Next: recurrence"))
    page.get_by_role("heading", name=re.compile("^2 · A recurrent network")).wait_for()
