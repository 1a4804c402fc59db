"""The panel of gates as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    draw,
    in_both_schemes,
    wait_for_canvas,
)
from tests.browser.test_accessibility import in_order

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=gates&row=28"
SEVEN = [(80, 60), (200, 60), (130, 230)]


def settled(page: Page) -> None:
    """The heatmaps are open and at rest."""
    switch = page.get_by_role("switch", name="Every unit as a heatmap")
    switch.wait_for(state="attached")
    if not switch.is_checked():
        page.get_by_text("Every unit as a heatmap").click()
    page.locator("p.outcome").first.wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.locator("[class*=every-unit] .js-plotly-plot .updatemenu-button").first.wait_for()


def thought(page: Page) -> Locator:
    """What the figure says about its own row."""
    return page.locator("[class*=every-unit] .js-plotly-plot .shape-label text")


def press(page: Page, label: str) -> None:
    page.locator("[class*=every-unit] .js-plotly-plot .updatemenu-button", has_text=label).click()


def to_row(page: Page, key: str, times: int = 1) -> None:
    slider = page.get_by_role("slider", name=re.compile("^Row"))
    slider.focus()
    for _ in range(times):
        slider.press(key)


def figure(page: Page, expression: str) -> object:
    """Something of the figure that is drawn, named ``plot``."""
    return page.locator("[class*=every-unit] .js-plotly-plot").first.evaluate(f"plot => {{ {expression} }}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_panel_opens_by_its_address(open_page: Callable[..., Page], size: tuple[int, int]) -> None:
    page = open_page(ADDRESS, size=size, scheme="dark")
    for scheme in in_both_schemes(page):
        settled(page)
        page.locator("p.outcome", has_text="After row 28 it reads as 3").wait_for()
        for title in ("input gate i", "forget gate f", "candidate g", "output gate o", "cell state c"):
            page.locator("[class*=every-unit] .js-plotly-plot text", has_text=title).first.wait_for()
        in_order(page, scheme)


def test_the_row_cursor_moves_through_numbers_and_figure(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    to_row(page, "Home")
    page.locator("p.outcome", has_text="After row 1 it").wait_for()
    thought(page).filter(has_text="after row 1 of 28").wait_for()
    to_row(page, "ArrowRight", 2)
    page.locator("p.outcome", has_text="After row 3 it").wait_for()
    thought(page).filter(has_text="after row 3 of 28").wait_for()
    marks = figure(page, "return plot._fullLayout.shapes.filter(s => s.line.width).map(s => [s.y0, s.y1]);")
    assert marks == [[2.5, 3.5], [2.5, 3.5]]


def test_the_player_plays_pauses_and_steps_within_the_browser(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    to_row(page, "Home")
    thought(page).filter(has_text="after row 1 of 28").wait_for()
    press(page, "Next")
    thought(page).filter(has_text="after row 2 of 28").wait_for()
    press(page, "Next")
    thought(page).filter(has_text="after row 3 of 28").wait_for()
    press(page, "Back")
    thought(page).filter(has_text="after row 2 of 28").wait_for()
    press(page, "Slow")
    thought(page).filter(has_text="after row 4 of 28").wait_for()
    press(page, "Pause")
    page.wait_for_timeout(1200)
    resting = thought(page).text_content()
    page.wait_for_timeout(1200)
    assert thought(page).text_content() == resting
    press(page, "Play")
    thought(page).filter(has_text="after row 28 of 28: 3").wait_for()


def test_layer_quantity_order_and_class_change_what_is_drawn(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    names = "return plot.data.filter(d => d.x && d.x.length === 256)[0].x;"
    stored = figure(page, names)
    assert stored == [str(unit) for unit in range(1, 257)]
    first = figure(page, "return plot.data[1].z[20];")
    page.get_by_role("radio", name="1", exact=True).click()
    page.wait_for_function(
        "first => { const data = document.querySelector('[class*=every-unit] .js-plotly-plot')?.data?.[1];"
        " return data && JSON.stringify(data.z[20]) !== first; }",
        arg=str(first).replace(" ", ""),
    )
    page.get_by_role("radio", name="alike together").click()
    page.wait_for_function(
        "() => (document.querySelector('[class*=every-unit] .js-plotly-plot')?.data?.[1].x[0] ?? '1') !== '1'"
    )
    alike = figure(page, names)
    assert isinstance(alike, list) and sorted(alike, key=int) == stored
    page.get_by_role("radio", name="by influence").click()
    page.get_by_text("Influence on class").wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    on_three = figure(page, names)
    page.get_by_role("combobox", name=re.compile("Influence on class")).click()
    page.get_by_role("option", name="8", exact=True).click()
    page.wait_for_function(
        "before => (document.querySelector('[class*=every-unit] .js-plotly-plot')?.data?.[1].x.join()"
        " ?? before) !== before",
        arg=",".join(on_three),  # type: ignore[arg-type]
    )
    page.get_by_role("combobox", name=re.compile("Show")).click()
    page.get_by_role("option", name="cell state c").click()
    page.wait_for_function(
        "() => document.querySelector('[class*=every-unit] .js-plotly-plot')?.data?.length === 4"
    )


def test_hovering_says_unit_row_and_value(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    area = page.locator("[class*=every-unit] .js-plotly-plot .nsewdrag[data-subplot='x2y']")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    said = page.locator("[class*=every-unit] .js-plotly-plot .hoverlayer .hovertext").first
    said.filter(has_text=re.compile(r"row \d+ · unit \d+ · input gate i [01]")).wait_for()


def test_the_persons_own_drawing_is_what_is_read(page: Page) -> None:
    draw(page, SEVEN)
    page.locator(".verdict p").filter(has_text="Reads as 7").wait_for()
    page.get_by_role("link", name="Inside").click()
    page.get_by_role("radio", name="gates").click()
    settled(page)
    page.locator("p.outcome", has_text="it reads as 7").wait_for()
    page.get_by_role("link", name="Draw another digit").click()
    wait_for_canvas(page)
