"""The panel on how far to read, against the same numbers without a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lstm_core.data.info import Dataset
from lstm_core.figures.settling import settling_info
from lstm_core.inside.calibration import calibrate
from lstm_core.inside.reading_study import latest_settled, least_settled, read_all
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.percents import accuracy
from lstm_core.reading.verdict import settled_rows

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


_WATCH_WHAT_STANDS_WHILE_IT_READS = """() => {
  window.whileItReads = [];
  new MutationObserver(() => {
    const text = document.body.innerText;
    if (text.includes("Reading the test images once"))
      window.whileItReads.push({
        heading: text.includes("How far the network has to read"),
        panelBefore: text.includes("What the gates do to this stroke"),
      });
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Looks within the page, because a fast machine reads the images before the next look from outside it."""


def test_while_it_reads_nothing_of_the_panel_before_stands_under_its_heading(
    open_page: Callable[..., Page], mnist: Dataset
) -> None:
    """It comes first, while nothing has been read: that takes the large network some seconds."""
    page = open_page("/inside?panel=gates&ask=no")
    page.set_default_timeout(120_000)
    page.get_by_text("What the gates do to this stroke").wait_for()
    page.evaluate(_WATCH_WHAT_STANDS_WHILE_IT_READS)
    page.get_by_role("radio", name="how far").click()
    page.get_by_text("How many rows each digit needs").wait_for()
    states = page.evaluate("window.whileItReads")
    assert states
    assert all(state == {"heading": True, "panelBefore": False} for state in states), states

    page.get_by_role("button", name="Small network, 12 units").click()
    page.get_by_role("button", name="Back to the large network").click()
    page.get_by_role("button", name="Small network, 12 units").wait_for()
    page.get_by_text("How many rows each digit needs").wait_for()


def test_the_numbers_are_those_of_the_study(open_page: Callable[..., Page], mnist: Dataset) -> None:
    probabilities = read_all(shipped_weights(), mnist.test)
    settled = settled_rows(probabilities, mnist.test.images)
    info = settling_info(settled, 28)
    page = open_page("/inside?panel=how+far")
    page.set_default_timeout(120_000)
    page.get_by_text(f"Half of all digits have settled by row {info.median}, 99 % have settled").wait_for()
    for title, chosen in (
        ("The 20 that settled latest", latest_settled(settled, probabilities, 20)),
        ("The 20 that are least settled", least_settled(settled, probabilities, 20)),
    ):
        listed = page.get_by_role("list", name=title).get_by_role("img")
        expect(listed).to_have_count(20, timeout=120_000)
        shown = listed.all()
        wanted = [f"Test image {index}, digit {mnist.test.labels[index]}" for index in chosen]
        assert [image.get_attribute("alt") for image in shown] == wanted
    page.locator(".js-plotly-plot").nth(2).wait_for()
    assert page.locator(".js-plotly-plot").count() == 3
    for row in (28, 26):
        found = calibrate(probabilities[:, row - 1], mnist.test.labels.astype("int64"))
        page.get_by_text(f"After row {row} the network is").wait_for()
        for number in (accuracy(found.before.error), f"{found.temperature:.3f}", accuracy(found.after.error)):
            page.locator(".figures dd", has_text=number).first.wait_for()
        slider = page.get_by_role("slider", name="After row")
        slider.focus()
        slider.press("ArrowLeft")
        slider.press("ArrowLeft")
