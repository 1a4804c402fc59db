"""The tour's card, as tests find it on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dashboard.session.tour import STOPS, Stop

if TYPE_CHECKING:
    from playwright.sync_api import Page


def expect_step(page: Page, number: int, stop: Stop) -> None:
    """One card, of this step; while a page goes, its card can stand beside the next one's for a moment."""
    expect(page.locator(".st-key-tour b")).to_have_text([f"{number} of {len(STOPS)} · {stop.title}."])
