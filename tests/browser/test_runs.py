"""The list of runs in a real browser: rename, draw with, delete."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


NAMED = re.compile("digits 8 adam .*seed 4711")
"""The network of `trained`."""


@pytest.fixture
def trained(open_page: Callable[..., Page]) -> Page:
    """The Train page with a small run that ended."""
    page = open_page("/train?preset=digits&units=8&steps=30&evaluate_every=30&seed=4711")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Test accuracy", exact=True).wait_for()
    return page


def choose_newest(page: Page) -> None:
    """Click the name in the first line, which is painted on a canvas."""
    table = page.get_by_test_id("stDataFrame")
    table.wait_for()
    page.wait_for_timeout(500)  # the table moves while it is laid out
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + 52)
    page.get_by_role("button", name="Rename").wait_for()


def test_a_run_is_renamed_drawn_with_and_deleted(trained: Page) -> None:
    page = trained
    page.get_by_role("link", name="Runs").click()
    choose_newest(page)

    page.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Small and quick")
    dialog.get_by_role("textbox", name="Name").press("Enter")
    dialog.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="Small and quick").wait_for()

    page.get_by_role("button", name="Draw with it").click()
    page.get_by_text("LSTM 8 · UCI digits").wait_for()

    page.get_by_role("link", name="Runs").click()
    choose_newest(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    page.get_by_role("heading", name="Small and quick").wait_for()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete permanently").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    page.get_by_role("heading", name="Small and quick").wait_for(state="hidden")


def test_a_run_is_chosen_with_the_keyboard_and_leads_on_to_the_inside_page(trained: Page) -> None:
    page = trained
    page.get_by_role("link", name="Runs").click()
    page.get_by_test_id("data-grid-canvas").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Read beside another").wait_for()
    page.get_by_test_id("data-grid-canvas").focus()
    page.keyboard.press("ArrowUp")  # the newest is in the first line, above the second where there are others
    page.get_by_role("heading", name=NAMED).wait_for()
    page.get_by_role("button", name="Read beside another").click()
    page.get_by_role("heading", name="Two readings side by side").wait_for()
    page.get_by_role("combobox", name="Second network").wait_for()
    page.get_by_text(re.compile(f"First, {NAMED.pattern}")).wait_for()
