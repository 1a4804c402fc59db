"""What the pages say of who else can use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PHONE, draw, ink_on, wait_for_canvas
from tests.served import STREAMLIT, served

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard that the network may reach."""
    with served(tmp_path_factory.mktemp("opened"), *STREAMLIT, "--server.address", "0.0.0.0") as server:
        yield f"http://127.0.0.1:{server.port}"


def notice(page: Page) -> Locator:
    return page.get_by_text("anyone who can reach this address can start, change and delete runs")


def test_where_only_this_machine_is_answered_nothing_is_said(page: Page) -> None:
    assert not notice(page).count()


def test_opened_every_page_says_so_until_it_was_read(opened: str, open_page: Callable[..., Page]) -> None:
    page = open_page(opened)
    wait_for_canvas(page)
    draw(page, [(80, 60), (200, 60), (130, 230)])
    page.get_by_text("Reads as").first.wait_for()
    notice(page).wait_for()
    page.get_by_role("button", name="Close").click()
    notice(page).wait_for(state="detached")
    assert ink_on(page)
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("heading", name="Runs").wait_for()
    assert not notice(page).count()


@pytest.mark.parametrize("path", ["/", "/hand", "/train", "/runs", "/inside", "/learn", "/evidence"])
def test_it_stands_on_every_page_and_fits_a_phone(
    opened: str, open_page: Callable[..., Page], path: str
) -> None:
    page = open_page(opened + path, size=PHONE, scheme="dark")
    notice(page).wait_for()
    page.get_by_role("button", name="Close").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
