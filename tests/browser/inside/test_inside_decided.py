"""What made it decide, as a person uses it; the numbers on the page are those of the core."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.attribution import attribute, logits_without_rows
from lstm_core.inside.margin import margin_between
from lstm_core.inside.margin_text import margin_in_words
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read, softmax
from lstm_core.reading.verdict import closest_rival, verdict
from tests.browser.conftest import PHONE, in_both_schemes, in_time

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=what+decided"
IMAGE = stroke_digit(3, 28, 28)
WEIGHTS = shipped_weights()
TRACE = read(WEIGHTS, IMAGE)


def shown(page: Page, figure: int = 0) -> list[Any]:
    """The traces of the margin (0) or of pixels and rows (1)."""
    plot = page.locator(".js-plotly-plot").nth(figure)
    plot.wait_for()
    traces: list[Any] = plot.evaluate("plot => plot.data.map(({z, x}) => ({z, x: x && Array.from(x)}))")
    return traces


def expect_shown(page: Page, trace: int, axis: str, numbers: Any, tolerance: float, *, figure: int) -> None:
    """The figure shows ``numbers``, perhaps a moment after the words beside it have changed."""

    def found() -> Any:
        return np.asarray(shown(page, figure)[trace][axis], np.float64)

    def agree() -> bool:
        there = found()
        return there.shape == np.shape(numbers) and np.allclose(there, numbers, rtol=1e-7, atol=tolerance)

    in_time(page, agree)
    np.testing.assert_allclose(found(), numbers, atol=tolerance)


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    chosen = page.get_by_role("option", name=option, exact=True)
    chosen.hover()  # as a person does, for whom the list has opened by then
    chosen.click()


def outcome(page: Page, words: str) -> None:
    page.locator("p.outcome", has_text=words).first.wait_for()


def number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def settled_and_rival() -> tuple[int, int]:
    """The row where the sample settles, and what it is compared with at first."""
    found = verdict(TRACE.probabilities, IMAGE)
    assert found.settled_at_row
    return found.settled_at_row, closest_rival(TRACE.probabilities, IMAGE, found.label)


def test_the_answer_comes_first_in_a_sentence_and_as_a_curve(open_page: Callable[..., Page]) -> None:
    row, rival = settled_and_rival()
    margin = margin_between(WEIGHTS, IMAGE, TRACE, 3, rival)
    page = open_page(ADDRESS)
    outcome(page, margin_in_words(margin))
    traces = shown(page)
    np.testing.assert_allclose(traces[1]["x"], [margin.start, *margin.after], atol=2e-3)
    np.testing.assert_allclose(traces[2]["x"], margin.shares, atol=2e-3)
    expect(page.get_by_role("slider", name="Row")).to_have_value(str(row))
    pick(page, "and not a", "1")
    outcome(page, margin_in_words(margin_between(WEIGHTS, IMAGE, TRACE, 3, 1)))
    pick(page, "Why a", "8")
    outcome(page, margin_in_words(margin_between(WEIGHTS, IMAGE, TRACE, 8, 3)))


def test_the_row_is_a_choice_and_goes_into_the_address(open_page: Callable[..., Page]) -> None:
    row, rival = settled_and_rival()
    page = open_page(ADDRESS)
    outcome(page, f"the margin of 3 over {rival} after row {row} is")
    slider = page.get_by_role("slider", name="Row")
    slider.focus()
    slider.press("ArrowRight")
    outcome(page, f"the margin of 3 over {rival} after row {row + 1} is")
    page.wait_for_url(f"**row={row + 1}*")
    linked = open_page(f"{ADDRESS}&row=28")
    outcome(linked, f"the margin of 3 over {rival} after row 28 is")


def test_every_control_shows_the_numbers_of_the_core(open_page: Callable[..., Page]) -> None:
    at, rival = settled_and_rival()
    skipped, blank = (logits_without_rows(WEIGHTS, IMAGE, TRACE, way, row=at) for way in ("skip", "blank"))
    score = float(TRACE.logits[at - 1, 3] - TRACE.logits[at - 1, rival])
    page = open_page(ADDRESS)

    def lost(without: Any) -> Any:
        bars = score - (without[:, 3] - without[:, rival])
        bars[at:] = 0
        return bars

    inked = np.any(IMAGE > 0, axis=1)
    assert not inked[0]
    row = int(np.where(inked, np.abs(lost(skipped)), 0).argmax())
    outcome(page, f"Of the rows with ink, leaving out row {row + 1} changes most")
    outcome(page, f"{number(score - lost(skipped)[row])} instead of {number(score)}")
    expect_shown(page, 2, "x", lost(skipped), 2e-3, figure=1)
    found = attribute(WEIGHTS, IMAGE, TRACE, 3, rival, row=at)
    product = found.contributions
    assert not product[~inked].any(), "at first no pixel of a blank row has a say"
    expect_shown(page, 1, "z", product / np.abs(product).max(), 6e-3, figure=1)
    page.get_by_text(f"it adds up to {number(float(product.sum()))}").wait_for()

    page.get_by_role("radio", name="blank").click()
    row = int(np.abs(lost(blank)).argmax())
    outcome(page, f"{number(score - lost(blank)[row])} instead of {number(score)}")
    expect_shown(page, 2, "x", lost(blank), 2e-3, figure=1)

    page.get_by_role("radio", name="probability").click()
    page.locator(".js-plotly-plot text", has_text="(% points)").wait_for()
    change = 100 * (TRACE.probabilities[at - 1, 3] - softmax(blank)[:, 3])
    change[at:] = 0
    expect_shown(page, 2, "x", change, 1e-2, figure=1)

    page.get_by_role("radio", name="gradient", exact=True).click()
    page.locator(".js-plotly-plot text", has_text=re.compile("^gradient$")).wait_for()
    expect_shown(page, 1, "z", found.pixels / np.abs(found.pixels).max(), 6e-3, figure=1)


def test_the_norms_of_every_layer_are_drawn(open_page: Callable[..., Page]) -> None:
    row, rival = settled_and_rival()
    found = attribute(WEIGHTS, IMAGE, TRACE, 3, rival, row=row)
    page = open_page(ADDRESS)
    lines = page.locator(".js-plotly-plot").nth(2)
    lines.wait_for()
    drawn = lines.evaluate("plot => plot.data.map(({y}) => Array.from(y))")
    np.testing.assert_allclose(drawn[0::2], found.cell_norms[:, :row], rtol=2e-3)
    np.testing.assert_allclose(drawn[1::2], found.hidden_norms[:, :row], rtol=2e-3)
    ratio = found.cell_norms[1, 0] / found.cell_norms[1, row - 1]
    outcome(page, f"in layer 2 a change of the cell state at row 1 counts {ratio:.2f} times")


def test_on_a_phone_nothing_is_wider_than_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS, size=PHONE, scheme="dark")
    outcome(page, "changes most")
    for scheme in in_both_schemes(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], scheme
