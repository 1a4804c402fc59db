"""The panel "two at once" of the Inside page, every control of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from lstm_core.arrays import FloatArray
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.morph import fade, morph
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.percents import percent
from lstm_core.reading.trace import read
from lstm_core.reading.untrained import untrained
from tests.browser.conftest import PHONE, draw, in_both_schemes, wait_for_canvas
from tests.browser.test_accessibility import in_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=two+at+once&row=28"
THREE = stroke_digit(3, 28, 28)
SEVEN = [(80, 60), (200, 60), (130, 230)]


def wait(page: Page) -> None:
    page.get_by_role("heading", name="Two readings").wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def expect(page: Page, name: str, probabilities: FloatArray) -> None:
    """The line ``name`` of the table comes to show ``(classes,)`` of a reading."""
    page.wait_for_function(
        """([name, numbers]) => [...document.querySelectorAll('.tensors tr')].some(tr =>
            tr.querySelector('th')?.innerText === name &&
            [...tr.querySelectorAll('td')].map(td => td.innerText).join() === numbers.join())""",
        arg=[name, [percent(share) for share in probabilities.tolist()]],
    )
    wait(page)


def reading(image: FloatArray) -> FloatArray:
    return read(shipped_weights(), image).probabilities


def press(page: Page, label: str, *keys: str) -> None:
    slider = page.get_by_role("slider", name=label)
    slider.focus()
    for key in keys:
        slider.press(key)


def click(page: Page, text: str) -> None:
    page.get_by_text(text, exact=True).click()


def test_a_sample_is_compared_with_every_other_and_the_cursor_moves_both(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(ADDRESS)
    wait(page)
    expect(page, "first", reading(THREE)[-1])
    expect(page, "second", reading(stroke_digit(2, 28, 28))[-1])
    page.get_by_role("combobox", name="Digit").click()
    page.get_by_role("option", name="8").click()
    eight = stroke_digit(8, 28, 28)
    expect(page, "second", reading(eight)[-1])
    press(page, "Row", "Home", *12 * ["ArrowRight"])
    page.get_by_text("Probability of each class after row 13").wait_for()
    expect(page, "first", reading(THREE)[12])
    expect(page, "second", reading(eight)[12])
    frames = page.locator(".js-plotly-plot .shapelayer path")
    assert frames.count() == 5


@pytest.mark.parametrize("way", ["Move the ink", "Fade"])
def test_the_slider_morphs_one_into_the_other(open_page: Callable[..., Page], way: str) -> None:
    page = open_page(ADDRESS)
    wait(page)
    click(page, way)
    wait(page)
    two = stroke_digit(2, 28, 28)
    press(page, "From the first drawing to the second", "Home")
    expect(page, "second", reading(THREE)[-1])
    page.get_by_text("none: the probabilities are the same after every row").wait_for()
    press(page, "From the first drawing to the second", *8 * ["ArrowRight"])
    image = morph(THREE, two).at(0.4) if way == "Move the ink" else fade(THREE, two, 0.4)
    expect(page, "second", reading(image)[-1])
    page.get_by_text("40 % of the way:").wait_for()
    assert page.get_by_text("On the way it reads a 3 from 0 % to ").count() == 1


def test_a_network_is_compared_with_one_that_learnt_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    wait(page)
    click(page, "Two networks")
    expect(page, "second", read(untrained(shipped_weights()), THREE).probabilities[-1])
    page.get_by_text("Networks that you train are offered here").wait_for()
    assert page.get_by_role("link", name="Train one").get_attribute("href")
    click(page, "Two drawings")
    expect(page, "second", reading(stroke_digit(2, 28, 28))[-1])


def test_a_drawing_can_be_kept_and_compared_with_the_next(page: Page) -> None:
    draw(page, SEVEN)
    page.locator(".verdict p").filter(has_text="Reads as 7").wait_for()
    page.get_by_role("link", name="Inside").click()
    page.get_by_role("radio", name="two at once").click()
    wait(page)
    page.get_by_role("button", name="Keep my drawing").click()
    click(page, "The one I kept")
    page.get_by_text("none: the probabilities are the same after every row").wait_for()
    page.get_by_role("link", name="Draw", exact=True).click()
    wait_for_canvas(page)
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("A blank sheet").wait_for()
    draw(page, [(140, 40), (140, 240)])
    page.locator(".verdict p").filter(has_text="Reads as 1").wait_for()
    page.get_by_role("link", name="Inside").click()
    wait(page)
    click(page, "The one I kept")
    page.locator("p.outcome").filter(has_text="First, your drawing: Reads as 1").wait_for()
    page.locator("p.outcome").filter(has_text="Second, the one I kept: Reads as 7").wait_for()


def test_test_digits_are_offered_or_the_way_to_them_is_said(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    wait(page)
    click(page, "A test digit")
    gallery = page.locator(".gallery [role=radio]")
    missing = page.get_by_text("test digits are not on this machine yet")
    gallery.first.or_(missing).wait_for()
    if missing.count():
        assert page.get_by_role("link", name="Download or upload them").count() == 1
        expect(page, "second", reading(stroke_digit(2, 28, 28))[-1])
        return
    gallery.nth(4).click()
    page.locator("p.outcome").filter(has_text="Second, test image").wait_for()
    number = page.get_by_role("spinbutton", name="Test image")
    picked = number.input_value()
    assert gallery.nth(4).get_attribute("aria-label").endswith(f"test image {picked}")  # type: ignore[union-attr]
    page.wait_for_function("number => location.search.includes(`image=${number}`)", arg=picked)
    number.fill("9")
    number.press("Enter")
    page.locator("p.outcome").filter(has_text="Second, test image 9, digit 9").wait_for()
    page.locator(".gallery [aria-checked=true]").wait_for(state="detached")
    before = gallery.first.get_attribute("aria-label")
    page.get_by_role("button", name="Other digits").click()
    page.wait_for_function(
        "before => document.querySelector('.gallery [role=radio]')?.getAttribute('aria-label') !== before",
        arg=before,
    )


def test_what_was_chosen_stands_in_the_address_and_a_link_opens_the_same(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(ADDRESS)
    wait(page)
    page.get_by_role("combobox", name="Digit").click()
    page.get_by_role("option", name="8").click()
    expect(page, "second", reading(stroke_digit(8, 28, 28))[-1])
    click(page, "Fade")
    press(page, "From the first drawing to the second", "Home", *12 * ["ArrowRight"])
    press(page, "Row", "Home", *8 * ["ArrowRight"])
    image = fade(THREE, stroke_digit(8, 28, 28), 0.6)
    expect(page, "second", reading(image)[8])
    page.wait_for_function("location.search.includes('row=9')")
    assert dict(parse_qsl(urlsplit(page.url).query)) == {
        "panel": "two at once",
        "digit": "8",
        "way": "Fade",
        "share": "60",
        "row": "9",
    }
    there = open_page(page.url.removeprefix(server_of(page)))
    wait(there)
    expect(there, "first", reading(THREE)[8])
    expect(there, "second", reading(image)[8])
    click(there, "Two networks")
    expect(there, "second", read(untrained(shipped_weights()), THREE).probabilities[8])
    there.wait_for_function("location.search.includes('compare=Two+networks')")
    assert "share" not in there.url
    there.reload()
    expect(there, "second", read(untrained(shipped_weights()), THREE).probabilities[8])


def test_a_click_in_the_figure_moves_the_cursor_of_both(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    wait(page)
    area = page.locator(".js-plotly-plot[data-linked] .nsewdrag[data-subplot='x2y']")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 10.5 / 28 * box["height"]
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.get_by_text("Probability of each class after row 11").wait_for()
    expect(page, "first", reading(THREE)[10])
    expect(page, "second", reading(stroke_digit(2, 28, 28))[10])


def server_of(page: Page) -> str:
    return page.url.split("/inside")[0]


def test_it_fits_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS, size=PHONE, scheme="dark")
    for scheme in in_both_schemes(page):
        wait(page)
        page.locator(".js-plotly-plot .heatmaplayer image").nth(4).wait_for()
        in_order(page, scheme)


def test_the_sample_is_the_one_that_the_tests_compute_with() -> None:
    """The lesson's own sample 3 is drawn by the same strokes."""
    from dashboard.session.current_reading import sample_digit

    np.testing.assert_array_equal(sample_digit(28, 28), THREE)
