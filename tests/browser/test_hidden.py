"""A teacher's link: what it hides is not there, on any page and after a reload."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import draw, wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HIDES = "() => new URL(location.href).searchParams.get('hide')"


def links(page: Page) -> list[str]:
    page.get_by_role("link", name="Draw").first.wait_for()
    return [link.inner_text().split("\n")[-1] for link in page.get_by_test_id("stTopNavLink").all()]


def test_what_is_hidden_stays_so_on_every_page_and_after_a_reload(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/?hide=evidence,runs,compare,search,train,tools,how-far,alike")
    wait_for_canvas(page)
    assert links(page) == ["Draw", "Your hand", "Inside", "Learn"]
    expect(page.locator(".st-key-tools")).to_be_hidden()
    draw(page, [(60, 50), (200, 50), (110, 230)])
    page.locator(".verdict p").filter(has_text="Reads as").first.wait_for()
    page.get_by_role("link", name="Inside").click()
    panels = page.get_by_role("radiogroup", name="Panels")
    panels.get_by_role("radio", name="gates").wait_for()
    assert not panels.get_by_role("radio", name="alike").count()
    assert not panels.get_by_role("radio", name="how far").count()
    page.wait_for_function(HIDES)
    page.wait_for_function("() => new URL(location.href).searchParams.get('drawing')")
    page.reload()
    panels.get_by_role("radio", name="gates").wait_for()
    assert not panels.get_by_role("radio", name="alike").count()
    assert links(page) == ["Draw", "Your hand", "Inside", "Learn"]
    page.get_by_text("your last drawing").wait_for()


def test_a_field_of_the_form_is_fixed_by_its_value_and_its_absence(open_page: Callable[..., Page]) -> None:
    page = open_page("/train?preset=digits&dropout=0.3&hide=dropout")
    page.get_by_role("heading", name="Train a network").wait_for()
    page.get_by_text("Dropout rate 0.1 → 0.3").wait_for()
    expect(page.locator(".st-key-train-dropout")).to_be_hidden()
    assert not page.get_by_text("left out: there is no such setting").count()
    before = page.evaluate("history.length")
    page.wait_for_timeout(1500)
    assert page.evaluate("history.length") == before
    page.wait_for_function(HIDES)
