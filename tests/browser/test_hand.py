"""A person says what a drawing is, writes two more, teaches a network their hand, and draws with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import draw, wait_for_blank_canvas, wait_for_canvas
from tests.browser.test_accessibility import broken_rules, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]
BAR = [(100, 145), (190, 145)]
ZERO = [(140, 50), (80, 110), (90, 200), (150, 230), (200, 180), (190, 90), (145, 52)]
PLACES = """() => [".verdict", ".seen", ".section", ".st-key-ways-inside", ".st-key-tools"].map(name => {
    const hosts = [...document.querySelectorAll("[data-testid^=stBidiComponent]")];
    const found = document.querySelector(name)
        ?? hosts.map(host => host.shadowRoot?.querySelector(name)).find(Boolean);
    const { x, y } = found.getBoundingClientRect();
    return [name, Math.round(x), Math.round(y)];
})"""
TEACHING_SECONDS = 120
"""For the training process to teach a small network, beside other tests."""


def test_from_a_verdict_to_a_network_that_was_taught_the_hand(open_page: Callable[..., Page]) -> None:
    page = open_page("/train?preset=digits&units=16&steps=40&evaluate_every=40&seed=77")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Test accuracy", exact=True).wait_for()
    page.get_by_role("button", name="Draw with it").click()
    wait_for_canvas(page)
    page.get_by_role("button", name="Close", exact=True).click()
    draw(page, SEVEN)
    page.get_by_role("button", name="That was right").wait_for()
    settled(page)
    before = page.evaluate(PLACES)
    page.get_by_role("button", name="That was wrong, it is …").click()
    page.get_by_role("menuitem", name="7", exact=True).click()
    page.get_by_text(re.compile(r"Kept as a 7 in your hand \(\d+ drawings?\)")).wait_for()
    settled(page)
    assert page.evaluate(PLACES) == before, "nothing moved"
    page.get_by_role("link", name="Teach it your hand").click()
    page.get_by_role("heading", name="Your hand", exact=True).wait_for()
    written = page.locator(".asked small")
    first = int(written.inner_text().split()[0])
    for number, stroke in enumerate((ZERO, SEVEN), start=1):
        wait_for_blank_canvas(page)
        draw(page, stroke)
        expect(page.get_by_role("button", name="Keep, next")).to_be_enabled()
        page.keyboard.press("Control+Enter")
        expect(written).to_contain_text(f"{first + number} of 50")
    page.get_by_role("radiogroup", name="Your drawings").get_by_role("radio").first.wait_for()
    settled(page)
    assert broken_rules(page) == []
    page.get_by_role("button", name="Teach it your hand").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("heading", name="Before and after, row by row").wait_for(timeout=1000 * TEACHING_SECONDS)
    page.get_by_role("table", name="Read rightly before and after it was taught").wait_for()
    settled(page)
    assert broken_rules(page) == []
    page.get_by_role("button", name="Draw with it").click()
    page.get_by_text("Now reading with").wait_for()
    page.get_by_text(re.compile("Kept as a 7")).wait_for()
    page.get_by_role("button", name=re.compile("Back to")).click()
    page.get_by_text("Now reading with").wait_for(state="detached")
