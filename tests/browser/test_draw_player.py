"""How a verdict came about, on the Draw page: the player and the bars after every row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect
from plotly.colors import sample_colorscale

from tests.browser.conftest import draw, in_time, pixels, wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]
BAR = [(100, 145), (190, 145)]


@pytest.fixture
def read(page: Page) -> Page:
    """The page with a seven that has been read."""
    wait_for_canvas(page)
    draw(page, SEVEN)
    expect(page.locator(".evolution output")).to_have_text("after row 28 of 28")
    return page


def percents(page: Page) -> list[float]:
    bars: list[float] = page.locator(".evolution tbody tr").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.getPropertyValue('--p')))"
    )
    return bars


def wait_for_last_cell(page: Page) -> None:
    """Until the last cell of the grid shows what the bars do: a reading may be on its way to one of them."""
    bars = page.locator(".row-grid .cell").last.locator("i")

    def agree() -> bool:
        styles = bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('style'))")
        return bool(styles == [f"--p: {percent:g}%;" for percent in percents(page)])

    in_time(page, agree)


def after(page: Page, row: int) -> None:
    expect(page.locator(".evolution output")).to_have_text(f"after row {row} of 28")


def test_every_line_of_the_heatmap_has_the_colours_of_its_row(read: Page) -> None:
    slider = read.get_by_role("slider", name="Last row the network has read")
    slider.focus()
    shown = pixels(read.locator(".panel.heatmap img"))
    assert shown.shape == (28, 10, 4)
    for row in (28, 14, 1):
        slider.fill(str(row))
        after(read, row)
        shares = np.array(percents(read)) / 100
        assert abs(shares.sum() - 1) < 0.001
        wanted = [re.findall(r"[\d.]+", colour) for colour in sample_colorscale("Viridis", shares)]
        np.testing.assert_allclose(shown[row - 1, :, :3], np.array(wanted, float), atol=1.5)


def test_the_image_in_the_player_is_the_one_the_network_sees(read: Page) -> None:
    image = read.locator(".panel.image")
    grey = pixels(image.locator("img"))[..., 0]
    assert grey.shape == (28, 28)
    np.testing.assert_array_equal(pixels(read.locator(".seen img"))[..., 0], grey)
    row, column = np.argwhere((grey > 60) & (grey < 200))[0]
    box = image.bounding_box()
    assert box
    image.hover(position={"x": box["width"] * (column + 0.5) / 28, "y": box["height"] * (row + 0.5) / 28})
    said = re.fullmatch(r"row (\d+) · column (\d+) · ink (\d+)\s%", read.get_by_role("tooltip").inner_text())
    assert said
    assert (int(said[1]), int(said[2])) == (row + 1, column + 1)
    assert abs(16 + 239 * int(said[3]) / 100 - grey[row, column]) < 2.5


def test_steps_keys_and_clicks_move_the_row(read: Page) -> None:
    read.get_by_role("button", name="Back one row").click()
    after(read, 27)
    read.get_by_role("button", name="Forward one row").click()
    after(read, 28)
    slider = read.get_by_role("slider", name="Last row the network has read")
    slider.press("Home")
    after(read, 1)
    assert re.fullmatch(r"after row 1: \d with .*%", slider.get_attribute("aria-valuetext") or "")
    read.get_by_role("button", name="Back one row").click()
    after(read, 1)
    heatmap = read.locator(".panel.heatmap")
    height = (heatmap.bounding_box() or {"height": 0})["height"]
    heatmap.click(position={"x": 5, "y": height * 9.5 / 28})
    after(read, 10)
    veil, panel = (read.locator(part).bounding_box() for part in (".heatmap .veil", ".panel.heatmap"))
    assert veil and panel
    assert abs((veil["y"] - panel["y"]) / panel["height"] - 10 / 28) < 0.01


def test_playing_goes_through_the_rows_and_rests_at_the_last(read: Page) -> None:
    read.get_by_role("slider", name="Last row the network has read").fill("25")
    read.get_by_role("button", name="Play").click()
    read.get_by_role("button", name="Pause").wait_for()
    read.get_by_role("button", name="Play").wait_for()
    after(read, 28)
    read.get_by_role("button", name="Play").click()
    expect(read.locator(".evolution output")).to_have_text(re.compile(r"after row \d of 28"))
    read.get_by_role("button", name="Pause").click()
    paused = read.locator(".evolution output").inner_text()
    read.wait_for_timeout(700)
    assert read.locator(".evolution output").inner_text() == paused


def test_a_cell_that_is_pointed_at_says_its_number(read: Page) -> None:
    read.locator(".panel.heatmap").hover(position={"x": 5, "y": 5})
    expect(read.get_by_role("tooltip")).to_have_text(re.compile(r"row 1 · class 0 · (<\s)?[\d.]+\s%"))
    read.locator(".panel.image").hover(position={"x": 5, "y": 5})
    expect(read.get_by_role("tooltip")).to_have_text("row 1 · column 1 · ink 0 %")
    read.get_by_role("heading", name="Row by row").hover()
    expect(read.get_by_role("tooltip")).to_be_hidden()


def test_the_next_stroke_changes_the_numbers_and_keeps_the_elements(read: Page) -> None:
    read.locator(".evolution").evaluate("player => (player.dataset.first = 'yes')")
    grid = read.locator(".row-grid")
    grid.scroll_into_view_if_needed()
    grid.evaluate("grid => (grid.dataset.first = 'yes')")
    heatmap = read.locator(".panel.heatmap img")
    before = pixels(heatmap)
    read.get_by_role("slider", name="Last row the network has read").fill("3")
    draw(read, BAR)
    after(read, 28)
    expect(read.locator(".evolution[data-first=yes]")).to_have_count(1)
    expect(read.locator(".row-grid[data-first=yes]")).to_have_count(1)
    assert (pixels(heatmap) != before).any()


def test_bars_out_of_sight_say_the_truth_and_show_it_when_they_come_into_sight(read: Page) -> None:
    cell = read.locator(".row-grid .cell").last
    for _ in range(2):
        headline = read.locator(".verdict .headline").inner_text()
        expect(cell).to_have_attribute("aria-label", re.compile(rf"Row 28\b.*: {headline[-1]} with "))
        cell.scroll_into_view_if_needed()
        expect(cell.locator(".winner")).to_have_text(headline[-1])
        expect(cell.locator("i").first).to_have_attribute("title", re.compile("row 28 · class 0 · "))
        wait_for_last_cell(read)
        assert np.argmax(percents(read)) == int(headline[-1])
        for label, percent in enumerate(percents(read)):
            expect(cell.locator("i").nth(label)).to_have_attribute("style", f"--p: {percent:g}%;")
        draw(read, BAR)
        after(read, 28)
