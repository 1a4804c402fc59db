"""What made it decide, as a person uses it; the numbers on the page are those of the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.attribution import attribute, logits_without_rows
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read, softmax
from tests.browser.conftest import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?section=what+decided"
IMAGE = stroke_digit(3, 28, 28)


def shown(page: Page) -> list[Any]:
    """The traces of the figure of pixels and rows, once a change has come to the browser."""
    page.locator(".js-plotly-plot").first.wait_for()
    traces: list[Any] = page.locator(".js-plotly-plot").first.evaluate(
        "plot => plot.data.map(({z, x}) => ({z, x: x && Array.from(x)}))"
    )
    return traces


def expect_shown(page: Page, trace: int, axis: str, numbers: Any, tolerance: float) -> None:
    """The figure shows ``numbers``, perhaps a moment after the words beside it have changed."""
    for _ in range(100):
        found = np.asarray(shown(page)[trace][axis], np.float64)
        if found.shape == np.shape(numbers) and np.allclose(found, numbers, rtol=1e-7, atol=tolerance):
            break
        page.wait_for_timeout(100)
    np.testing.assert_allclose(found, numbers, atol=tolerance)


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def outcome(page: Page, words: str) -> None:
    page.locator("p.outcome", has_text=words).first.wait_for()


def number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def test_every_control_shows_the_numbers_of_the_core(open_page: Callable[..., Page]) -> None:
    weights = shipped_weights()
    trace = read(weights, IMAGE)
    skipped, blank = (logits_without_rows(weights, IMAGE, trace, way) for way in ("skip", "blank"))
    score = float(trace.logits[-1, 3])
    page = open_page(ADDRESS)

    row = int(np.abs(score - skipped[:, 3]).argmax())
    outcome(page, f"Row {row + 1} matters most")
    outcome(page, f"{number(skipped[row, 3])} instead of {number(score)}")
    expect_shown(page, 2, "x", score - skipped[:, 3], 2e-3)
    gradient = attribute(weights, IMAGE, trace, 3).pixels
    expect_shown(page, 1, "z", gradient / np.abs(gradient).max(), 6e-3)

    page.get_by_role("radio", name="blank").click()
    row = int(np.abs(score - blank[:, 3]).argmax())
    outcome(page, f"{number(blank[row, 3])} instead of {number(score)}")
    expect_shown(page, 2, "x", score - blank[:, 3], 2e-3)

    page.get_by_role("radio", name="probability").click()
    page.locator(".js-plotly-plot text", has_text="row adds (% points)").wait_for()
    change = 100 * (softmax(trace.logits)[-1, 3] - softmax(blank)[:, 3])
    expect_shown(page, 2, "x", change, 2e-3)

    page.get_by_role("radio", name="gradient × ink").click()
    page.locator(".js-plotly-plot text", has_text="gradient × ink").wait_for()
    product = gradient * IMAGE
    expect_shown(page, 1, "z", product / np.abs(product).max(), 6e-3)

    runner_up = int(np.argsort(trace.logits[-1])[-2])
    pick(page, "Compared with", f"{runner_up} (runner-up)")
    outcome(page, f"less that of class {runner_up} is")
    outcome(page, number(float(trace.logits[-1, 3] - trace.logits[-1, runner_up])))

    pick(page, "Class", "8")
    found = attribute(weights, IMAGE, trace, 8)
    outcome(page, "the final logit of class 8 is")
    page.get_by_text(f"gradient × ink sums to {number(float(found.contributions.sum()))}").wait_for()
    page.get_by_text(f"{number(found.unexplained)} are not accounted for").wait_for()


def test_the_norms_of_every_layer_are_drawn(open_page: Callable[..., Page]) -> None:
    weights = shipped_weights()
    found = attribute(weights, IMAGE, read(weights, IMAGE), 3)
    page = open_page(ADDRESS)
    lines = page.locator(".js-plotly-plot").nth(1)
    lines.wait_for()
    drawn = lines.evaluate("plot => plot.data.map(({y}) => Array.from(y))")
    np.testing.assert_allclose(drawn[0::2], found.cell_norms, rtol=2e-3)
    np.testing.assert_allclose(drawn[1::2], found.hidden_norms, rtol=2e-3)
    ratio = found.cell_norms[1, 0] / found.cell_norms[1, -1]
    outcome(page, f"layer 2's cell state at row 1 counts {ratio:.2f} times")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_page(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(ADDRESS, size=PHONE, scheme=scheme)
    outcome(page, "matters most")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
