"""The panel "what if" of the Inside page, every control of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.inside.intervened_reading import intervene
from lstm_core.inside.intervention_text import from_text
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.percents import percent
from tests.browser.conftest import PHONE, in_both_schemes
from tests.browser.test_accessibility import in_order

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ADDRESS = "/inside?panel=what+if"


def wait(page: Page) -> None:
    page.get_by_role("heading", name="What if").wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def row_of(page: Page, name: str) -> list[str]:
    """The table's numbers of "before", "after" or "difference"."""
    line = page.locator(".tensors tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
    return line.locator("td").all_inner_texts()


def after(text: str) -> list[str]:
    """What the table should say after the interventions of ``text``, of the sample digit."""
    _, trace = intervene(shipped_weights(), stroke_digit(3, 28, 28), from_text(text))
    return [percent(share) for share in trace.probabilities[-1].tolist()]


def expect(page: Page, text: str) -> None:
    """The address holds ``text``, and the table its numbers."""
    if text:
        page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("interventions") == [text])
    else:
        page.wait_for_url(lambda url: "interventions" not in url)
    wait(page)
    numbers = after(text)
    page.wait_for_function(
        """numbers => [...document.querySelectorAll('.tensors tr')].some(tr =>
            tr.querySelector('th')?.innerText === 'after' &&
            [...tr.querySelectorAll('td')].map(td => td.innerText).join() === numbers.join())""",
        arg=numbers,
    )
    assert row_of(page, "before") == after("")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    wait(page)


def fill(page: Page, label: str, text: str) -> None:
    """Type without leaving the field: what is pressed next must find the new value all the same."""
    field = page.get_by_label(label, exact=True)
    only = "label => document.querySelectorAll(`input[aria-label='${label}']`).length === 1"
    page.wait_for_function(only, arg=label)  # the field of the choice before may still be going
    field.fill(text)


def add(page: Page) -> None:
    page.get_by_role("button", name="Add", exact=True).click()


def listed(page: Page) -> Locator:
    return page.locator("[class*='st-key-inside-what-if-line-']")


@pytest.fixture(scope="module")
def window(open_shared_page: Callable[..., Page]) -> Page:
    opened: Page = open_shared_page(ADDRESS)
    return opened


@pytest.fixture
def truthful(window: Page) -> Page:
    """The panel with nothing in force, in a window that tests share."""
    wait(window)
    clear = window.get_by_role("button", name="Clear all")
    if clear.is_enabled():
        clear.click()
    expect(window, "")
    return window


@pytest.mark.parametrize(
    ("preset", "text"),
    [
        ("Forget everything", "clamp:all:forget_gate:0"),
        ("Never forget", "clamp:all:forget_gate:1"),
        ("Write nothing", "clamp:all:input_gate:0"),
        ("Half the units", "silence:all:1-128"),
        ("Read it upside down", "reverse"),
        ("Read columns", "transpose"),
        ("Shuffle the rows", "shuffle"),
        ("Add noise", "noise:0.3"),
    ],
)
def test_a_preset_is_read_at_once(truthful: Page, preset: str, text: str) -> None:
    page = truthful
    page.get_by_text("none, so both readings are the same").wait_for()
    page.get_by_text("none: the probabilities are the same after every row").wait_for()
    page.get_by_role("button", name=preset, exact=True).click()
    expect(page, text)
    assert listed(page).count() == 1


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("Hold a gate", {"Value": "0.2", "Units": "1-8, 12"}, "clamp:all:forget_gate:0.2:1-8,12"),
        ("Silence units", {"Units": "7"}, "silence:all:7"),
        ("Force units", {"Hidden value": "-0.5", "Units": "3-5"}, "force:all:-0.5:3-5"),
        ("Start from another state", {"h": "0.5", "c": "-3"}, "start:all:0.5:-3"),
        ("Blank rows", {"First row": "5", "Last row": "12"}, "blank:5:12"),
        ("Repeat a row", {"Row": "6", "Times": "4"}, "repeat:6:4"),
        ("Reverse the rows", {}, "reverse"),
        ("Shuffle the rows", {"Seed": "5"}, "shuffle:5"),
        ("Read columns", {}, "transpose"),
        ("Stop reading", {"Last row read": "9"}, "stop:9"),
        ("Add noise", {"Standard deviation": "0.4", "Seed": "2"}, "noise:0.4:2"),
    ],
)
def test_every_change_of_the_menu_has_only_its_fields_and_is_read(
    truthful: Page, kind: str, fields: dict[str, str], text: str
) -> None:
    page = truthful
    choose(page, "What to change", kind)
    page.wait_for_function(
        """wanted => document.querySelectorAll(
            '.st-key-inside-what-if-fields :is([data-testid=stNumberInput], [data-testid=stTextInput])'
        ).length === wanted""",
        arg=len(fields),
    )
    for label, value in fields.items():
        fill(page, label, value)
    add(page)
    expect(page, text)


