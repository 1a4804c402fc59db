"""Every page opens without an error, is no wider than the window, and breaks no rule of WCAG 2.2, level AA.

Of the rules those that axe-core can check: contrast, names, order, language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.inside.panels import PANELS
from dashboard.lesson.sections import SECTIONS
from tests.browser.conftest import PHONE, draw

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

pytestmark = pytest.mark.browser

THREE = [(60, 50), (200, 50), (110, 120), (200, 190), (60, 230)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCROLLED_EQUATIONS = "scrollable-region-focusable"
"""Streamlit's equations scroll where they are wide. Chromium and Firefox let the keyboard reach that, while
axe-core asks for a mark that `st.latex` cannot set."""

PAGES = ["/", "/hand", "/train", "/search", "/runs", "/compare", "/evidence"]
PANEL_PAGES = [f"/inside?section={panel.name.replace(' ', '+')}" for panel in PANELS]
SECTION_PAGES = [f"/learn?section={section.name.replace(' ', '+')}" for section in SECTIONS]
ANSWERED_PAGES = [f"{address}&ask=no" for address in SECTION_PAGES]


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


def change_scheme(page: Page, scheme: Literal["light", "dark"]) -> None:
    """As the system does at nightfall; returns once the page follows."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme", arg=scheme
    )


def check(page: Page, where: str) -> None:
    # Colours are all that differs in the dark.
    schemes: list[tuple[Literal["light", "dark"], list[str]]] = [
        ("light", RULES),
        ("dark", ["color-contrast", "link-in-text-block"]),
    ]
    for scheme, rules in schemes:
        change_scheme(page, scheme)
        settled(page)
        in_order(page, f"{where} ({scheme})")
        assert broken_rules(page, rules) == [], (where, scheme)


@pytest.mark.parametrize(
    "addresses",
    [PAGES, PANEL_PAGES, SECTION_PAGES, ANSWERED_PAGES],
    ids=["pages", "inside", "learn", "learn, answered"],
)
def test_no_page_breaks_a_rule_in_light_or_dark(open_page: Callable[..., Page], addresses: list[str]) -> None:
    page = open_page(addresses[0])
    errors = listen(page)
    root = page.url.split("/", 3)
    for address in addresses:
        page.emulate_media(color_scheme="light")
        page.goto("/".join(root[:3]) + address)
        settled(page)
        if section := parse_qs(urlsplit(address).query).get("section"):
            chosen = page.locator(".st-key-section [aria-checked=true]")
            assert chosen.inner_text().lower() == section[0].lower()
        check(page, address)
    assert not errors


def test_a_reading_breaks_no_rule(page: Page) -> None:
    draw(page, THREE)
    page.locator(".verdict p").filter(has_text="Reads as").wait_for()
    check(page, "a drawing")


def test_no_page_breaks_a_rule_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/", size=PHONE, touch=True)
    root = page.url.split("/", 3)
    for address in [*PAGES, "/inside", "/learn", PANEL_PAGES[0], SECTION_PAGES[0]]:
        page.goto("/".join(root[:3]) + address)
        settled(page)
        in_order(page, address)
        assert broken_rules(page) == [], address
