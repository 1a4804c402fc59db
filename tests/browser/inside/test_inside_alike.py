"""The panel of digits that are alike, against the same search without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lstm_core.data.info import Dataset
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.strokes import ink_from_strokes
from lstm_core.inside.neighbours import Measure, build, nearest, same_units
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import LayerTrace, read
from tests.browser.conftest import in_time

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THREE = np.array([
    (85, 75), (105, 52), (140, 45), (172, 58), (182, 85), (168, 112), (138, 128),
    (172, 142), (190, 170), (184, 205), (155, 230), (115, 232), (82, 212),
], np.float64)  # fmt: skip
"""The sample that stands in for a drawing."""


def shown(page: Page, name: str) -> list[int]:
    """Which test digits a list shows."""
    pictures = page.get_by_role("list", name=name).get_by_role("img").all()
    return [int(re.findall(r"image (\d+)", image.get_attribute("alt") or "")[0]) for image in pictures]


def wait_until(page: Page, name: str, wanted: list[int]) -> None:
    in_time(page, lambda: shown(page, name) == wanted)
    assert shown(page, name) == wanted


def press(slider: Locator, key: str, times: int = 1) -> None:
    slider.focus()
    for _ in range(times):
        slider.press(key)


def test_every_control_finds_what_the_search_finds(open_page: Callable[..., Page], mnist: Dataset) -> None:
    weights = shipped_weights()
    trace = read(weights, normalise(ink_from_strokes([THREE], 22, (280, 280)), 28, 28))
    layers = [layer for layer in trace.layers if isinstance(layer, LayerTrace)]
    only_first = replace(weights, layers=weights.layers[:1])  # what the first layer holds is all that counts
    of_top, of_first = build(weights, mnist.test, 1), build(only_first, mnist.test, 0)

    def near(layer: int, first: int, last: int, measure: Measure) -> list[int]:
        index = (of_first, of_top)[layer]
        return nearest(index, layers[layer].hidden, first, last, measure, 20).digits.tolist()

    page = open_page("/inside?panel=alike&row=28")
    page.set_default_timeout(120_000)
    nearby, same = "The nearest test digits", "Test digits that switch the same units on"
    page.get_by_role("list", name=same).wait_for()
    wait_until(page, nearby, near(1, 27, 27, "cosine"))
    on = same_units(of_top, layers[1].hidden, 27, 0.5, 20)
    wait_until(page, same, on.digits.tolist())
    page.get_by_text(f"{len(on.units)} of 256 units of layer 2 are on at row 28").wait_for()
    page.get_by_text(f"{on.counts[0]} of {len(on.units)} on").first.wait_for()

    page.get_by_role("radio", name="Distance (Euclidean)").click()
    wait_until(page, nearby, near(1, 27, 27, "euclidean"))
    press(page.get_by_role("slider", name="Rows compared").first, "ArrowLeft", 7)
    page.get_by_text("nearest test digits at rows 21 to 28").wait_for()
    wait_until(page, nearby, near(1, 20, 27, "euclidean"))

    press(page.get_by_role("slider", name="A unit is on when"), "ArrowLeft", 6)
    lower = same_units(of_top, layers[1].hidden, 27, 0.2, 20)
    page.get_by_text(f"{len(lower.units)} of 256 units of layer 2 are on at row 28").wait_for()
    wait_until(page, same, lower.digits.tolist())

    press(page.locator(".st-key-cursor").get_by_role("slider"), "ArrowLeft", 12)
    page.get_by_text("nearest test digits at row 16,").wait_for()
    wait_until(page, nearby, near(1, 15, 15, "euclidean"))

    page.get_by_role("radio", name="1", exact=True).click()
    page.get_by_text("units of layer 1 are on at row 16").wait_for()
    wait_until(page, nearby, near(0, 15, 15, "euclidean"))
