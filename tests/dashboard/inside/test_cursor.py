"""The row cursor on images of different sizes."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.inside import cursor

    cursor.choose_row(st.session_state["rows"])
    st.session_state["at"] = cursor.cursor_row() + 1


def _starting_page() -> None:
    import numpy as np
    import streamlit as st

    from dashboard.inside import cursor

    image = np.zeros((28, 3), np.float32)
    image[4 : st.session_state["ink"]] = 1
    cursor.start_where_it_settled(st.session_state["settled"], image)
    cursor.choose_row(28)
    st.session_state["at"] = cursor.cursor_row() + 1


def _started(page: AppTest, settled: int | None, ink: int = 20) -> int:
    """The row, when the verdict on a digit with ink down to row ``ink`` settled at row ``settled``."""
    page.session_state["settled"], page.session_state["ink"] = settled, ink
    page.run()
    assert not page.exception
    at: int = page.session_state["at"]
    return at


def test_it_starts_where_it_settled_and_follows_until_a_row_is_chosen() -> None:
    page = AppTest.from_function(_starting_page)
    assert _started(page, None) == 20, "the last row with ink"
    assert _started(page, 11) == 11, "it is known now, or another network reads"
    page.slider(key="row").set_value(28)
    assert _started(page, 11) == 28
    assert _started(page, 9) == 28, "a chosen row stays on this digit"
    assert _started(page, 9, ink=21) == 9, "another digit begins anew"


def test_a_row_of_the_address_comes_before_the_settled_one() -> None:
    page = AppTest.from_function(_starting_page)
    page.query_params["row"] = "28"
    assert _started(page, 11) == 28


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
