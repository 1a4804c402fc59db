"""The Learn page as a person uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dashboard.lesson.sections import SECTIONS
from dashboard.lesson.what_changes import KNOBS
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.pretrained.small_networks import BASE, small_weights
from lstm_core.reading.percents import percent
from lstm_core.reading.trace import read
from lstm_core.reading.verdict import verdict
from tests.browser.conftest import PHONE, change_scheme, draw, pixels, wait_for_canvas
from tests.browser.test_accessibility import in_order, listen

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (200, 60), (130, 230)]
NAMES = [section.name for section in SECTIONS]


def address(name: str) -> str:
    return f"/learn?section={name.replace(' ', '+')}&ask=no"


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


def test_every_section_opens_by_its_address_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(address(NAMES[0]), size=PHONE, scheme="dark")
    errors = listen(page)
    root = page.url.split("/learn")[0]
    for name in NAMES:
        page.emulate_media(color_scheme="dark")
        page.goto(root + address(name))
        wait_for_section(page, name)
        in_order(page, name)
        change_scheme(page, "light")
        wait_for_section(page, name)
        in_order(page, name)
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
    assert not page.get_by_text("Guess first").count(), "the first section has shown it"


@pytest.mark.parametrize(
    ("section", "way", "there"),
    [
        ("five questions", "Let two such networks read your digit", "What does it change?"),
        ("five questions", "Move the forget gate of one unit", "The forget gate: what to keep"),
        ("shared weights", "Both kinds read your digit", "What does it change?"),
    ],
)
def test_a_way_within_the_lesson_leads_to_its_section(
    open_page: Callable[..., Page], section: str, way: str, there: str
) -> None:
    page = open_page(address(section))
    wait_for_section(page, section)
    page.get_by_role("button", name=way).click()
    page.get_by_role("heading", name=there).wait_for()


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
    page = open_page(address("recurrence"))
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
    page.wait_for_url("**section=input*gate*")


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


def test_two_networks_read_the_digit_under_one_row_that_stays_when_they_change(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(address("what changes"))
    view = page.locator(".side-by-side")
    view.get_by_role("heading", name="Without dropout").wait_for()
    rows = view.get_by_role("slider", name="Row down to which both networks have read")
    rows.focus()
    image = stroke_digit(3, 28, 28)
    found = [verdict(read(small_weights(name), image).probabilities, image) for name in (BASE, "dropout")]
    start = min(one.settled_at_row or 99 for one in found)
    expect_row(view, start)
    for _ in range(abs(start - 12)):
        rows.press("ArrowLeft" if start > 12 else "ArrowRight")
    expect_row(view, 12)
    before = view.locator("tbody").inner_text()
    page.get_by_role("radio", name="Supervised rows").click()
    view.get_by_role("heading", name="With every row supervised").wait_for()
    expect_row(view, 12)
    assert view.locator("tbody").inner_text() != before
    (named,) = [knob for knob in KNOBS if knob.name == "Supervised rows"]
    for column, name in ((2, named.first), (4, named.second)):
        shares = read(small_weights(name), image).probabilities[11]
        shown = view.locator(f"tbody tr > :nth-child({column + 1})").all_inner_texts()
        assert shown == [percent(share) for share in shares.tolist()]
    page.wait_for_url("**knob=Supervised*rows*")


def test_a_click_in_a_heatmap_moves_the_row_of_all_panels(open_page: Callable[..., Page]) -> None:
    page = open_page(address("what changes"), size=PHONE, scheme="dark")
    view = page.locator(".side-by-side")
    view.get_by_role("heading", name="Without dropout").wait_for()
    panel = view.locator(".second.panel")
    panel.scroll_into_view_if_needed()
    box = panel.locator("img").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 4.5 / 28)
    expect_row(view, 5)
    found = [cursor.bounding_box() for cursor in view.locator(".cursor").all()]
    tops = [bounds["y"] for bounds in found if bounds]
    assert len(tops) == 3
    assert max(tops) - min(tops) < 1


def expect_row(view: Locator, row: int) -> None:
    view.locator("output").filter(has_text=f"after row {row} of 28").wait_for()


def test_one_click_lets_the_small_network_read(open_page: Callable[..., Page]) -> None:
    page = open_page(address("forget gate"))
    wait_for_section(page, "forget gate")
    page.get_by_role("button", name="Small network, 12 units").click()
    page.get_by_text("read by “Small network, 12 units”").wait_for()
    page.get_by_role("button", name="Back to the large network").wait_for()
    assert not page.locator("[data-testid=stException]").count()


IN_SIGHT = (
    "(element) => { const at = element.getBoundingClientRect();"
    " return at.top < innerHeight && at.bottom > 0; }"
)


def wait_for_step(page: Page, text: str) -> Locator:
    """The stages once they say this of the steps taken."""
    view = page.locator(".step-stages")
    view.locator(".curve .says", has_text=text).wait_for(state="attached")
    return view


def test_a_step_shows_all_stages_in_place(open_page: Callable[..., Page]) -> None:
    page = open_page(address("training step"))
    view = wait_for_step(page, "1 step taken")
    height = view.bounding_box()
    page.get_by_role("button", name="Step", exact=True).click()
    wait_for_step(page, "2 steps taken")
    assert view.locator(".outcome").inner_text().startswith("After the step the right answer, 3, has ")
    after, before = view.bounding_box(), height
    assert after and before and after["height"] == pytest.approx(before["height"], abs=1)
    tall = view.locator(".loss .bars > div > i").evaluate_all(
        "bars => bars.map((bar) => bar.getBoundingClientRect().height)"
    )
    assert len(tall) == 28 and min(tall) > 5
    page.get_by_role("button", name="Step ×10").click()
    wait_for_step(page, "12 steps taken")
    page.get_by_role("button", name="Start again").click()
    wait_for_step(page, "1 step taken")


@pytest.mark.parametrize("size", [(1300, 900), PHONE], ids=["desktop", "phone"])
def test_slow_lights_one_stage_after_the_other_by_keyboard(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(address("training step"), size=size)
    wait_for_step(page, "1 step taken")
    page.get_by_role("button", name="Slow").press("Enter")
    view = wait_for_step(page, "2 steps taken")
    lit = view.locator("section.lit")
    lit.get_by_role("heading", name="1 · The batch").wait_for()
    assert not view.locator(".update").is_visible()
    forward = view.get_by_role("button", name="On to the next stage")
    for name in ("2 · The loss", "3 · The gradient", "4 · The update", "5 · The same digit, read again"):
        forward.press("Enter")
        lit.get_by_role("heading", name=name).wait_for()
        assert lit.count() == 1
        page.wait_for_function(IN_SIGHT, arg=lit.element_handle())
    assert forward.is_disabled()
    assert "After the step" in view.get_by_role("status").inner_text()
    view.get_by_role("button", name="Show all").press("Enter")
    assert not lit.count() and view.locator(".update").is_visible()
