"""A place that is empty at once when something else is to be shown in it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dashboard.parts.fresh_place import fresh_place

    shown = st.session_state.get("shown", "one")
    with fresh_place("here", shown):
        st.markdown(f"this is {shown}")
        st.text_input("name", key=f"name-{shown}")
    st.markdown("below")


def place_of(app: AppTest, text: str) -> int:
    """Which child of the page holds a text."""
    places = app.main.children.items()
    inside = [at for at, place in places if text in [each.value for each in getattr(place, "markdown", [])]]
    alone = [at for at, place in places if text == getattr(place, "value", None)]
    (found,) = inside + alone
    return found


def test_the_same_stays_where_it_is_and_another_comes_to_a_new_place() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    first = place_of(app, "this is one")
    app.text_input(key="name-one").set_value("Ada").run()
    assert place_of(app, "this is one") == first
    assert app.text_input(key="name-one").value == "Ada"
    app.session_state["shown"] = "two"
    app.run()
    assert place_of(app, "this is two") != first
    assert [text.value for text in app.markdown] == ["this is two", "below"]
    app.session_state["shown"] = "three"
    app.run()
    assert place_of(app, "this is three") == first
    assert place_of(app, "below") == 2
