"""While it learnt, as a person uses it, with the snapshots that ship."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from lstm_core.inside.snapshot_readings import learning_story
from lstm_core.pretrained.snapshots import shipped_snapshots
from lstm_core.reading.verdict import settled_in_words
from tests.browser.conftest import PHONE, in_both_schemes
from tests.browser.inside.test_inside_decided import IMAGE, outcome, pick

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=while+it+learnt"
STORY = learning_story(
    {step: lambda weights=weights: weights for step, weights in shipped_snapshots().items()},  # type: ignore[misc]
    IMAGE,
)


def drawn(page: Page, trace: int, name: str) -> Any:
    plot = page.locator(".js-plotly-plot")
    expect(plot).to_have_count(1)  # one that goes can be there for a moment longer
    return plot.evaluate("(plot, [trace, name]) => plot.data[trace][name]", [trace, name])


def at_step(page: Page, number: int) -> None:
    """Until the figure shows the reading of snapshot ``number``."""
    found = STORY.verdicts[number]
    words = f"step {STORY.steps[number]:,}: reads as {found.label}, {settled_in_words(found)}"
    page.locator(".js-plotly-plot text", has_text=words).wait_for()
    expected = 100 * STORY.probabilities[number]
    np.testing.assert_allclose(drawn(page, 3, "z"), expected, atol=0.06)


def test_the_training_can_be_scrubbed_stepped_and_played(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    last = len(STORY.steps) - 1
    at_step(page, last)
    outcome(page, f"from step {STORY.settled_step:,} on it is 3")
    outcome(page, f"at step {STORY.steps[-1]:,}, the last, it {settled_in_words(STORY.verdicts[-1])}")

    page.locator(".updatemenu-button", has_text="Back").click()
    at_step(page, last - 1)
    page.locator(".updatemenu-button", has_text="Back").click()
    at_step(page, last - 2)
    page.locator(".updatemenu-button", has_text="Next").click()
    at_step(page, last - 1)
    rail = page.locator(".slider-rail-touch-rect").bounding_box()
    assert rail is not None
    page.mouse.click(rail["x"] + 8, rail["y"] + rail["height"] / 2)
    at_step(page, 0)
    page.locator(".updatemenu-button", has_text="Play").click()
    at_step(page, last)


def test_another_class_brings_its_own_heatmap(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    page.locator(".js-plotly-plot text", has_text="class 3 by row and step").wait_for()
    np.testing.assert_allclose(drawn(page, 1, "z"), 100 * STORY.class_probabilities(3), atol=0.06)
    assert drawn(page, 2, "y") == [found.settled_at_row or 28 for found in STORY.verdicts]
    assert drawn(page, 2, "text") == [str(found.label) for found in STORY.verdicts]
    pick(page, "Class", "2")
    page.locator(".js-plotly-plot text", has_text="class 2 by row and step").wait_for()
    np.testing.assert_allclose(drawn(page, 1, "z"), 100 * STORY.class_probabilities(2), atol=0.06)


def test_the_shipped_training_is_the_one_there_is_at_first(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    page.get_by_role("combobox", name="Training").click()
    page.get_by_role("option", name="Shipped with Row by Row").click()
    at_step(page, len(STORY.steps) - 1)


def test_on_a_phone_nothing_is_wider_than_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS, size=PHONE, scheme="dark")
    outcome(page, "on it is 3")
    for scheme in in_both_schemes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], scheme
