"""What the Draw page says of drawings that are no digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import draw

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DOUBT = "This does not look much like a digit"
SEVEN = [(80, 60), (200, 60), (130, 230)]
CROSSES = [[(60 + x, 60), (60 + x, 220)] for x in (0, 50, 100, 150)]
BARS = [[(50, 70 + y), (220, 70 + y)] for y in (0, 45, 90, 135)]


def test_a_seven_is_not_doubted_and_a_lattice_is_and_nothing_moves(page: Page) -> None:
    draw(page, SEVEN)
    page.locator(".headline", has_text="Reads as 7").wait_for()
    rows = page.get_by_role("heading", name="Row by row")
    rows.wait_for()
    assert not page.get_by_text(DOUBT).count()
    before = rows.bounding_box()
    draw(page, *CROSSES, *BARS)
    page.get_by_text(DOUBT).wait_for()
    assert rows.bounding_box() == before
