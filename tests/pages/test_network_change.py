"""A network that is chosen on Train or Runs is named where one arrives, with the way back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import state
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import with_changes
from tests.networks import random_weights
from tests.pretended import SETTINGS, a_finished_run, button, labels, open_page, run, text

SHIPPED = "Back to the network that comes with Row by Row"
NOW = "Now reading with <b>{}</b>."


def go_to(page: AppTest, name: str) -> AppTest:
    page.switch_page(f"pages/{name}.py")
    return run(page)


def draw_with(page: AppTest, made: Run) -> AppTest:
    """Go to a run on the Train page, and let it read from there."""
    page.session_state[state.FOLLOWED_RUN] = made.id
    page = go_to(page, "train")
    button(page, "Draw with it").click()
    return run(page)


@pytest.mark.parametrize(
    ("label", "name"),
    [("Draw with it", "draw"), ("Look inside", "inside"), ("Read beside another", "inside")],
)
def test_who_arrives_is_told_which_network_reads_and_can_go_back(jobs: Jobs, label: str, name: str) -> None:
    made = a_finished_run(jobs)
    page = open_page("train", run=made.id)
    assert "Now reading with" not in text(page)
    button(page, label).click()
    page = run(page)
    assert NOW.format(made.name) in text(page)
    page = go_to(page, name)  # where `AppTest` is still to go
    button(page, SHIPPED).click()
    page = run(page)
    assert page.session_state[state._NETWORK] == ""
    assert "Now reading with" not in text(page)


def test_it_is_said_on_the_pages_that_read_until_it_is_closed(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = open_page("train", run=made.id)
    button(page, "Look inside").click()
    page = run(page)
    assert NOW.format(made.name) in text(go_to(page, "learn"))
    assert NOW.format(made.name) not in text(go_to(page, "evidence"))
    page = go_to(page, "draw")
    assert NOW.format(made.name) in text(page)
    button(page, "Close").click()
    page = run(page)
    assert "Now reading with" not in text(page)
    assert "Now reading with" not in text(go_to(page, "inside"))
    assert page.session_state[state._NETWORK] == made.id


def test_the_way_back_leads_to_the_run_that_read_before(jobs: Jobs) -> None:
    first = a_finished_run(jobs)
    second = a_finished_run(jobs, with_changes(SETTINGS, seed=2))
    second.rename("A [second] " + "x" * 60)
    page = open_page("train", run=second.id)
    button(page, "Draw with it").click()
    page = draw_with(run(page), first)
    assert NOW.format(first.name) in text(page)
    (back,) = [label for label in labels(page) if label.startswith("Back to")]
    assert back.replace("\\", "") == f"Back to “A [second] {28 * 'x'}…”"


def test_choosing_another_network_by_hand_or_deleting_the_one_before_takes_the_way_back_away(
    jobs: Jobs,
) -> None:
    first = a_finished_run(jobs)
    second = a_finished_run(jobs, with_changes(SETTINGS, seed=2))
    page = open_page("train", run=first.id)
    button(page, "Draw with it").click()
    page = draw_with(run(page), second)
    jobs.store.delete(first)
    page = go_to(page, "draw")
    assert NOW.format(second.name) in text(page)
    assert not [label for label in labels(page) if label.startswith("Back to")]
    page.selectbox[0].select_index(0)
    page = run(page)
    assert "Now reading with" not in text(page)


def test_a_page_that_cannot_show_the_network_does_not_say_that_it_reads(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    made.save_weights(random_weights((16,), both=True))
    page = open_page("train", run=made.id)
    button(page, "Draw with it").click()
    page = run(page)
    assert NOW.format(made.name) in text(page)
    page = go_to(page, "inside")
    assert "Now reading with" not in text(page)
    assert "is not a plain LSTM, so this page shows the network that comes with Row by Row" in text(page)


def test_the_small_network_is_named_on_draw_and_the_way_back_leads_to_the_same_place(jobs: Jobs) -> None:
    page = open_page("inside", panel="gates", row="13", layer="2", unit="200")
    button(page, "Small network, 12 units").click()
    page = run(page)
    assert not page.error
    assert "Now reading with" not in text(page), "Inside says it beside the digit"
    assert NOW.format("Small network, 12 units") in text(go_to(page, "draw"))
    page = go_to(page, "inside")
    page.slider(key="row").set_value(20)
    page = run(page)
    button(page, "Back to the large network").click()
    page = run(page)
    assert [page.session_state[name] for name in ("row", "layer", "unit")] == [13, 1, 200]
    assert "“Shipped with Row by Row”" in text(page)


def test_the_small_network_gives_way_to_the_run_that_read_before(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = open_page("train", run=made.id)
    button(page, "Look inside").click()
    page = go_to(run(page), "inside")
    button(page, "Small network, 12 units").click()
    page = run(page)
    button(page, "Back to the network before").click()
    page = run(page)
    assert page.session_state[state._NETWORK] == made.id


def test_back_in_the_cell_the_row_is_where_it_was_though_another_network_read(jobs: Jobs) -> None:
    page = open_page("inside", panel="the cell", row="20")
    button(page, "Small network, 12 units").click()
    page = run(page)
    assert page.session_state["row"] != 28
    button(page, "Back to the large network").click()
    assert run(page).slider(key="row").value == 20
