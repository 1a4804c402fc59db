"""The browser writes a share as Python does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lstm_core.reading.percents import percent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SHARES = [0, 1e-9, 0.0004, 0.00051, 0.001, 0.0312, 0.25, 0.4999, 0.87, 0.9949, 0.9994, 0.99951, 0.9999999, 1]


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_a_share_is_written_as_in_every_sentence(browser: Browser, digits: int) -> None:
    script = Path(__file__).parents[2] / "dashboard/parts/percents.js"
    page = browser.new_page()
    try:
        said = page.evaluate(
            f"([shares, digits]) => {{ {script.read_text(encoding='utf-8')}; "
            "return shares.map((share) => percent(share, digits)); }",
            [SHARES, digits],
        )
    finally:
        page.close()
    assert said == [percent(share, digits) for share in SHARES]
