"""What the browser's Back button leads to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import wait_until_steps_are_kept

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
    wait_until_steps_are_kept(page)
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


def test_the_part_of_a_page_that_was_open_is_open_again(open_page: Callable[..., Page]) -> None:
    two, lesson, gate, what_if = (
        ("/inside?panel=two+at+once&row=9", "Two readings side by side"),
        ("/learn", "Five questions, answered in short"),
        ("/learn?section=forget+gate", "The forget gate: what to keep"),
        ("/inside?panel=what+if", "What if: change it and read again"),
    )

    def expect_part(address: str, heading: str) -> None:
        page.get_by_role("heading", name=heading).wait_for()
        page.wait_for_function("address => location.href.endsWith(address)", arg=address)
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()

    page = open_page("/inside?section=two+at+once&row=9")  # as links once named a panel
    expect_part(*two)
    wait_until_steps_are_kept(page)
    page.get_by_role("link", name="Learn", exact=True).click()
    expect_part(*lesson)
    page.get_by_role("radio", name="forget gate").click()
    expect_part(*gate)
    page.get_by_role("link", name="Inside", exact=True).click()
    expect_part(*two)
    page.get_by_role("radio", name="what if").click()
    expect_part(*what_if)
    parts = [two, lesson, gate, two, what_if]
    for part in reversed(parts[:-1]):
        page.go_back()
        expect_part(*part)
    for part in parts[1:]:
        page.go_forward()
        expect_part(*part)
    assert steps(page) == [address for address, _ in parts], "a part is one step, as a page is"
