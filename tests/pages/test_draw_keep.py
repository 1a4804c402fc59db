"""Draw without a browser: a drawing is kept with what it shows, whether the verdict was right or wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.session import networks, sheet
from lstm_core.data.hand.own_hand import OwnHand
from lstm_core.data.info import DIGITS
from lstm_core.drawing.canvas_stroke import canvas_stroke
from tests.drawings import SEVEN
from tests.pretended import ROOT, run

HERE = [canvas_stroke(stroke * 180 + (60, 50), 20) for stroke in SEVEN]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(tmp_path))
    st.cache_resource.clear()
    return tmp_path


def draw_page(*strokes: dict[str, Any], **keys: Any) -> AppTest:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    page.session_state["sheet"] = sheet.Sheet(strokes=list(strokes))
    for key, value in keys.items():
        page.session_state[key] = value
    return run(page)


def first(page: AppTest) -> Any:
    """The button that stands first: that it was right, or that it is not to be kept after all."""
    (found,) = [button for button in page.button if button.key == "draw-keep-first"]
    return found


def choice(page: AppTest) -> Any:
    (found,) = page.menu_button
    return found


def said(page: AppTest) -> str:
    return " ".join(piece.proto.body for piece in page.get("html"))


def test_a_blank_sheet_offers_nothing_to_keep() -> None:
    page = draw_page()
    assert not page.menu_button
    assert not [button for button in page.button if button.key == "draw-keep-first"]


def test_a_wrong_verdict_is_corrected_and_that_can_be_undone(home: Path) -> None:
    page = draw_page(*HERE)
    assert choice(page).options == list(DIGITS)
    choice(page).click("1")
    run(page)
    (kept,) = OwnHand(home).drawings()
    assert (kept.label, kept.read_as, kept.origin, kept.classes) == ("1", "7", "corrected", DIGITS)
    assert "Kept as a 1 in your hand (1 drawing)." in said(page)
    assert not page.menu_button, "it is kept once"
    first(page).click()
    run(page)
    assert OwnHand(home).drawings() == []
    assert first(page).label == "That was right"


def test_a_right_verdict_is_confirmed_and_counted(home: Path) -> None:
    page = draw_page(*HERE)
    first(page).click()
    run(page)
    page.session_state["sheet"].lay_out(HERE[:1])
    run(page)
    assert first(page).label == "That was right", "another drawing is on the sheet"
    choice(page).click("7")
    run(page)
    assert [(kept.label, kept.origin) for kept in OwnHand(home).drawings()] == [("7", "confirmed")] * 2
    assert "Kept as a 7 in your hand (2 drawings)." in said(page)


def test_several_digits_at_once_are_not_kept() -> None:
    beside = [canvas_stroke(stroke * 90 + (180, 90), 12) for stroke in SEVEN]
    page = draw_page(*[canvas_stroke(stroke * 90 + (20, 90), 12) for stroke in SEVEN], *beside)
    assert first(page).disabled
    assert choice(page).disabled


def test_a_drawing_deleted_elsewhere_is_no_longer_said_to_be_kept(home: Path) -> None:
    page = draw_page(*HERE)
    first(page).click()
    run(page)
    hand = OwnHand(home)
    hand.remove([hand.drawings()[0].id])
    run(page)
    assert first(page).label == "That was right"


def test_a_collection_that_cannot_be_written_is_said_and_the_page_stays(home: Path) -> None:
    (home / "hand").write_text("in the way")
    page = draw_page(*HERE)
    first(page).click()
    run(page)
    assert "cannot be made" in page.error[0].value
    assert first(page).label == "That was right"


def test_who_hides_the_page_hides_the_way_into_it() -> None:
    page = draw_page(*HERE, hide=("hand",))
    assert not page.menu_button


def test_the_small_network_offers_it_too() -> None:
    assert choice(draw_page(*HERE, network=networks.SMALL)).options == list(DIGITS)
