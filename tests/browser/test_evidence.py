"""The Evidence page in a real browser, over the results that are committed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.evidence.results import results
from lstm_core.evidence.summaries import comparison, summary
from lstm_core.reading.percents import accuracy
from lstm_core.settings.presets import PRESETS
from tests.browser.conftest import PHONE, in_both_schemes

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_every_preset_has_its_line_with_what_it_reached_or_how_to_make_it(page: Page) -> None:
    page.get_by_role("link", name="Evidence").click()
    page.get_by_role("heading", name="Evidence", exact=True).wait_for()
    table = page.get_by_role("table", name="Share of the test images")
    for name, preset in PRESETS.items():
        line = table.get_by_role("row", name=re.compile(f"^{name}"))
        said = line.inner_text()
        if preset.published_accuracy:
            assert accuracy(preset.published_accuracy) in said
        if reached := summary(name, results()):
            assert f"{100 * reached.mean:.2f}" in said
        else:
            assert f"python -m lstm_core reproduce --preset {name}" in said


def test_the_figures_are_drawn_and_speak(open_page: Callable[..., Page]) -> None:
    page = open_page("/evidence")
    bars = page.locator(".st-key-evidence-memory")
    bars.locator(".bars .point").first.wait_for()
    assert bars.locator(".bars .point").count() >= 2
    page.get_by_role("figure", name="Bars of memory in MiB: LSTM published, GPU 725 MiB").wait_for()
    for name in COMPARISONS:
        sides = comparison(name, results())
        assert sides, name
        dots = page.locator(f".st-key-experiment-{name} .scatterlayer .trace").first.locator(".point")
        dots.first.wait_for()
        assert dots.count() == sum(side.n for side in sides)


def test_nothing_is_wider_than_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/evidence", size=PHONE, scheme="dark")
    page.get_by_role("heading", name="Reproduce it yourself").wait_for()
    for scheme in in_both_schemes(page):
        page.locator(".st-key-evidence-memory .bars .point").first.wait_for()
        wider = page.evaluate(
            """() => [...document.querySelectorAll("[data-testid=stMain] *")]
                .filter(element => element.checkVisibility())
                .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                .map(element => element.outerHTML.slice(0, 120))"""
        )
        assert not wider, scheme
    assert page.evaluate("getComputedStyle(document.querySelector('.evidence td'), '::before').content") == (
        '"Published"'
    )
