"""The address of a page holds the drawing: a reload or a link brings the same strokes and verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.browser.conftest import draw, ink_on, pixels, wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

THREE = [(60, 50), (200, 50), (110, 120), (200, 190), (60, 230)]
HOLDS_A_DRAWING = "() => new URL(location.href).searchParams.get('drawing')"


def verdict(page: Page) -> str:
    page.locator(".verdict p").filter(has_text="Reads as").first.wait_for()
    return page.locator(".verdict").inner_text()


def draw_three(page: Page) -> str:
    """Draws a 3; gives the address once it holds the drawing."""
    draw(page, THREE)
    page.locator(".verdict p").filter(has_text="Reads as").first.wait_for()
    page.wait_for_function(HOLDS_A_DRAWING)
    return page.url


def test_a_link_opened_in_a_fresh_browser_shows_the_same_strokes_and_verdict(
    page: Page, browser: Browser, server: str
) -> None:
    address = draw_three(page)
    before, ink, seen = verdict(page), ink_on(page), pixels(page.locator(".seen img"))
    context = browser.new_context()
    other = context.new_page()
    other.goto(address)
    wait_for_canvas(other)
    assert verdict(other) == before
    assert abs(ink_on(other) - ink) < 0.01 * ink
    np.testing.assert_allclose(pixels(other.locator(".seen img")).astype(int), seen, atol=6)
    context.close()


def test_a_stroke_is_no_step_of_the_back_button_and_a_reload_loses_nothing(page: Page) -> None:
    before = page.evaluate("history.length")
    draw_three(page)
    assert page.evaluate("history.length") == before
    said = verdict(page)
    page.reload()
    wait_for_canvas(page)
    assert verdict(page) == said


def test_other_pages_keep_the_drawing_in_their_address(page: Page, open_page: Callable[..., Page]) -> None:
    draw_three(page)
    page.get_by_role("link", name="Inside").click()
    page.get_by_text("your last drawing").wait_for()
    page.wait_for_function(HOLDS_A_DRAWING)
    other = open_page(page.url)
    other.get_by_text("your last drawing").wait_for()
    ours, theirs = (pixels(window.locator("img.current-digit")).astype(int) for window in (page, other))
    np.testing.assert_allclose(theirs, ours, atol=6)


def test_a_cleared_sheet_leaves_no_drawing_in_the_address(page: Page) -> None:
    draw_three(page)
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function(f"() => !({HOLDS_A_DRAWING})()")


def test_a_broken_link_is_said_and_the_sheet_is_blank(open_page: Callable[..., Page]) -> None:
    page = open_page("/?drawing=sAAAA")
    wait_for_canvas(page)
    page.get_by_text("The drawing in this link could not be used").wait_for()
    assert not ink_on(page)
