"""From the lesson to the network and back, and the tour over the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.session.tour import STOPS, Stop
from tests.browser.conftest import PHONE, change_scheme, draw, wait_for_canvas
from tests.browser.tour_card import expect_step

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]


def test_row_layer_and_unit_go_along_from_inside_to_the_lesson_and_back(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/inside?row=12&layer=1&unit=3")
    page.get_by_role("button", name="Learn how a cell keeps").click()
    page.get_by_role("heading", name="The cell state: keep and add").wait_for()
    expect(page.locator("p.outcome").first).to_contain_text("at row 12")
    page.get_by_role("button", name="See this cell at work").click()
    expect(page.locator(".cell output")).to_have_text("row 12 of 28")
    page.wait_for_function("/row=12.*layer=1.*unit=3/.test(location.search)")


@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_the_tour_leads_over_the_pages_by_key_and_ends_where_one_is(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page("/", size=size)
    wait_for_canvas(page)
    draw(page, SEVEN)
    page.get_by_role("button", name="Show me, 5 minutes").click()
    for number, stop in enumerate(STOPS, start=1):
        expect_step(page, number, stop)
        if stop.place:
            chosen = page.locator(".st-key-section [aria-checked=true]")
            expect(chosen).to_have_text(re.compile(stop.place.section, re.IGNORECASE))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if number < len(STOPS):
            page.get_by_role("button", name="Next", exact=True).press("Enter")
    page.get_by_role("heading", name="Train a network").wait_for()
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".st-key-tour")).to_have_count(0)
    page.get_by_role("heading", name="Train a network").wait_for()


WHERE = """([selectors, card]) => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    const { top, bottom } = focused.getBoundingClientRect();
    const under = document.querySelector(card).getBoundingClientRect().bottom;
    const target = selectors.findIndex(one => focused.matches(one));
    return { target, top, bottom, under, height: innerHeight };
}"""


def expect_in_view(page: Page, stop: Stop) -> None:
    """What ``stop`` speaks of has the focus and is in sight below the card."""
    page.wait_for_function(
        """label => {
            let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return focused.getAttribute("aria-label") === label;
        }""",
        arg=stop.title,
    )
    where = page.evaluate(WHERE, [stop.shows, ".st-key-tour"])
    assert where["target"] == 0, where
    assert where["under"] <= where["top"] <= where["height"] - 100, where
    # All of it, or as much as there is room for.
    room = where["height"] - where["under"] - 30
    assert where["bottom"] <= where["height"] or where["bottom"] - where["top"] >= room - 100, where
    assert page.locator(".st-key-tour").bounding_box()["y"] >= 0  # type: ignore[index]


@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_every_step_of_the_tour_brings_what_it_speaks_of_into_view_and_focus(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page("/", size=size, scheme="dark")
    wait_for_canvas(page)
    draw(page, SEVEN)
    page.locator(".evolution .play").wait_for()
    page.get_by_role("button", name="Show me, 5 minutes").click()
    for number, stop in enumerate(STOPS, start=1):
        expect_step(page, number, stop)
        expect_in_view(page, stop)
        change_scheme(page, "light" if number % 2 else "dark")
        expect_in_view(page, stop)
        if number < len(STOPS):
            page.get_by_role("button", name="Next", exact=True).click()


def test_escape_leads_from_a_step_back_to_the_card_and_tab_from_a_step_into_it(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/")
    wait_for_canvas(page)
    page.get_by_role("button", name="Show me, 5 minutes").press("Enter")
    step = page.get_by_role("button", name="Next", exact=True)
    for title in [stop.title for stop in STOPS[:2]]:
        expect(page.get_by_role("group", name=title)).to_be_focused()
        page.keyboard.press("Escape")
        expect(step).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("group", name=STOPS[2].title)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".cell .play")).to_be_focused()
    page.keyboard.press("Escape")
    expect(step).to_be_focused()


def test_a_step_that_was_seen_is_not_brought_back_by_going_elsewhere(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    wait_for_canvas(page)
    page.get_by_role("button", name="Show me, 5 minutes").click()
    expect(page.get_by_role("group", name=STOPS[0].title)).to_be_focused()
    page.get_by_role("link", name="Evidence", exact=True).click()
    page.get_by_role("heading", name="Test accuracy", exact=True).wait_for()
    page.get_by_role("link", name="Draw", exact=True).click()
    wait_for_canvas(page)
    page.wait_for_timeout(1500)
    assert not page.get_by_role("group", name=STOPS[0].title).count()
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_role("group", name=STOPS[0].title)).to_be_focused()


@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_a_marked_word_says_what_it_means_within_the_window(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page("/learn?section=forget+gate", size=size)
    words = page.locator("dfn.term")
    words.first.wait_for()
    for at in range(words.count()):
        words.nth(at).focus()
        says = words.nth(at).get_by_role("tooltip")
        expect(says).to_be_visible()
        box = says.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
