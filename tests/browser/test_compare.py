"""From the list of runs to what made the difference, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import broken_rules

pytest.importorskip("playwright")
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SETTINGS = "/train?preset=digits&units={units}&steps=40&evaluate_every=20&seed={seed}"
RUNS = [(6, 0), (6, 1), (12, 0)]


def train(page: Page, units: int, seed: int, server: str) -> None:
    page.goto(server + SETTINGS.format(units=units, seed=seed))
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Test accuracy", exact=True).wait_for()


def test_three_runs_are_chosen_compared_and_repeated_over_seeds(
    open_page: Callable[..., Page], server: str
) -> None:
    page = open_page("/train")
    for units, seed in RUNS:
        train(page, units, seed, server)

    page.get_by_role("link", name="Runs", exact=True).click()
    grid = page.get_by_test_id("data-grid-canvas")
    grid.focus()
    page.wait_for_timeout(500)  # the table moves while it is laid out
    for _ in RUNS:  # the newest are at the top
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(200)
    for at in range(len(RUNS)):
        if at:
            page.keyboard.press("ArrowUp")
            page.wait_for_timeout(200)
        page.keyboard.press("Shift+Space")
        page.wait_for_timeout(200)
    page.get_by_role("button", name="Compare 3 runs").click()

    page.get_by_role("heading", name="Compare runs").wait_for()
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop === 0")
    assert len(page.evaluate("new URL(location).searchParams.get('runs')").split(",")) == 3
    page.get_by_role("rowheader", name=re.compile("B +digits 6 adam|A +digits 6 adam")).wait_for()
    page.get_by_text("n = 2").first.wait_for()
    page.get_by_text("it takes three seeds of each").wait_for()

    matrix = page.locator(".st-key-compared-confusion .js-plotly-plot")
    matrix.scroll_into_view_if_needed()
    matrix.locator(".nsewdrag").first.wait_for()
    box = matrix.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    cell = page.get_by_role("combobox", name="Images to look at")
    side = box["width"] / 10, box["height"] / 10
    page.mouse.click(box["x"] + 2.5 * side[0], box["y"] + 2.5 * side[1])
    expect(cell).to_have_value(re.compile("^2 recognised"))
    page.locator(".gallery button").first.wait_for()

    with page.expect_download() as file:
        page.locator(".st-key-files-compared-curves").get_by_role("button", name="SVG").click()
    assert file.value.suggested_filename == "compared-curves.svg"
    assert "<svg" in file.value.path().read_text(encoding="utf-8")

    page.get_by_role("button", name="Repeat over 5 seeds").click()
    page.get_by_text("n = 5").nth(1).wait_for()
    page.get_by_text(re.compile("within the noise|more than noise explains")).wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert broken_rules(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]

    page.locator(".gallery.wide button").first.click()
    page.get_by_role("button", name="Look inside").first.click()
    page.get_by_text("the digit you chose").wait_for()
