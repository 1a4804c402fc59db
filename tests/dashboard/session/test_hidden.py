"""What a link hides."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import hidden


def hide(text: str) -> AppTest:
    def script() -> None:
        from dashboard.session import hidden

        hidden.take_from_address()
        hidden.hide_controls()

    page = AppTest.from_function(script)
    page.query_params[hidden.HIDE] = text
    return page.run()


def names(page: AppTest) -> tuple[str, ...]:
    found: tuple[str, ...] = page.session_state[hidden.HIDE]
    return found


def test_names_are_read_once_a_session() -> None:
    page = hide("evidence, How-Far")
    assert names(page) == ("evidence", "how-far")
    page.query_params[hidden.HIDE] = "runs"
    assert names(page.run()) == ("evidence", "how-far")


@pytest.mark.parametrize("text", ["", ",,,", "a}{", "<style>", "é", "a" * 50, "*", "x;y:z"])
def test_what_is_no_name_hides_nothing(text: str) -> None:
    page = hide(text)
    assert not page.exception
    assert names(page) == ()


def test_no_more_names_are_taken_than_a_link_needs() -> None:
    assert len(names(hide(",".join(f"n{number}" for number in range(1000))))) == hidden.MOST_NAMES


def test_panels_and_sections_are_left_out_unless_none_would_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "hidden", lambda: ("what-if", "alike"))
    assert hidden.shown(["gates", "what if", "alike"]) == ["gates"]
    assert hidden.shown(["what if", "alike"]) == ["what if", "alike"]
    assert (hidden.visibility("alike"), hidden.visibility("train")) == ("hidden", "visible")
