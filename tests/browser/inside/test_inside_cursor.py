"""One row, layer and unit for every panel of Inside: by click, by player, by slider and by address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.verdict import last_ink
from tests.browser.conftest import PHONE, in_time

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=gates"
TRACE = read(shipped_weights(), stroke_digit(3, 28, 28))
START = last_ink(stroke_digit(3, 28, 28)) or 0
"""Where the cursor starts while the panel still asks where the verdict settled."""


def layer(number: int) -> LayerTrace:
    found = TRACE.layers[number - 1]
    assert isinstance(found, LayerTrace)
    return found


def settled(page: Page) -> None:
    """The heatmaps are open and at rest."""
    switch = page.get_by_role("switch", name="Every unit as a heatmap")
    switch.wait_for(state="attached")
    if not switch.is_checked():
        page.get_by_text("Every unit as a heatmap").click()
    page.locator("p.outcome").first.wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.locator("[class*=every-unit] .js-plotly-plot[data-linked] .updatemenu-button").first.wait_for()


def expect_row(page: Page, row: int) -> None:
    """Words, slider and figure all come to stand at the row."""
    page.locator("p.outcome", has_text=f"After row {row} it reads as").wait_for()
    page.locator(
        "[class*=every-unit] .js-plotly-plot .shape-label text", has_text=f"after row {row} of 28"
    ).wait_for()
    page.wait_for_function(
        "row => document.querySelector('.st-key-row input[type=range]')?.value === row",
        arg=str(row),
    )


def expect_address(page: Page, **wanted: str | None) -> None:
    page.wait_for_function(
        """wanted => Object.entries(wanted).every(
            ([name, value]) => new URLSearchParams(location.search).get(name) === value)""",
        arg=wanted,
    )


def press(page: Page, label: str) -> None:
    page.locator("[class*=every-unit] .js-plotly-plot .updatemenu-button", has_text=label).click()


def shown_row(page: Page) -> int:
    """Where the figure stands."""
    said = page.locator("[class*=every-unit] .js-plotly-plot .shape-label text").text_content()
    assert said
    return int(said.split()[2])


def row_at_rest(page: Page) -> int:
    """Where figure and words have come to stand together."""

    def together() -> int:
        return page.locator("p.outcome", has_text=f"After row {shown_row(page)} it reads as").count()

    assert in_time(page, together), f"The figure stands at row {shown_row(page)}, and the words do not"
    return shown_row(page)


def move_slider(page: Page, *keys: str) -> None:
    slider = page.get_by_role("slider", name=re.compile("^Row"))
    slider.focus()
    for key in keys:
        slider.press(key)


def click_cell(page: Page, subplot: str, row: int, column: int, columns: int, *, tap: bool = False) -> None:
    """A cell of a heatmap; ``row`` counts from 1 and ``column`` from 0."""
    area = page.locator(f"[class*=every-unit] .js-plotly-plot .nsewdrag[data-subplot='{subplot}']")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    x = round(box["x"] + (column + 0.5) / columns * box["width"])  # a mouse is on whole pixels
    y = box["y"] + (row - 0.5) / 28 * box["height"]
    if tap:
        page.touchscreen.tap(x, y)
    else:
        page.mouse.move(x, y)
        page.mouse.click(x, y)


def said_of(unit: int, of: int, row: int) -> str:
    """What the page says of a unit, counted from 1, from the reading itself."""
    cell, hidden = (
        f"{array[row - 1, unit - 1]:.3f}".replace("-", "−") for array in (layer(of).cell, layer(of).hidden)
    )
    return f"Unit {unit} of layer {of} after row {row}: cell state {cell}, hidden state {hidden}."


@pytest.mark.parametrize("order", ["as stored", "alike together", "by influence"])
def test_a_click_on_a_cell_shows_that_units_arithmetic_at_that_row(
    open_page: Callable[..., Page], order: str
) -> None:
    page = open_page(ADDRESS)
    settled(page)
    page.get_by_role("radio", name=order).click()
    settled(page)
    page.wait_for_function(
        "stored => (document.querySelector('[class*=every-unit] .js-plotly-plot')?.data?.[1]"
        ".x.slice(0, 9).join() === '1,2,3,4,5,6,7,8,9') === stored",
        arg=order == "as stored",
    )
    settled(page)
    page.evaluate("document.querySelector('[class*=every-unit] .js-plotly-plot').dataset.first = 'yes'")
    click_cell(page, "x2y", 12, 40, 256)
    page.get_by_role("heading", name="Its arithmetic").wait_for()
    settled(page)
    unit = int(page.evaluate("document.querySelector('[class*=every-unit] .js-plotly-plot').data[1].x[40]"))
    assert (unit == 41) == (order == "as stored")
    page.locator("p.outcome", has_text=said_of(unit, 2, 12)).wait_for()
    expect_row(page, 12)
    expect_address(page, row="12", unit=str(unit))
    page.locator(".katex-display").nth(5).wait_for()
    marks = page.evaluate("""document.querySelector('[class*=every-unit] .js-plotly-plot')
        ._fullLayout.images.map(image => image.x + image.sizex / 2)""")
    assert marks == 6 * [40]
    assert page.locator("[class*=every-unit] .js-plotly-plot[data-first=yes] .imagelayer image").count() == 6


def test_a_click_on_the_image_moves_the_row_and_keeps_the_unit(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&layer=1&unit=9&row=28")
    settled(page)
    page.locator("p.outcome", has_text=said_of(9, 1, 28)).wait_for()
    click_cell(page, "xy", 14, 3, 28)
    expect_row(page, 14)
    page.locator("p.outcome", has_text=said_of(9, 1, 14)).wait_for()
    click_cell(page, "x5y", 6, 3, 10)
    expect_row(page, 6)
    page.locator("p.outcome", has_text=said_of(9, 1, 6)).wait_for()


def test_a_tap_on_a_phone_chooses_the_unit(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS, size=PHONE, touch=True)
    settled(page)
    page.wait_for_function(
        "document.querySelectorAll('[class*=every-unit] .js-plotly-plot .nsewdrag').length > 10"
    )
    settled(page)
    click_cell(page, "x2y", 10, 128, 256, tap=True)
    page.get_by_role("heading", name="Its arithmetic").wait_for()
    expect_row(page, 10)
    said = page.locator("p.outcome", has_text="of layer 2 after row 10").inner_text()
    unit = int(re.findall(r"Unit (\d+)", said)[0])
    assert abs(unit - 129) <= 2, "a cell is narrower than a pixel"
    assert said == said_of(unit, 2, 10)


def test_the_units_every_product_is_one_button_away(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&unit=9&row=11")
    settled(page)
    page.get_by_role("button", name="Every product behind these sums").click()
    page.get_by_role("heading", name="One unit's arithmetic").wait_for()
    page.locator("p.outcome", has_text=said_of(9, 2, 11)).wait_for()
    expect_address(page, panel="arithmetic", unit="9", row="11")
    page.go_back()
    page.get_by_role("heading", name="What the gates do, row by row").wait_for()


def test_the_player_and_the_cursor_move_each_other(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&row=9")
    settled(page)
    expect_row(page, 9)
    press(page, "Next")
    expect_row(page, 10)
    expect_address(page, row="10")
    for _ in range(4):
        press(page, "Next")
    expect_row(page, 14)
    press(page, "Back")
    expect_row(page, 13)
    move_slider(page, "ArrowLeft", "ArrowLeft")
    expect_row(page, 11)
    press(page, "Next")
    expect_row(page, 12)
    press(page, "Play")
    expect_row(page, 28)
    expect_address(page, row="28")
    rail = page.locator("[class*=every-unit] .js-plotly-plot .slider-rail-touch-rect").bounding_box()
    assert rail is not None
    page.mouse.move(rail["x"] + rail["width"] - 5, rail["y"] + 5)
    page.mouse.down()
    page.mouse.move(rail["x"] + rail["width"] / 2, rail["y"] + 5, steps=5)
    page.mouse.up()
    row = row_at_rest(page)
    assert 13 <= row <= 18
    expect_row(page, row)
    page.mouse.move(rail["x"] + rail["width"] / 2, rail["y"] + 5)
    page.mouse.down()
    page.mouse.move(rail["x"] + rail["width"] / 4, rail["y"] + 5, steps=5)
    page.mouse.move(5, 5)
    page.mouse.up()  # far from the figure
    page.locator("p.outcome", has_text=f"After row {row} it reads as").wait_for(state="detached")
    row = row_at_rest(page)
    assert 6 <= row <= 11
    expect_row(page, row)


def test_while_it_plays_nothing_is_asked_of_the_server(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.goto(page.url + ADDRESS.removeprefix("/"))
    settled(page)
    expect_row(page, START)
    move_slider(page, "Home")
    expect_row(page, 1)
    sent.clear()
    press(page, "Play")
    page.wait_for_function(
        "document.querySelector('[class*=every-unit] .js-plotly-plot .shape-label text')"
        ".textContent.split(' ')[2] >= 12"
    )
    assert not sent
    page.locator("p.outcome", has_text="After row 1 it reads as").wait_for()
    press(page, "Pause")
    page.locator("p.outcome", has_text="After row 1 it reads as").wait_for(state="detached")
    row = row_at_rest(page)
    expect_row(page, row)
    assert len(sent) == 1


def test_the_figure_stays_in_place_when_only_the_row_changes(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    settled(page)
    page.evaluate("document.querySelector('[class*=every-unit] .js-plotly-plot').dataset.first = 'yes'")
    move_slider(page, "ArrowLeft", "ArrowLeft")
    expect_row(page, START - 2)
    assert page.locator("[class*=every-unit] .js-plotly-plot[data-first=yes]").count() == 1


def test_row_layer_and_unit_outlast_a_change_of_panel_and_of_page(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&row=7&layer=1&unit=3")
    settled(page)
    page.get_by_role("radio", name="what decided").click()
    page.get_by_role("heading", name="What made it decide").wait_for()
    expect_address(page, row="7", layer=None, unit=None)
    page.get_by_role("radio", name="arithmetic", exact=True).click()
    page.locator("p.outcome", has_text=said_of(3, 1, 7)).wait_for()
    expect_address(page, row="7", layer="1", unit="3")
    page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_for_selector("canvas.upper-canvas")
    page.get_by_role("link", name="Inside").click()
    page.locator("p.outcome", has_text=said_of(3, 1, 7)).wait_for()
    expect_address(page, row="7", layer="1", unit="3")
    page.reload()
    page.locator("p.outcome", has_text=said_of(3, 1, 7)).wait_for()


def test_nonsense_in_the_address_falls_back_and_a_unit_too_many_is_named(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(f"{ADDRESS}&row=99&layer=seven&unit=%3Cb%3E")
    settled(page)
    expect_row(page, START)
    expect_address(page, row=None, layer=None, unit=None)
    page = open_page(f"{ADDRESS}&row=4&unit=257")
    settled(page)
    page.get_by_role("alert").filter(has_text="between 1 and 256").wait_for()
    expect_row(page, 4)
