"""The panel "what if" without a browser: what the address asks for, and what stands against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.inside.active_interventions import ActiveInterventions, from_address
from dashboard.parts.guess import NO_MEMORY
from lstm_core.inside.intervention_text import from_text
from lstm_core.inside.interventions import MAX_INTERVENTIONS, Reverse, Stop, Transpose
from lstm_core.runs.jobs import Jobs
from tests.pretended import button, open_page, pretend, run, text


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return pretend(monkeypatch, tmp_path)


def panel(interventions: str = "") -> AppTest:
    query = {"interventions": interventions} if interventions else {}
    return open_page("inside", panel="what if", **query)


def address(page: AppTest) -> Any:
    return page.query_params.get("interventions", "")


def test_an_address_is_read_and_written_again():
    page = panel("clamp:1:forget_gate:0.20;reverse:")
    assert "Forget gate of layer 1 held at 0.2" in text(page)
    assert "Part of the link was ignored" in text(page)
    assert address(page) == "clamp:1:forget_gate:0.2"


def test_what_the_network_has_not_is_kept_in_the_list_and_not_done():
    page = panel("silence:9")
    assert "Not applied: `layer` must be between 1 and 2" in text(page)
    assert "none: the probabilities are the same after every row" in text(page)


def test_a_preset_takes_the_place_of_what_is_in_force_and_can_be_undone():
    page = panel("stop:9")
    button(page, "Read columns").click()
    assert address(run(page)) == "transpose"
    button(page, "Undo").click()
    assert address(run(page)) == "stop:9"


def test_an_address_full_of_nonsense_shows_nothing_as_markdown():
    page = panel("<b>x</b>;[a](http://example.com)")
    assert not page.exception
    assert len(page.warning) == 2
    assert not page.error


def test_reading_an_address_never_raises_and_takes_no_more_than_fit():
    many = from_address(";".join(["reverse"] * (MAX_INTERVENTIONS + 5)))
    assert len(many.interventions) == MAX_INTERVENTIONS
    assert len(many.problems) == 1
    assert from_address("").interventions == ()
    assert from_address("clamp:;:::;;stop:3").interventions == (Stop(3),)


def test_every_change_of_the_list_can_be_undone_in_turn():
    active = ActiveInterventions(from_text("reverse;stop:4"))
    active.add(Transpose())
    active.move_up(2)
    assert active.interventions == (Reverse(), Transpose(), Stop(4))
    active.remove(0)
    active.change(())
    for expected in (
        "transpose;stop:4",
        "reverse;transpose;stop:4",
        "reverse;stop:4;transpose",
        "reverse;stop:4",
    ):
        active.undo()
        assert active.interventions == from_text(expected)
    active.undo()
    assert active.interventions == from_text("reverse;stop:4")


def test_forgetting_acts_on_every_layer_until_a_choice_restricts_it_to_one():
    page = panel()
    button(page, "Forget everything").click()
    page = run(page)
    assert address(page) == "clamp:all:forget_gate:0"
    assert "Forget gate of every layer held at 0" in text(page)
    page.button_group(key="inside-what-if-layer-2").set_value(2)
    assert address(run(page)) == "clamp:2:forget_gate:0"


def test_a_preset_that_is_pressed_together_with_a_choice_of_layer_acts_on_that_layer():
    page = panel()
    page.button_group(key="inside-what-if-layer-2").set_value(2)
    button(page, "Forget everything").click()
    assert address(run(page)) == "clamp:2:forget_gate:0"


def test_layers_are_chosen_in_one_place_for_presets_and_form():
    page = panel()
    groups: list[Any] = list(page.get("button_group"))
    asking = [group for group in groups if "every layer" in group.options]
    assert [group.key for group in asking] == ["inside-what-if-layer-2"]
    asking[0].set_value(1)
    page = run(page)
    assert "The change is made in layer 1, as chosen above." in text(page)
    button(page, "Add").click()
    page = run(page)
    assert address(page) == "clamp:1:forget_gate:0"
    page.button_group(key="inside-what-if-layer-2").set_value(2)
    page = run(page)
    assert address(page) == "clamp:1:forget_gate:0", "only a preset moves along with the choice"
    button(page, "Add").click()
    assert address(run(page)) == "clamp:1:forget_gate:0;clamp:2:forget_gate:0"


def test_while_nothing_is_changed_one_click_offers_a_change_that_tells_much():
    page = panel()
    assert "Nothing is changed yet" in text(page)
    button(page, "Try it: read without a memory").click()
    page = run(page)
    assert address(page) == "clamp:all:forget_gate:0"
    assert "Nothing is changed yet" not in text(page)
    assert "Before:</b> Reads as 3" in text(page) and "After:</b> No clear digit" in text(page)


@pytest.mark.parametrize(
    ("interventions", "shown"), [("clamp:all:forget_gate:0", True), ("clamp:1:forget_gate:0", False)]
)
def test_what_it_is_without_memory_is_not_asked_in_the_lesson_once_it_was_shown(
    interventions: str, shown: bool
):
    page = panel(interventions)
    known = [name for name, _ in page.session_state["guess-said"]]
    assert (NO_MEMORY in known) is shown


def test_a_reading_that_is_not_clear_is_not_called_one():
    said = text(panel("silence:all"))
    assert "After:</b> No clear digit:" in said
    assert "Before:</b> Reads as 3" in said
