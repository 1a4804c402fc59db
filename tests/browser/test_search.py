"""A search in a real browser: from the form to a confirmed winner, whose run is drawn with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def fill(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Enter")


def test_a_person_finds_a_better_learning_rate_and_draws_with_the_winner(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/train?preset=digits&units=8&steps=60&evaluate_every=10&seed=812")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_text("As on the Train page").wait_for()

    page.get_by_label("Remove Dropout rate").click()
    page.get_by_label("Dropout rate: to", exact=True).wait_for(state="detached")
    fill(page, "Learning rate: to", "2")
    page.get_by_text("must be a number in (0, 1]").wait_for()
    fill(page, "Learning rate: to", "0.05")
    page.get_by_text("must be a number in (0, 1]").wait_for(state="hidden")
    fill(page, "Trials", "3")
    fill(page, "Name of the search", "better-rate")
    page.locator(".st-key-search-start button").click()

    page.get_by_role("heading", name="better-rate").wait_for()
    # Six trainings, one after the other.
    page.get_by_role("heading", name="The winner, trained again").wait_for(timeout=300_000)
    assert "study=better-rate" in page.url
    page.get_by_text(re.compile("searched among 3 trials by validation accuracy alone")).wait_for()
    page.get_by_text(re.compile("3 of 3 trials")).wait_for()
    page.locator(".js-plotly-plot").wait_for()
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # the table moves while it is laid out
    page.get_by_test_id("data-grid-canvas").focus()
    page.keyboard.press("ArrowDown")
    page.locator(".st-key-search-trial").get_by_role("button", name="Open on Train").wait_for()

    page.get_by_text("parallel coordinates").click()
    page.locator(".js-plotly-plot .xtick", has_text="learning rate").wait_for()

    page.reload()
    page.get_by_role("heading", name="The winner, trained again").wait_for()
    page.locator(".st-key-search-winner").get_by_role("button", name="Draw with it").click()
    page.get_by_text("LSTM 8 · UCI digits").wait_for()
