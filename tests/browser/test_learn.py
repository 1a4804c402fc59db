"""The Learn page as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dashboard.lesson.sections import SECTIONS
from tests.browser.conftest import PHONE, draw, pixels, wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]
NAMES = [section.name for section in SECTIONS]


def address(name: str) -> str:
    return f"/learn?section={name.replace(' ', '+')}"


def listen(page: Page) -> list[str]:
    """Errors in the browser's console from now on.

    Streamlit asks for its own address below that of the page first, and is told that it is not there.
    """
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "_stcore" not in message.location.get("url", ""):
            errors.append(message.text)

    page.on("console", hear)
    return errors


def wait_for_section(page: Page, name: str) -> None:
    number = NAMES.index(name)
    page.get_by_role("heading", name=f"{number + 1} · ").wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def outcome(page: Page) -> Locator:
    return page.locator("p.outcome").first


def move(page: Page, label: str, key: str) -> None:
    """Press a key on a slider."""
    slider = page.get_by_role("slider", name=re.compile(label))
    slider.focus()
    slider.press(key)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_every_section_opens_by_its_address_without_an_error(
    open_page: Callable[..., Page], size: tuple[int, int], scheme: str
) -> None:
    page = open_page(address(NAMES[0]), size=size, scheme=scheme)
    errors = listen(page)
    root = page.url.split("/learn")[0]
    for name in NAMES:
        page.goto(root + address(name))
        wait_for_section(page, name)
        assert not page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count(), name
        sideways = page.evaluate(
            "() => { const m = document.querySelector('[data-testid=stMain]');"
            " return m.scrollWidth - m.clientWidth; }"
        )
        assert sideways <= 0, name
    assert not errors


def test_a_digit_drawn_on_the_draw_page_is_what_the_lesson_reads(page: Page) -> None:
    draw(page, SEVEN)
    page.locator(".verdict p").filter(has_text="Reads as 7").wait_for()
    drawn = pixels(page.locator(".seen img"))[..., 0]
    page.get_by_role("link", name="Learn").click()
    wait_for_section(page, NAMES[0])
    page.get_by_text("your last drawing").wait_for()
    ink = pixels(page.locator("img.current-digit"))[..., 0] / 255
    np.testing.assert_allclose(drawn, 16 + 239 * ink, atol=1)  # on the Draw page paper is not quite black
    page.get_by_role("radio", name="forget gate").click()
    wait_for_section(page, "forget gate")
    page.get_by_text("With the real gates: Reads as 7").wait_for()


def test_a_slider_changes_the_numbers_and_back_again(open_page: Callable[..., Page]) -> None:
    page = open_page(address("forget gate"))
    wait_for_section(page, "forget gate")
    before = outcome(page).inner_text()
    numbers = page.locator(".katex").all_inner_texts()
    move(page, "^Forget gate f at row", "Home")
    outcome(page).filter(has_text="would be").wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    assert page.locator(".katex").all_inner_texts() != numbers
    page.get_by_role("button", name="Real values").click()
    outcome(page).filter(has_not_text="would be").wait_for()
    assert outcome(page).inner_text() == before


def test_the_size_of_u_decides_how_much_is_left(open_page: Callable[..., Page]) -> None:
    page = open_page(address(NAMES[0]))
    page.get_by_text("0.0024").wait_for()
    move(page, "Size of U", "End")
    page.get_by_text("1.3 × 10⁸").wait_for()


def test_the_unrolled_network_follows_the_sizes_that_are_typed(open_page: Callable[..., Page]) -> None:
    page = open_page(address("many layers"))
    sizes = page.get_by_role("combobox", name=re.compile("Units of each layer"))
    sizes.fill("7, 11, 5")
    sizes.press("Enter")
    page.get_by_text("(128, 28, 11)").wait_for()
    page.locator(".js-plotly-plot text", has_text="LSTM 3").first.wait_for()


def test_sizes_that_are_none_are_refused_in_words(open_page: Callable[..., Page]) -> None:
    page = open_page(address("many layers"))
    sizes = page.get_by_role("combobox", name=re.compile("Units of each layer"))
    sizes.fill("many")
    sizes.press("Enter")
    page.get_by_role("alert").filter(has_text="units").wait_for()


def test_the_section_survives_a_reload_by_its_address(open_page: Callable[..., Page]) -> None:
    page = open_page("/learn")
    wait_for_section(page, NAMES[0])
    page.get_by_role("radio", name="output gate").click()
    wait_for_section(page, "output gate")
    page.wait_for_url("**section=output*gate")
    page.reload()
    wait_for_section(page, "output gate")


def test_next_opens_the_next_section_from_its_top(open_page: Callable[..., Page]) -> None:
    page = open_page(address("forget gate"))
    wait_for_section(page, "forget gate")
    forward = page.get_by_role("button", name="Next: input gate")
    forward.scroll_into_view_if_needed()
    forward.click()
    wait_for_section(page, "input gate")
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop < 200")
    page.wait_for_url("**section=input*gate")


def test_a_drawing_made_later_is_read_when_one_comes_back(page: Page) -> None:
    page.get_by_role("link", name="Learn").click()
    wait_for_section(page, NAMES[0])
    page.get_by_text("a sample digit").wait_for()
    page.get_by_role("link", name="Draw your own").click()
    wait_for_canvas(page)
    draw(page, SEVEN)
    page.locator(".verdict p").filter(has_text="Reads as 7").wait_for()
    page.get_by_role("link", name="Learn").click()
    page.get_by_text("your last drawing").wait_for()
