"""The main job on a phone, with fingers: nothing cut, nothing to be hunted for, texts that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from lstm_core.settings.presets import preset
from lstm_core.settings.shapes import parameter_count
from tests.browser.conftest import DESKTOP, PHONE, wait_for_canvas

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (140, 60), (200, 60), (170, 140), (130, 230)]
WITH_CHARTS = ["/evidence", "/inside?panel=gates", "/learn?section=recurrence"]

FAINT_OR_SMALL = """() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const [r, g, b] = colour.map(value => value / 255)
            .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = numbers(getComputedStyle(document.querySelector(".stApp")).backgroundColor).slice(0, 3);
    return [...document.querySelectorAll(".js-plotly-plot text")]
        .filter(text => text.getBoundingClientRect().width)
        .map(text => {
            const { fill, fillOpacity, fontSize } = getComputedStyle(text);
            const [r, g, b, alpha = 1] = numbers(fill);
            const share = alpha * fillOpacity;
            const seen = [r, g, b].map((value, at) => value * share + ground[at] * (1 - share));
            const [dark, bright] = [light(seen), light(ground)].sort((one, other) => one - other);
            const contrast = (bright + 0.05) / (dark + 0.05);
            return { text: text.textContent, size: parseFloat(fontSize), contrast };
        })
        .filter(({ size, contrast }) => size < 11 || contrast < 4.5);
}"""


def draw_with_a_finger(page: Page) -> None:
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", SEVEN[0])
    for point in SEVEN[1:]:
        touch("touchMove", point)
    touch("touchEnd")
    page.locator(".verdict p").filter(has_text=re.compile(r"Reads as \d")).wait_for()


def settled(page: Page) -> None:
    page.locator("h1").first.wait_for()
    page.locator(".stApp[data-test-script-state='notRunning']").wait_for()


def box_of(part: Locator) -> dict[str, Any]:
    box = part.bounding_box()
    assert box is not None
    return dict(box)


def bottom_of(part: Locator) -> float:
    box = box_of(part)
    return float(box["y"] + box["height"])


def test_the_verdict_is_seen_at_once_and_the_player_stands_near_it(open_page: Callable[..., Page]) -> None:
    page = open_page(size=PHONE, touch=True)
    wait_for_canvas(page)
    draw_with_a_finger(page)
    assert bottom_of(page.locator(".verdict .headline")) < PHONE[1]
    assert bottom_of(page.locator(".verdict .bars tr").last) < PHONE[1]
    verdict, play = box_of(page.locator(".verdict")), box_of(page.locator(".evolution .play"))
    assert play["y"] - verdict["y"] < PHONE[1] + 280
    heatmap, bars = page.locator(".heatmap.panel"), page.locator(".evolution .bars")
    assert bottom_of(heatmap) < play["y"] < box_of(bars)["y"]


def test_the_player_is_moved_by_a_finger_while_its_pictures_are_seen(open_page: Callable[..., Page]) -> None:
    page = open_page(size=PHONE, touch=True)
    wait_for_canvas(page)
    draw_with_a_finger(page)
    page.locator(".evolution .controls").scroll_into_view_if_needed()
    page.get_by_role("button", name="Back one row").tap()
    assert page.locator(".evolution output").inner_text() == "after row 27 of 28"
    assert box_of(page.locator(".heatmap.panel"))["y"] > 0


def test_the_menu_closes_when_a_page_was_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page(size=PHONE, touch=True)
    wait_for_canvas(page)
    for name, heading in (("Train", "Train a network"), ("Learn", "Learn how a network remembers")):
        page.get_by_role("button", name="Expand sidebar").tap()
        page.get_by_role("link", name=name, exact=True).tap()
        page.get_by_role("heading", name=heading).wait_for()
        page.wait_for_function(
            """() => {
                const menu = document.querySelector("[data-testid=stSidebar]");
                return !menu || menu.getBoundingClientRect().right <= 0;
            }"""
        )


def test_the_train_button_is_within_reach(open_page: Callable[..., Page]) -> None:
    page = open_page("/train?preset=digits", size=PHONE, touch=True)
    train = page.get_by_role("button", name="Train", exact=True)
    train.wait_for()
    settled(page)
    assert bottom_of(train) <= PHONE[1]
    in_short = page.locator(".in-short")
    parameters = parameter_count(preset("digits").settings())
    assert in_short.inner_text().endswith(f" · {parameters:,} parameters")
    assert box_of(in_short)["y"] > 0 and bottom_of(in_short) <= box_of(train)["y"]
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    in_short.wait_for(state="hidden")  # the summary stands beside the form


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_texts_of_charts_can_be_read(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(WITH_CHARTS[0], size=PHONE, scheme=scheme)
    root = "/".join(page.url.split("/", 3)[:3])
    for address in WITH_CHARTS:
        page.goto(root + address)
        page.locator(".js-plotly-plot .xtick text").first.wait_for()
        settled(page)
        assert page.evaluate(FAINT_OR_SMALL) == [], address


CUT_OR_OVERLAPPING = """() => {
    const found = [];
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
        const whole = plot.getBoundingClientRect();
        const texts = [...plot.querySelectorAll("text")]
            .filter(text => text.textContent.trim())
            .map(text => [text.textContent, text.getBoundingClientRect()])
            .filter(([, { width }]) => width);
        texts.forEach(([text, box], at) => {
            if (box.left < whole.left - 1 || box.right > whole.right + 1) found.push(`cut: ${text}`);
            for (const [other, beside] of texts.slice(at + 1)) {
                const across = Math.min(box.right, beside.right) - Math.max(box.left, beside.left);
                const down = Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top);
                if (across > 2 && down > 4) found.push(`over each other: ${text} | ${other}`);
            }
        });
    }
    return found;
}"""

STRETCHES = """() => [...document.querySelectorAll(".js-plotly-plot")]
    .filter(plot => plot.data[0].type === "heatmap")
    .map(({ _fullLayout: { xaxis, yaxis } }) => {
        const pixel = ({ _length, range: [first, last] }) => _length / Math.abs(last - first);
        return pixel(yaxis) / pixel(xaxis);
    })"""
"""How much taller than wide the pixels of the images are with which figures begin."""

SCROLLS_WITHOUT_A_HINT = """() => [...document.querySelectorAll("[data-testid=stMain] *")]
    .filter(part => part.scrollWidth > part.clientWidth + 1)
    .map(part => [part.className || part.tagName, getComputedStyle(part)])
    .filter(([, { overflowX }]) => /auto|scroll/.test(overflowX))
    .filter(([, { backgroundImage }]) => backgroundImage === "none")
    .map(([name]) => name)"""

BEGINS_WITH_AN_IMAGE = [
    "/inside?panel=gates",
    "/inside?panel=two+at+once",
    "/inside?panel=while+it+learnt",
    "/learn?section=input+gate",
]


@pytest.mark.parametrize(
    "address",
    [
        *BEGINS_WITH_AN_IMAGE,
        "/inside?panel=arithmetic",
        "/inside?panel=what+decided",
        "/learn?section=many+layers",
        "/learn?section=outputs+and+states",
        "/evidence",
    ],
)
def test_no_text_of_a_chart_is_cut_or_covers_another(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(address, size=PHONE)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    settled(page)
    page.wait_for_function(f"() => !({CUT_OR_OVERLAPPING})().length")
    if address in BEGINS_WITH_AN_IMAGE:
        stretches = page.evaluate(STRETCHES)
        assert stretches and all(abs(stretch - 1) < 0.02 for stretch in stretches)


@pytest.mark.parametrize(("address", "another"), [("/inside", "what decided"), ("/learn", "recurrence")])
def test_every_panel_and_section_can_be_seen_and_chosen(
    open_page: Callable[..., Page], address: str, another: str
) -> None:
    page = open_page(address, size=PHONE)
    settled(page)
    page.get_by_role("radio", name=another).click()  # from now on the server knows that it is a phone
    settled(page)
    choices = page.locator(".st-key-section button")
    assert choices.count() > 8
    boxes = [box_of(choice) for choice in choices.all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] for box in boxes)


def test_what_scrolls_sideways_shows_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/learn?section=outputs+and+states", size=PHONE, touch=True)
    page.locator(".tensors").nth(1).wait_for()
    settled(page)
    code = page.locator(".stCode pre")
    assert code.evaluate("code => code.scrollWidth > code.clientWidth")
    assert page.evaluate(SCROLLS_WITHOUT_A_HINT) == []
    for caption in page.locator(".tensors caption").all():
        box = box_of(caption)
        assert box["x"] + box["width"] <= PHONE[0]


def test_signs_of_buttons_need_no_font(open_page: Callable[..., Page]) -> None:
    page = open_page(size=PHONE, touch=True)
    wait_for_canvas(page)
    draw_with_a_finger(page)
    play = page.locator(".evolution .play")
    drawn = "button => getComputedStyle(button, '::before').clipPath"
    triangle = play.evaluate(drawn)
    assert triangle.startswith("polygon")
    assert play.inner_text() == "Play"
    play.click()
    assert play.inner_text() == "Pause"
    assert play.evaluate(drawn) not in ("none", triangle)
