"""What the browser's Back button leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def steps(page: Page) -> list[str]:
    """The addresses that were come to, the oldest first."""
    found: list[str] = page.evaluate(
        "navigation.entries().slice(0, navigation.currentEntry.index + 1)"
        ".map(({ url }) => url.slice(location.origin.length))"
    )
    return found


def test_a_page_is_one_step_and_each_change_of_its_settings_another(page: Page) -> None:
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_url("**/train?preset=quick")
    came_to = ["/", "/train?preset=quick"]
    assert steps(page) == came_to, "what the page writes into its address is no step"

    dropout = page.get_by_role("spinbutton", name="Dropout rate", exact=True)
    expect(dropout).to_have_value("0")
    dropout.fill("0.35")
    dropout.press("Enter")
    page.wait_for_url(re.compile(r"dropout=0\.35"))
    came_to.append("/train?preset=quick&dropout=0.35")
    assert steps(page) == came_to

    page.get_by_role("link", name="Evidence", exact=True).click()
    page.get_by_role("heading", name="Test accuracy", exact=True).wait_for()
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_url(re.compile(r"dropout=0\.35"))
    came_to += ["/evidence", "/train?preset=quick&dropout=0.35"]
    assert steps(page) == came_to, "nor what a page writes that one comes to again"
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()

    page.go_back()
    page.get_by_role("heading", name="Test accuracy", exact=True).wait_for()
    page.go_back()
    expect(dropout).to_have_value("0.35")
    page.go_back()
    expect(dropout).to_have_value("0")
    page.go_back()
    page.wait_for_selector("canvas.upper-canvas")
