"""The cell at work on the Inside page: played, by keys, opened, chosen, on every screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboard.inside.cell_data import LARGEST
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.cell_flow import gate_terms, mean_flow, unit_flow
from lstm_core.inside.cell_sentences import mean_sentences, unit_sentences, with_minus
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.gates import GATES
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.verdict import verdict
from tests.browser.conftest import DESKTOP, PHONE, draw, in_both_schemes
from tests.browser.test_accessibility import in_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?layer=1&unit=3&row=12"
SEVEN = [(80, 60), (200, 60), (130, 230)]
IMAGE = stroke_digit(3, 28, 28)
WEIGHTS = shipped_weights()
TRACE = read(WEIGHTS, IMAGE)
SETTLED = verdict(TRACE.probabilities, IMAGE).settled_at_row or 28
MOST_SENT = 400_000
GATE_NAMES = {"f": "forget_gate", "i": "input_gate", "g": "candidate", "o": "output_gate"}


def layer(number: int) -> LayerTrace:
    found = TRACE.layers[number - 1]
    assert isinstance(found, LayerTrace)
    return found


def said(unit: int, of: int, row: int) -> str:
    return unit_sentences(unit_flow(layer(of), unit - 1))[row - 1]


def expect_row(page: Page, row: int) -> None:
    expect(page.locator(".cell output")).to_have_text(f"row {row} of 28")
    expect(page.locator(".sentence")).to_have_text(re.compile(rf"^Row {row}\b"))


def expect_address(page: Page, **wanted: str | None) -> None:
    page.wait_for_function(
        """wanted => Object.entries(wanted).every(
            ([name, value]) => new URLSearchParams(location.search).get(name) === value)""",
        arg=wanted,
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_begins_at_the_row_layer_and_unit_of_the_address(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(ADDRESS, size=size, scheme="dark")
    flow = unit_flow(layer(1), 2)
    for scheme in in_both_schemes(page):
        expect_row(page, 12)
        expect(page.locator(".sentence")).to_have_text(said(3, 1, 12))
        for value in (flow.forget_gate, flow.before, flow.cell):
            number = page.locator(".picture .number", has_text=with_minus(float(value[11]))).first
            expect(number).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), scheme
        in_order(page, scheme)


def test_playing_asks_nothing_of_the_server_and_rests_with_the_row_in_the_address(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/")
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.goto(page.url + ADDRESS.removeprefix("/"))
    expect_row(page, 12)
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.wait_for_timeout(500)
    sent.clear()
    page.get_by_role("button", name="Play").click()
    expect_row(page, 15)
    assert not sent
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("!new URLSearchParams(location.search).get('row')?.match(/^12$/)")
    row = int(page.locator(".cell input[type=range]").input_value())
    expect_row(page, row)
    # The address is silent of the row at which the panel opens by itself.
    expect_address(page, row=None if row == SETTLED else str(row), layer="1", unit="3")
    assert len(sent) == 1
    page.get_by_role("radio", name="arithmetic", exact=True).click()
    page.locator("p.outcome", has_text=f"Unit 3 of layer 1 after row {row}:").wait_for()


def test_it_plays_to_the_last_row_and_then_begins_again(open_page: Callable[..., Page]) -> None:
    page = open_page("/inside?row=26")
    expect_row(page, 26)
    page.get_by_role("button", name="Play").click()
    expect_row(page, 28)
    page.get_by_role("button", name="Play").wait_for()
    expect_address(page, row="28")
    page.get_by_role("button", name="Play").click()
    expect_row(page, 3)
    page.get_by_role("button", name="Back one row").click()
    page.get_by_role("button", name="Play").wait_for()
    expect(page.locator(".cell output")).to_have_text(re.compile("row [23] of 28"))


def test_the_wires_move_between_rows_and_stay_put_for_who_wants_less_motion(
    open_page: Callable[..., Page],
) -> None:
    widths = """wire => new Promise(done => {
        const seen = new Set();
        const end = performance.now() + 2000;
        const look = () => {
            seen.add(wire.style.strokeWidth);
            performance.now() < end ? requestAnimationFrame(look) : done(seen.size);
        };
        look();
    })"""
    page = open_page("/inside?row=8")
    expect_row(page, 8)
    page.get_by_role("button", name="Play").click()
    assert page.locator(".wire.open").first.evaluate(widths) > 10
    page.get_by_role("button", name="Pause").click()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    assert page.locator(".wire.open").first.evaluate(widths) <= 5


def test_the_numbers_on_the_wires_are_of_the_row_of_the_opened_sum_at_every_moment(
    open_page: Callable[..., Page],
) -> None:
    all_that_was_shown = """cell => new Promise(done => {
        const seen = new Set();
        const end = performance.now() + 3000;
        const text = selector => cell.querySelector(selector).textContent;
        const look = () => {
            const numbers = [...cell.querySelectorAll(".picture .number")].map(number => number.textContent);
            seen.add([text("output"), text(".sum h3"), text(".equation b"), ...numbers].join("; "));
            performance.now() < end ? requestAnimationFrame(look) : done([...seen]);
        };
        look();
    })"""
    page = open_page("/inside?layer=1&unit=3&row=8")
    expect_row(page, 8)
    page.get_by_role("button", name="Play").click()
    seen = page.locator(".cell").evaluate(all_that_was_shown)
    assert len(seen) >= 3
    flow = unit_flow(layer(1), 2)
    rows = []
    for texts in seen:
        row = int(re.match(r"row (\d+) of 28; ", texts)[1])  # type: ignore[index]
        rows.append(row)
        numbers = {letter: getattr(flow, name)[row - 1] for letter, name in GATE_NAMES.items()}
        gates = {letter: with_minus(float(value)) for letter, value in numbers.items()}
        assert f"row {row}: its sum; f = σ(z) = {gates['f']}; " in texts
        for letter, value in gates.items():
            assert f"; {letter} {value}" in texts
    assert len(set(rows)) == len(rows)


def test_arrow_keys_step_and_the_space_bar_plays(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    expect_row(page, 12)
    picture = page.locator(".picture")
    picture.focus()
    for key, row in (("ArrowRight", 13), ("ArrowDown", 14), ("ArrowLeft", 13), ("Home", 1), ("End", 28)):
        page.keyboard.press(key)
        expect_row(page, row)
    expect_address(page, row="28")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect_row(page, 25)
    expect_address(page, row="25")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play").wait_for()
    slider = page.get_by_role("slider", name="Row that is read")
    slider.focus()
    page.keyboard.press("Home")
    expect_row(page, 1)
    assert re.fullmatch(r"row 1: \d with .*%", slider.get_attribute("aria-valuetext") or "")


@pytest.mark.parametrize("by_key", [False, True])
def test_a_gate_opens_into_its_sum(open_page: Callable[..., Page], by_key: bool) -> None:
    page = open_page(ADDRESS)
    expect_row(page, 12)
    gate = page.get_by_role("button", name=re.compile("^input gate at row 12"))
    if by_key:
        gate.focus()
        page.keyboard.press("Enter")
    else:
        gate.click()
    expect(gate).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".sum h3")).to_have_text("Input gate i, row 12: its sum")
    terms = gate_terms(WEIGHTS.layers[0], IMAGE, layer(1).hidden, "input_gate", 2)
    (largest, *_) = terms.largest(1)[11]
    name = f"pixel {largest + 1}" if largest < 28 else f"h before, unit {largest - 27}"
    line = page.locator(".sum tbody tr").first
    expect(line.locator("th")).to_have_text(name)
    expect(line.locator("td").last).to_have_text(with_minus(float(terms.products[11, largest])))
    value = with_minus(float(layer(1).input_gate[11, 2]))
    expect(page.locator(".equation b")).to_have_text(f"i = σ(z) = {value}")


def unit_that_looks_at_a_pixel(row: int) -> int:
    """A unit of layer 1, from 1, whose sums at ``row`` all have a pixel among their largest terms."""
    for unit in range(WEIGHTS.units[0]):
        sums = [gate_terms(WEIGHTS.layers[0], IMAGE, layer(1).hidden, gate, unit) for gate in GATES]
        if all(min(terms.largest(LARGEST)[row - 1]) < 28 for terms in sums):
            return unit + 1
    pytest.fail("no unit looks at a pixel")


def test_a_pixels_term_lights_up_its_pixel(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/inside?layer=1&unit={unit_that_looks_at_a_pixel(12)}&row=12")
    expect_row(page, 12)
    line = page.locator(".sum tbody tr", has_text=re.compile(r"^pixel \d+")).first
    name = line.locator("th").inner_text()
    line.hover()
    expect(page.locator("p.term")).to_have_text(re.compile(rf"^{name}: .* × weight .* = "))
    pixel, whole = page.locator(".drawing .pixel").bounding_box(), page.locator(".drawing").bounding_box()
    assert pixel and whole
    column = (pixel["x"] + pixel["width"] / 2 - whole["x"]) / whole["width"] * 28
    row = (pixel["y"] + pixel["height"] / 2 - whole["y"]) / whole["height"] * 28
    assert (int(column) + 1, int(row) + 1) == (int(name.split()[1]), 12)
    page.locator(".sentence").hover()
    expect(page.locator(".drawing .pixel")).to_be_hidden()


def test_layers_and_units_are_chosen_by_a_click(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    expect_row(page, 12)
    page.get_by_role("button", name=re.compile("^Layer 2, 256 units at row 12")).click()
    expect(page.locator(".work h3")).to_have_text(re.compile(r"Layer 2, unit \d+"))
    expect_address(page, layer=None, unit=None, row="12")
    strip = page.locator(".units canvas")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    assert box
    strip.click(position={"x": box["width"] * 5.5 / 64, "y": box["height"] * 1.5 / 4})
    expect(page.locator(".work h3")).to_have_text("Layer 2, unit 70")
    expect(page.locator(".sentence")).to_have_text(said(70, 2, 12))
    expect_address(page, unit="70")
    page.get_by_role("radio", name="the whole layer").click()
    expect(page.locator(".sentence")).to_have_text(mean_sentences(mean_flow(layer(2)), 2, 256)[11])


def test_a_click_on_the_drawing_goes_to_its_row_and_the_verdict_with_it(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(ADDRESS)
    expect_row(page, 12)
    drawing = page.locator(".drawing")
    box = drawing.bounding_box()
    assert box
    drawing.click(position={"x": 20, "y": box["height"] * 6.5 / 28})
    expect_row(page, 7)
    winner = int(TRACE.probabilities[6].argmax())
    expect(page.locator(".reading caption")).to_have_text(re.compile(f"^Read so far: {winner},"))
    expect(page.locator(".reading .winner th")).to_have_text(str(winner))


def test_nothing_jumps_while_it_plays(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    expect_row(page, 12)
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()

    def places() -> list[float]:
        parts = (".picture svg", ".sum table", ".stack ol", ".units canvas", ".sentence")
        return [(page.locator(part).bounding_box() or {"y": -1})["y"] for part in parts]

    before = places()
    page.locator(".picture").focus()
    for key in ("Home", "ArrowRight", "End"):
        page.keyboard.press(key)
        page.wait_for_timeout(600)
        assert places() == before


@pytest.mark.parametrize("query", ["", "?layer=1"])
def test_a_whole_reading_is_sent_in_at_most_400_kilobytes(open_page: Callable[..., Page], query: str) -> None:
    page = open_page("/")
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(page.url + "inside" + query)
    expect_row(page, SETTLED)
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    assert 10_000 < sum(received) <= MOST_SENT


def test_the_persons_own_drawing_is_what_the_cell_reads(page: Page) -> None:
    draw(page, SEVEN)
    page.locator(".verdict p").filter(has_text="Reads as 7").wait_for()
    page.get_by_role("link", name="Inside").click()
    expect(page.locator(".reading caption")).to_have_text(re.compile("^Read so far: 7,"))
    expect(page.locator(".cell output")).not_to_have_text("row 28 of 28")
