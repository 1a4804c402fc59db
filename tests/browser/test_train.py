"""A training in a real browser: to its end, steered, from the cache, found again, killed and continued."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, in_time
from tests.browser.workers import stop_trainings, workers

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
_seeds = count(1)


@pytest.fixture(autouse=True)
def no_training_goes_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """One that a failed test leaves would be in the way of all that come after it."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        stop_trainings()


def form(
    open_page: Callable[..., Page], *, steps: int, every: int = 100, seed: int = 0, supervised: str = "all"
) -> Page:
    """The form filled by a link: a small network on the small digits."""
    page = open_page(
        f"/train?preset=digits&units=16&steps={steps}&evaluate_every={every}&seed={seed or next(_seeds)}"
        f"&supervised_rows={supervised}"
    )
    train_button(page).wait_for()
    return page


def train_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train", exact=True)


def control(page: Page, name: str) -> Locator:
    return page.locator(".st-key-controls").get_by_role("button", name=name)


def wait_for_first_loss(page: Page) -> None:
    page.get_by_text("Training loss").wait_for()


def badge(page: Page, state: str) -> None:
    page.locator(".stMarkdownBadge", has_text=state).first.wait_for()


def steps_taken(page: Page) -> int:
    found = re.search(r"Step ([\d,]+) of", page.locator(".st-key-training-strip").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def marks(page: Page) -> str:
    return "\n".join(page.locator(".js-plotly-plot .annotation-text").all_inner_texts())


def test_a_small_network_is_trained_to_its_end_and_asked_for_again(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=200, every=50, seed=1000, supervised="last")
    train_button(page).click()
    wait_for_first_loss(page)
    page.get_by_text("Test accuracy", exact=True).wait_for()
    badge(page, "finished")
    assert "Step 200 of 200" in page.locator(".st-key-training-strip").inner_text()
    page.locator(".gallery button").first.wait_for()
    assert page.get_by_text("what it says before is").count()

    again = form(open_page, steps=200, every=50, seed=1000, supervised="last")
    train_button(again).click()
    again.get_by_text("These settings were trained before; this is the saved run.").wait_for()
    again.get_by_text("Test accuracy", exact=True).wait_for()
    assert again.url == page.url


LOOK_WHERE_STOP_IS = """() => {
    window.stopWasAt = new Set();
    const look = () => {
        const buttons = [...document.querySelectorAll(".st-key-controls-row button")];
        const stop = buttons.find((button) => button.innerText.endsWith("Stop"));
        if (stop) window.stopWasAt.add(stop.getBoundingClientRect().top);
        requestAnimationFrame(look);
    };
    look();
}"""


def test_a_training_is_steered_paused_resumed_and_stopped(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=50_000)
    train_button(page).click()
    wait_for_first_loss(page)
    rate = page.get_by_role("spinbutton", name="Learning rate, now")
    rate.fill("0.0012")
    rate.press("Enter")
    page.locator(".annotation-text", has_text="0.0012").first.wait_for()

    page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_for_selector("canvas.upper-canvas")
    page.get_by_role("link", name="Train", exact=True).click()
    badge(page, "training")
    expect(rate).to_have_value("0.0012")

    page.evaluate(LOOK_WHERE_STOP_IS)
    control(page, "Pause").click()
    badge(page, "paused")
    page.locator(".st-key-training-strip .figures", has_text="paused").wait_for()  # it comes after the badge
    held = steps_taken(page)
    page.wait_for_timeout(1500)
    assert steps_taken(page) == held
    control(page, "Resume").click()
    badge(page, "training")
    assert page.evaluate("window.stopWasAt.size") == 1  # nothing moves from under the pointer

    control(page, "Stop").click()
    badge(page, "stopped")
    page.get_by_text("Test accuracy", exact=True).wait_for()
    control(page, "Continue").wait_for()


def bottoms(page: Page) -> dict[str, float]:
    """Where each part of a training's screen ends, in pixels from the top of the unscrolled page."""
    places = {
        "curves": page.locator(".st-key-learning-curves").first,
        "reading": page.locator(".st-key-watched").first,
        "verdict": page.locator(".watched-verdict").first,
        "gates": page.locator(".watched-lines").first,
        "controls": page.locator(".st-key-controls").first,
        **{f"button {name}": control(page, name) for name in ("Pause", "Stop", "Extend")},
        **{
            f"field {name}": page.get_by_role("spinbutton", name=f"{name}, now")
            for name in ("Learning rate", "Dropout rate", "Batch size")
        },
    }
    boxes = {}

    def all_there() -> bool:  # a chart has none in the moment when it is made anew
        boxes.update({name: place.bounding_box() for name, place in places.items()})
        return all(boxes.values())

    in_time(page, all_there)
    return {name: box["y"] + box["height"] for name, box in boxes.items() if box}


def test_a_training_is_on_one_screen_and_nothing_moves_while_it_goes_on(
    open_page: Callable[..., Page],
) -> None:
    page = form(open_page, steps=50_000, every=50, supervised="last")
    train_button(page).click()
    page.locator(".st-key-watched .js-plotly-plot").first.wait_for()
    page.locator(".st-key-learning-curves .js-plotly-plot").first.wait_for()
    page.wait_for_timeout(1500)
    before, verdict = bottoms(page), page.locator(".watched-verdict").inner_text()
    assert len(before) == 11, before
    assert max(before.values()) <= 900, before
    page.wait_for_function(
        "before => document.querySelector('.watched-verdict').innerText !== before", arg=verdict
    )
    assert bottoms(page) == pytest.approx(before, abs=2)

    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.wait_for_timeout(1500)

    def in_order() -> bool:  # a chart is nowhere in the moment when it is made anew
        tops = [
            page.locator(f".st-key-{place}").evaluate("place => place.getBoundingClientRect().top")
            for place in ("training-strip", "controls", "watched", "learning-curves")
        ]
        return all(tops) and tops == sorted(tops)

    assert in_time(page, in_order)
    assert in_time(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= PHONE[0])
    control(page, "Stop").click()
    badge(page, "stopped")
    page.get_by_text("Test accuracy", exact=True).wait_for()
    page.get_by_role("button", name="Train it again with every row supervised").click()
    page.get_by_role("heading", name="every row").wait_for()
    page.get_by_text("This is a new training").wait_for()
    wait_for_first_loss(page)
    page.get_by_role("button", name="Stop it and go back").click()
    page.get_by_role("heading", name="every row").wait_for(state="hidden")
    badge(page, "stopped")


def test_a_refresh_and_a_new_tab_find_the_training_again(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=50_000)
    train_button(page).click()
    wait_for_first_loss(page)
    address = page.url
    page.reload()
    wait_for_first_loss(page)
    assert page.url == address

    other = open_page("/train")
    wait_for_first_loss(other)
    assert other.url == address
    control(other, "Stop").click()
    badge(page, "stopped")


def test_a_killed_training_is_shown_as_interrupted_and_continues(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=50_000, every=50)
    train_button(page).click()
    wait_for_first_loss(page)
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length > 0")
    for process in workers():
        process.send_signal(psutil.signal.SIGKILL)
    page.get_by_text(re.compile(r"Interrupted at step \d+")).wait_for()
    control(page, "Continue").click()
    badge(page, "training")
    control(page, "Stop").click()
    badge(page, "stopped")


def test_who_comes_back_is_told_that_a_training_was_interrupted(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=50_000, every=50)
    train_button(page).click()
    wait_for_first_loss(page)
    page.goto("about:blank")
    for process in workers():
        process.send_signal(psutil.signal.SIGKILL)

    back = open_page("/train", size=PHONE)
    told = back.locator(".st-key-interrupted")
    told.get_by_text(re.compile(r"Training of .* was interrupted at step \d+")).wait_for()
    assert back.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    told.get_by_role("button", name="Dismiss").click()
    told.wait_for(state="detached")

    other = open_page("/train")
    other.locator(".st-key-interrupted").get_by_role("button", name="Continue").click()
    badge(other, "training")
    control(other, "Stop").click()
    badge(other, "stopped")


def test_settings_in_the_address_survive_a_refresh(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=300, seed=77)
    dropout = page.get_by_role("spinbutton", name="Dropout rate", exact=True)
    dropout.fill("0.35")
    dropout.press("Enter")
    page.wait_for_url(re.compile(r"dropout=0\.35"))
    page.reload()
    train_button(page).wait_for()
    expect(dropout).to_have_value("0.35")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("77")


def test_a_wrong_value_is_named_and_train_is_off(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=300)
    dropout = page.get_by_role("spinbutton", name="Dropout rate", exact=True)
    dropout.fill("1.2")
    dropout.press("Enter")
    page.get_by_text("must be a number in [0, 1); got 1.2").wait_for()
    page.get_by_role("button", name="Train", exact=True, disabled=True).wait_for()


def folded(page: Page, title: str) -> Locator:
    """The bar that opens what is folded away under ``title``."""
    return page.locator("summary", has_text=title)


def choose(page: Page, label: str, option: str) -> None:
    wanted = page.get_by_role("option", name=option)
    for _ in range(10):
        page.get_by_role("combobox", name=label, exact=True).click()
        page.wait_for_timeout(500)  # what moves, such as a part that opens, closes the list again
        if wanted.count():
            break
    wanted.click()


def test_a_preset_is_chosen_compared_changed_and_survives_a_refresh(open_page: Callable[..., Page]) -> None:
    page = open_page("/train?preset=digits")
    train_button(page).wait_for()
    choose(page, "Start from", "Stacked 2020")
    page.wait_for_url(re.compile(r"preset=stacked-2020$"))
    page.get_by_text("Notes on multi-layer LSTM, 2020.").wait_for()
    folded(page, "settings differ from the reference").click()
    page.locator("mark", has_text="by hand: matmul, sigmoid, tanh on [h, x]").wait_for()

    folded(page, "Cell and state").click()
    bias = page.get_by_role("spinbutton", name="Forget bias")
    bias.fill("0.5")
    bias.press("Enter")
    page.wait_for_url(re.compile(r"forget_bias=0\.5"))
    folded(page, "Cell and state").get_by_text("1 changed").wait_for()
    bias.wait_for()  # what was open stays open
    page.get_by_text("Forget bias 1 → 0.5").wait_for()

    page.reload()
    folded(page, "Cell and state").get_by_text("1 changed").wait_for()
    folded(page, "Cell and state").click()
    page.wait_for_function("() => document.querySelector('.st-key-train-forget_bias input')?.value === '0.5'")
    page.get_by_role("combobox", name="Start from", exact=True).wait_for()
    assert re.search(r"preset=stacked-2020&forget_bias=0\.5$", page.url)


def test_what_does_not_go_together_is_open_and_named(open_page: Callable[..., Page]) -> None:
    page = open_page("/train?preset=tutorial&layer_weights=shared")
    page.get_by_text("must be separate, unless every layer reads as many numbers").wait_for()
    folded(page, "Cell and state").get_by_text("1 to correct").wait_for()
    page.get_by_role("button", name="Train", exact=True, disabled=True).wait_for()


def test_a_training_starts_from_a_csv_file(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = form(open_page, steps=5, every=5)
    folded(page, "Starting weights").click()
    choose(page, "Initialiser of the cells", "the first layer's from a CSV file")
    page.get_by_text("24 lines of 64 numbers").wait_for()
    with_text, file = tmp_path / "text.csv", tmp_path / "first.csv"
    with_text.write_text(("0.1," * 63 + "x\n") * 24)
    page.locator("input[type=file][accept*=csv]").set_input_files(with_text)
    page.get_by_text("a finite number in line 1, column 64; got 'x'").wait_for()
    file.write_text(("0.1," * 63 + "0.1\n") * 24)
    page.locator("input[type=file][accept*=csv]").set_input_files(file)
    page.get_by_text("are kept with the runs").wait_for()
    train_button(page).click()
    page.get_by_text("Test accuracy", exact=True).wait_for()


def test_the_form_is_taken_along_as_a_keras_script(open_page: Callable[..., Page]) -> None:
    page = form(open_page, steps=300, seed=78)
    with page.expect_download() as begun:
        page.get_by_role("button", name="Keras script").click()
    assert begun.value.suggested_filename == "row_by_row.py"
    assert "SEED = 78\n" in begun.value.path().read_text(encoding="utf-8")
