"""The panel of one unit's arithmetic as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, in_both_schemes
from tests.browser.test_accessibility import in_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=arithmetic"


def settled(page: Page) -> None:
    page.locator("p.outcome").first.wait_for()
    page.locator(".katex-display").nth(5).wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def choose_unit(page: Page, unit: str) -> None:
    field = page.get_by_role("spinbutton", name=re.compile("^Unit"))
    field.fill(unit)
    field.press("Enter")


def bars(page: Page, figure: int) -> list[float]:
    page.locator(".js-plotly-plot").nth(figure).wait_for()
    found: list[float] = page.evaluate(
        "at => document.querySelectorAll('.js-plotly-plot')[at].data[0].x", figure
    )
    return found


def equations(page: Page) -> list[str]:
    """In TeX, as KaTeX keeps it for screen readers."""
    return page.locator(".katex annotation").all_text_contents()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_panel_opens_by_its_address(open_page: Callable[..., Page], size: tuple[int, int]) -> None:
    page = open_page(ADDRESS, size=size, scheme="dark")
    for scheme in in_both_schemes(page):
        settled(page)
        page.get_by_text("Source: Gers, Schmidhuber & Cummins (2000)").wait_for()
        page.locator(".katex-display").nth(6).wait_for()
        in_order(page, scheme)


def test_the_bars_add_up_to_the_sum_in_the_equation(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    for letter, name in (("i", "input gate"), ("f", "forget gate"), ("g", "candidate"), ("o", "output gate")):
        page.get_by_role("radio", name=name).click()
        page.locator(".js-plotly-plot text", has_text=f"adds to z of {letter} ").wait_for()
        *parts, total = bars(page, 0)
        assert sum(parts) == pytest.approx(total, abs=1e-9)
        (equation,) = [text for text in equations(page) if f"z_{letter} &=" in text]
        assert f"&= {total:.3f} " in equation


def test_every_term_of_an_equation_adds_up_as_shown(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    for text in equations(page):
        terms = [float(term) for term in re.findall(r"underbrace\{\(?(-?[\d.]+)\)?\}", text)]
        if terms:
            shown = float(re.findall(r"&= (-?\d+\.\d{3})", text)[-1])
            assert sum(terms) == pytest.approx(shown, abs=1e-9)


def test_unit_row_layer_and_class_change_the_numbers(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&row=28")
    settled(page)
    choose_unit(page, "7")
    outcome = page.locator("p.outcome", has_text="Unit 7 of layer 2 after row 28")
    outcome.wait_for()
    at_end = equations(page)
    slider = page.get_by_role("slider", name=re.compile("^Row"))
    slider.focus()
    slider.press("Home")
    page.locator("p.outcome", has_text="Unit 7 of layer 2 after row 1:").wait_for()
    settled(page)
    assert equations(page) != at_end
    assert any(r"\cdot 0.000 +" in text for text in equations(page)), "nothing is held before the first row"
    own = bars(page, 1)
    classes = page.get_by_role("combobox", name="Class")
    classes.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # scrolling closes the list of options
    classes.click()
    page.get_by_role("option", name="5", exact=True).click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.katex annotation')].some(a => a.textContent.includes('}_{5}'))"
    )
    (logit,) = [text for text in equations(page) if "logit" in text]
    shown = float(re.findall(r"underbrace\{\(?(-?[\d.]+)", logit)[0])
    assert shown == pytest.approx(own[5], abs=1e-9)
    page.get_by_role("radio", name="1", exact=True).click()
    page.get_by_text("reaches the logits only through the layers above").wait_for()
    page.locator("p.outcome", has_text="of layer 1 after row 1:").wait_for()
    assert any("pixels" in text for text in equations(page))


@pytest.mark.parametrize("unit", ["0", "257"])
def test_a_unit_that_is_not_there_is_named_and_the_page_lives(
    open_page: Callable[..., Page], unit: str
) -> None:
    page = open_page(ADDRESS)
    settled(page)
    choose_unit(page, unit)
    page.get_by_role("alert").filter(has_text="between 1 and 256").wait_for()
    choose_unit(page, "5")
    page.locator("p.outcome", has_text="Unit 5 of layer 2").wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)
