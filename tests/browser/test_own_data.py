"""A data set of one's own from upload to reading, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, draw, wait_for_canvas
from tests.data.own import letters as made

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

IMAGES = made.letters(40)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Dark letters on light paper, in class folders."""
    path = tmp_path / "three-letters.zip"
    path.write_bytes(made.zipped(made.pictures(255 - IMAGES, made.labels_of(IMAGES), "mine/")))
    return path


def bring(page: Page, file: Path) -> None:
    page.get_by_text("Your own data", exact=True).first.click()
    page.locator(".st-key-own-data input[type=file]").first.set_input_files(file)


def test_an_upload_is_looked_at_taken_and_learnt_from(open_page: Callable[..., Page], archive: Path) -> None:
    page = open_page("/train")
    bring(page, archive)
    page.get_by_text("120 images in 3 classes, 28 × 28 pixels").wait_for()
    page.get_by_text("dark on light paper; they were turned over").wait_for()
    rows = page.locator(".own-data-classes tbody tr")
    assert [rows.nth(at).inner_text().split() for at in range(3)] == [["I", "40"], ["O", "40"], ["T", "40"]]
    name = page.get_by_role("textbox", name="Name of the data set")
    assert name.input_value() == "three-letters"
    name.fill("no good name")
    name.press("Enter")
    page.get_by_role("button", name="Take it").click()
    page.get_by_text(re.compile("name must be 1 to 40 letters")).wait_for()
    name.fill("iot")
    name.press("Enter")
    page.get_by_role("button", name="Take it").click()
    page.locator(".st-key-own-data-kept-iot").wait_for()
    page.wait_for_url("**dataset=iot**")
    expect(page.get_by_role("combobox", name="Dataset")).to_have_value("iot, 28 × 28")
    page.goto(f"{page.url}&units=16&steps=90&evaluate_every=30")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Confusion matrix").wait_for(timeout=180_000)
    page.get_by_role("button", name="Draw with it").click()
    page.get_by_role("heading", name="Draw a letter, watch it being read").wait_for()
    wait_for_canvas(page)
    draw(page, [(60, 60), (220, 60)], [(140, 60), (140, 230)])
    headline = page.locator(".verdict .headline")
    headline.filter(has_text=re.compile("Reads as [IOT]$|No clear letter")).wait_for()
    assert page.locator(".verdict .bars th").all_inner_texts() == ["I", "O", "T"]
    assert page.locator(".classes span").all_inner_texts() == ["I", "O", "T"]


@pytest.mark.parametrize("size", [(1300, 900), PHONE])
def test_a_file_that_is_no_data_set_is_called_what_it_is(
    open_page: Callable[..., Page], tmp_path: Path, size: tuple[int, int]
) -> None:
    file = tmp_path / "data.pkl"
    file.write_bytes(b"\x80\x04\x95 numbers")
    page = open_page("/train", size=size)
    bring(page, file)
    page.get_by_text("data.pkl is a Python pickle, which can run programs").wait_for()
    assert page.get_by_role("button", name="Take it").count() == 0
    assert np.less_equal(page.evaluate("document.documentElement.scrollWidth"), size[0])