def test_another_layer_and_gate_can_be_held(open_page: Callable[..., Page]) -> None:
    page = open_page(ADDRESS)
    wait(page)
    page.locator(".st-key-inside-what-if-layer-2").get_by_text("layer 2", exact=True).click()
    wait(page)
    choose(page, "Gate", "output gate")
    page.locator(
        ".st-key-inside-what-if-value-output_gate input"
    ).wait_for()  # each gate has a field of its own
    fill(page, "Value", "0.5")
    add(page)
    expect(page, "clamp:2:output_gate:0.5")


def test_the_list_can_be_ordered_shortened_undone_and_cleared(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&interventions={quote('blank:3:9;reverse;silence:2:1-100')}")
    wait(page)
    expect(page, "blank:3:9;reverse;silence:2:1-100")
    assert [re.split(r"\n", text)[0] for text in listed(page).all_inner_texts()] == [
        "1. Rows 3 to 9 blank",
        "2. Read upside down, the last row first",
        "3. Units 1–100 of layer 2 silenced",
    ]
    listed(page).nth(1).get_by_role("button", name="Earlier").click()
    expect(page, "reverse;blank:3:9;silence:2:1-100")
    listed(page).nth(0).get_by_role("button", name="Remove").click()
    expect(page, "blank:3:9;silence:2:1-100")
    page.get_by_role("button", name="Undo").click()
    expect(page, "reverse;blank:3:9;silence:2:1-100")
    page.get_by_role("button", name="Clear all").click()
    expect(page, "")
    page.get_by_role("button", name="Undo").click()
    expect(page, "reverse;blank:3:9;silence:2:1-100")
    page.reload()
    expect(page, "reverse;blank:3:9;silence:2:1-100")


def test_what_is_none_or_does_not_exist_is_said_and_the_rest_is_read(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&interventions={quote('explode;silence:7;clamp:1:forget_gate:2;reverse')}")
    wait(page)
    page.get_by_text("got 'explode'").wait_for()
    page.get_by_text("must be in [0, 1]; got 2.0").wait_for()
    page.get_by_text("must be between 1 and 2, as the network has no more; got 7").wait_for()
    page.locator("table").first.wait_for()
    assert row_of(page, "after") == after("reverse")
    fill(page, "Units", "1-9999")
    page.get_by_label("Units", exact=True).press("Enter")
    page.get_by_text("as layer 1 has no more; got 9999").wait_for()
    assert page.get_by_role("button", name="Add", exact=True).is_disabled()


def test_the_sentences_name_both_verdicts_and_the_greatest_difference(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&interventions=stop:5")
    wait(page)
    said = page.locator("p.outcome").inner_text()
    assert "Before: Reads as 3" in said
    assert re.search(r"Greatest difference: none", said)
    page.goto(page.url.replace("stop%3A5", "reverse").replace("stop:5", "reverse"))
    wait(page)
    assert re.search(
        r"after row \d+, for class \d: (\w+ than )?[\d.]+\s% instead of (\w+ than )?[\d.]+\s%",
        page.locator("p.outcome").inner_text(),
    )


def test_it_fits_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{ADDRESS}&interventions=reverse", size=PHONE, scheme="dark")
    for scheme in in_both_schemes(page):
        wait(page)
        page.locator(".js-plotly-plot .heatmaplayer image").nth(3).wait_for()
        in_order(page, scheme)
