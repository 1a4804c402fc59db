"""The row cursor on images of different sizes."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.inside import cursor

    cursor.choose_row(st.session_state["rows"])
    st.session_state["at"] = cursor.cursor_row() + 1


def _shown(page: AppTest, rows: int, *, came_back: bool = False) -> int:
    """The row, when the image has ``rows``; another network is chosen on another page."""
    if came_back:
        page.query_params.clear()
    page.session_state["rows"] = rows
    page.run()
    assert not page.exception
    at: int = page.session_state["at"]
    return at


def test_each_number_of_rows_has_a_cursor_of_its_own() -> None:
    page = AppTest.from_function(_page)
    assert _shown(page, 8) == 8
    assert _shown(page, 28, came_back=True) == 28
    page.slider(key="row").set_value(13)
    assert _shown(page, 28) == 13
    assert _shown(page, 8, came_back=True) == 8
    page.slider(key="row").set_value(2)
    assert _shown(page, 8) == 2
    assert _shown(page, 28, came_back=True) == 13
    assert _shown(page, 8, came_back=True) == 2


def test_a_row_of_the_address_is_taken_and_kept_within_the_image() -> None:
    page = AppTest.from_function(_page)
    page.query_params["row"] = "5"
    assert _shown(page, 28) == 5
    page = AppTest.from_function(_page)
    page.query_params["row"] = "20"
    assert _shown(page, 8) == 8
