"""The first words of a page come where they stay."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import DESKTOP, PATIENCE, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

TOPS_OF_THE_HEADING = """
window.tops = [];
const look = () => {
  const heading = document.querySelector("h1");
  if (heading) window.tops.push(Math.round(heading.getBoundingClientRect().top));
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_heading_does_not_move_while_a_page_opens(
    browser: Browser, server: str, size: tuple[int, int]
) -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        page.set_default_timeout(PATIENCE)
        page.add_init_script(TOPS_OF_THE_HEADING)
        tops = set()
        for path in ("/", "/train", "/learn", "/inside", "/evidence?ask=no"):
            page.goto(server + path)
            page.locator("h1").wait_for()
            page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
            tops |= set(page.evaluate("tops"))
        assert len(tops) == 1, tops
    finally:
        page.close()


def answer(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    asked = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(asked, timeout=60) as found:
        return found.status, {name.lower(): value for name, value in found.headers.items()}, found.read()


def test_only_what_a_browser_shows_as_a_page_is_changed(server: str) -> None:
    _, plain_headers, plain = answer(f"{server}/train")
    status, headers, page = answer(
        f"{server}/train",
        Accept="text/html,application/xhtml+xml,*/*;q=0.8",
        **{"Accept-Encoding": "gzip", "If-None-Match": plain_headers["etag"]},
    )
    assert status == 200, "a browser that has kept the page without its styles gets it anew"
    before, styles, after = page.partition(b"<style>")
    assert b".stMainBlockContainer" in after
    assert before + after.partition(b"</style>")[2] == plain
    assert styles and before.rstrip().endswith(b">")
    assert "etag" not in headers and int(headers["content-length"]) == len(page)
    assert headers["cache-control"] == plain_headers["cache-control"] == "no-cache"
    assert answer(f"{server}/_stcore/health", Accept="text/html")[2] == b"ok"
