"""``?ask=no&hide=…`` in a real browser: it lasts over every kind of way to another page, and a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.session.tour import STOPS
from tests.browser.conftest import PHONE, wait_for_canvas, wait_until_steps_are_kept
from tests.browser.tour_card import expect_step

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LINK = "/learn?section=what+changes&ask=no&hide=evidence,neighbours"
WISHED = """() => {
    const { searchParams } = new URL(location.href);
    return searchParams.get("ask") === "no" && searchParams.get("hide") === "evidence,neighbours";
}"""


def holds(page: Page, heading: str) -> None:
    """The page with this heading is there, nothing is asked on it, and what is hidden stays so."""
    page.get_by_role("heading", name=heading).first.wait_for()
    page.wait_for_function(WISHED)
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    expect(page.get_by_text("Guess first.")).to_have_count(0)
    expect(page.locator(".st-key-neighbours")).not_to_be_visible()
    expect(page.get_by_role("link", name="Evidence", exact=True)).to_have_count(0)


def at_rest(page: Page) -> None:
    """Until the server has answered, and what it writes into the address is there."""
    page.wait_for_timeout(500)
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.wait_for_timeout(500)


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_it_lasts_over_navigation_links_ways_the_back_button_and_reloads(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(LINK)
    holds(page, "What does it change?")
    page.locator(".side-by-side").wait_for()

    follow(page, "Inside")
    holds(page, "Inside the network")
    page.reload()
    holds(page, "Inside the network")
    page.get_by_role("button", name="Learn how a cell keeps").click()
    holds(page, "The cell state: keep and add")
    page.get_by_role("link", name="Draw your own").click()
    wait_for_canvas(page)
    holds(page, "Draw a digit")
    follow(page, "Train")
    holds(page, "Train a network")
    page.reload()
    holds(page, "Train a network")
    wait_until_steps_are_kept(page)
    follow(page, "Learn")
    page.get_by_role("radio", name="what changes").click()
    page.locator(".side-by-side").wait_for()
    holds(page, "What does it change?")

    at_rest(page)  # before, the section may not stand in the history yet
    page.go_back()
    holds(page, "Five questions, answered in short")
    at_rest(page)
    page.go_back()
    holds(page, "Train a network")
    at_rest(page)
    page.go_back()
    holds(page, "Draw a digit")
    at_rest(page)
    page.go_forward()
    holds(page, "Train a network")


def test_the_tour_asks_nothing_either(open_page: Callable[..., Page]) -> None:
    page = open_page("/?ask=no&hide=evidence,neighbours")
    wait_for_canvas(page)
    page.get_by_role("button", name="Show me, 5 minutes").click()
    headings = (
        "Draw a digit",
        "Draw a digit",
        "Inside",
        "The forget gate",
        "Inside",
        "What does it change?",
        "Train a network",
    )
    for number, (stop, heading) in enumerate(zip(STOPS, headings, strict=True), start=1):
        expect_step(page, number, stop)
        holds(page, heading)
        if number < len(STOPS):
            page.get_by_role("button", name="Next", exact=True).click()


@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_links_that_are_opened_in_another_tab_have_it(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(LINK, size=size)
    holds(page, "What does it change?")
    if size == PHONE:
        page.get_by_test_id("stExpandSidebarButton").click()
    for link in ("Inside", "Draw"):
        there = page.get_by_role("link", name=link, exact=True).first
        expect(there).to_have_attribute("href", re.compile("ask=no.*hide=evidence|hide=evidence.*ask=no"))
    other = open_page(str(page.get_by_role("link", name="Inside", exact=True).evaluate("link => link.href")))
    holds(other, "Inside the network")


def test_a_page_begins_at_the_same_height_as_without_a_wish(open_page: Callable[..., Page]) -> None:
    tops = set()
    for address in ("/evidence", "/evidence?ask=no"):
        page = open_page(address)
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        box = page.locator("h1").bounding_box()
        assert box
        tops.add(box["y"])
    assert len(tops) == 1
