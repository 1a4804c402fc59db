"""Every page opens without an error, is no wider than the window, and breaks no rule of WCAG 2.2, level AA.

Of the rules those that axe-core can check: contrast, names, order, language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.inside.panels import PANELS, Panel
from dashboard.lesson.sections import SECTIONS, Section
from tests.browser.conftest import PHONE, Scheme, change_scheme, draw

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

pytestmark = pytest.mark.browser

THREE = [(60, 50), (200, 50), (110, 120), (200, 190), (60, 230)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCROLLED_EQUATIONS = "scrollable-region-focusable"
"""Streamlit's equations scroll where they are wide. Chromium and Firefox let the keyboard reach that, while
axe-core asks for a mark that `st.latex` cannot set."""

PAGES = ["/", "/hand", "/train", "/search", "/runs", "/compare", "/evidence"]


def settled(page: Page) -> None:
    page.locator("h1").first.wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
    page.wait_for_function("() => !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')")
    if page.locator(".cell .play").count():
        page.locator(".cell .bars td").first.wait_for()  # its script fills names and numbers in


def broken_rules(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Every element that breaks a rule, with the rule and what would mend it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: dict[str, Any] = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
        if not (rule["id"] == SCROLLED_EQUATIONS and "katex" in node["html"])
    ]


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


def in_order(page: Page, where: str) -> None:
    """No error is shown, and nothing is wider than the window."""
    assert not page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count(), where
    sideways = page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth - m.clientWidth; }"
    )
    assert sideways <= 0, where


def check(page: Page, where: str, *, first: Scheme = "light") -> Scheme:
    """Look at the page in both schemes, ``first`` in this one, and return the one in which it is left."""
    second: Scheme = "dark" if first == "light" else "light"
    # Colours are all that differs between them.
    for scheme, rules in ((first, RULES), (second, ["color-contrast", "link-in-text-block"])):
        change_scheme(page, scheme)
        settled(page)
        in_order(page, f"{where} ({scheme})")
        assert broken_rules(page, rules) == [], (where, scheme)
    return second


def test_no_page_breaks_a_rule_in_light_or_dark(open_page: Callable[..., Page], server: str) -> None:
    page = open_page(PAGES[0])
    errors = listen(page)
    scheme: Scheme = "light"
    for address in PAGES:
        page.goto(server + address)
        settled(page)
        scheme = check(page, address, first=scheme)
    assert not errors


@pytest.mark.parametrize(
    ("address", "parts"),
    [("/inside", PANELS), ("/learn", SECTIONS), ("/learn?ask=no", SECTIONS)],
    ids=["inside", "learn", "learn, answered"],
)
def test_no_section_breaks_a_rule_in_light_or_dark(
    open_page: Callable[..., Page], address: str, parts: Sequence[Panel | Section]
) -> None:
    """They are chosen one after the other, which takes less than half as long as to open each anew."""
    page = open_page(address)
    errors = listen(page)
    settled(page)
    choices = page.locator(".st-key-section").get_by_role("radio").all()
    assert [choice.inner_text().lower() for choice in choices] == [part.name for part in parts]
    scheme: Scheme = "light"
    for part, choice in zip(parts, choices, strict=True):
        choice.click()
        page.get_by_role("heading", name=part.title).wait_for()
        settled(page)
        scheme = check(page, f"{address} {part.name}", first=scheme)
    assert not errors


def test_every_section_opens_by_its_address(open_page: Callable[..., Page], server: str) -> None:
    page = open_page("/")
    chosen = page.locator(".st-key-section [aria-checked=true]")
    for address, parts in (("/inside?panel", PANELS), ("/learn?section", SECTIONS)):
        for part in parts:
            page.goto(f"{server}{address}={part.name.replace(' ', '+')}")
            settled(page)
            assert chosen.inner_text().lower() == part.name


def test_a_reading_breaks_no_rule(page: Page) -> None:
    draw(page, THREE)
    page.locator(".verdict p").filter(has_text="Reads as").wait_for()
    check(page, "a drawing")


def test_no_page_breaks_a_rule_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/", size=PHONE, touch=True)
    root = page.url.split("/", 3)
    first = [f"/inside?panel={PANELS[0].name}", f"/learn?section={SECTIONS[0].name}"]
    for address in [*PAGES, "/inside", "/learn", *first]:
        page.goto("/".join(root[:3]) + address)
        settled(page)
        in_order(page, address)
        assert broken_rules(page) == [], address
