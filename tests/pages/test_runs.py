"""The Runs page without a browser, with a training process that is only pretended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.session import networks, state
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.marks import change_marks, marks_of
from lstm_core.runs.run import Run
from lstm_core.settings.validation import with_changes
from tests.pretended import (
    SETTINGS,
    a_finished_run,
    a_run,
    a_worker,
    button,
    labels,
    open_page,
    run,
    text,
)


def choose(monkeypatch: pytest.MonkeyPatch, line: int | None = None, ticked: Sequence[int] = ()) -> None:
    """Choose the name of a line of the table, and tick lines, which `AppTest` cannot."""
    original = st.dataframe

    def dataframe(*arguments: Any, **named: Any) -> dict[str, Any]:
        original(*arguments, **named)
        cells = [] if line is None else [(line, "Name")]
        return {"selection": {"cells": cells, "rows": list(ticked)}}

    monkeypatch.setattr(st, "dataframe", dataframe)


def table(page: AppTest) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = page.dataframe[0].value.to_dict("records")
    return lines


def test_an_empty_list_invites_to_train(jobs: Jobs) -> None:
    page = open_page("runs")
    assert "Nothing has been trained on this machine yet" in text(page)
    assert not page.dataframe
    assert page.get("page_link")


def test_every_run_is_listed_newest_first_with_what_tells_it_apart(jobs: Jobs) -> None:
    a_finished_run(jobs)
    newer = a_run(jobs, "interrupted", with_changes(SETTINGS, seed=7), detail="interrupted at step 20")
    newer.rename("My second")
    lines = table(open_page("runs"))
    by_name = {line["Name"]: line for line in lines}
    second, first = by_name["My second"], by_name["digits 16 adam"]
    assert (second["State"], second["Seed"], second["Steps"]) == ("interrupted at step 20", 7, 20)
    assert first["Accuracy"] == pytest.approx(99.33, abs=0.01)
    assert (first["State"], first["Layers"], first["Data"]) == ("finished", "16", "UCI digits")
    assert first["Size"] > 0
    assert first["Created"]


def test_a_run_without_a_result_shows_a_dash_for_its_accuracy(jobs: Jobs) -> None:
    a_run(jobs, "interrupted")
    page = open_page("runs")
    assert table(page)[0]["Accuracy"] is None
    assert page.dataframe[0].proto.placeholder == "–"


def test_a_damaged_run_is_mentioned_and_the_others_are_listed(jobs: Jobs) -> None:
    broken = a_run(jobs, "finished")
    (broken.folder / "status.json").write_text("{", encoding="utf-8")
    a_finished_run(jobs, with_changes(SETTINGS, seed=1))
    page = open_page("runs")
    assert len(table(page)) == 1
    page = run(page)
    assert "One run cannot be opened" in page.expander[0].label
    assert f"**{broken.id}**: status.json is damaged: it is incomplete or not JSON." in text(page)
    assert broken.folder.is_dir()


def test_a_run_that_cannot_be_used_is_moved_out_of_the_list_when_a_person_asks(jobs: Jobs) -> None:
    broken = a_run(jobs, "finished")
    (broken.folder / "run.json").unlink()
    page = open_page("runs")
    assert "run.json is missing" in text(page)
    button(page, "Move out of the list").click()
    page = run(page)
    assert "Moved out of the list" in text(page)
    assert (jobs.store.root / "damaged" / broken.id / "status.json").exists()
    assert not [found for found in page.expander if "cannot be opened" in found.label]


def test_damaged_weights_are_said_and_cannot_be_drawn_with(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = a_finished_run(jobs)
    (broken.folder / "weights.npz").write_bytes(b"PK nothing")
    choose(monkeypatch, 0)
    page = open_page("runs")
    assert "The other runs are not affected" in text(page)
    assert button(page, "Draw with it").disabled


def test_a_damaged_result_is_said_and_its_run_stays_in_the_list(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_finished_run(jobs)
    (made.folder / "evaluation.json").write_text("{", encoding="utf-8")
    choose(monkeypatch, 0)
    page = open_page("runs")
    assert len(table(page)) == 1
    assert "evaluation.json is damaged" in text(page)
    button(page, "Open on Train").click()
    run(page)
    assert "The test result cannot be read" in text(page)


def test_a_run_is_chosen_to_draw_with(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_finished_run(jobs)
    choose(monkeypatch, 0)
    page = open_page("runs")
    button(page, "Draw with it").click()
    run(page)
    assert page.session_state[state._NETWORK] == made.id


def test_a_run_is_opened_on_the_train_page(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_finished_run(jobs)
    choose(monkeypatch, 0)
    page = open_page("runs")
    button(page, "Open on Train").click()
    run(page)
    assert page.query_params == {"run": made.id}
    assert "99.33\xa0%" in text(page)


def test_the_form_is_filled_with_the_settings_of_a_run(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    a_finished_run(jobs, with_changes(SETTINGS, seed=5, dropout=0.25))
    choose(monkeypatch, 0)
    page = open_page("runs")
    button(page, "Fill the form with its settings").click()
    run(page)
    assert "Train" in labels(page)
    assert page.number_input(key="train-seed").value == 5
    assert page.number_input(key="train-dropout").value == 0.25
    assert page.text_input(key="train-units").value == "16"


# That the dialogs rename and delete is in browser/test_runs.py: `AppTest` cannot run a dialog on its own.


def test_a_run_is_deleted_only_after_confirmation(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_finished_run(jobs)
    choose(monkeypatch, 0)
    page = open_page("runs")
    button(page, "Delete").click()
    run(page)
    assert made.folder.exists()
    assert "will be deleted permanently" in text(page)


def test_a_run_that_trains_cannot_be_deleted(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    a_run(jobs)
    choose(monkeypatch, 0)
    with a_worker(jobs):
        page = open_page("runs")
    assert button(page, "Delete").disabled


def several(jobs: Jobs, count: int) -> list[Run]:
    """Finished runs, oldest first."""
    clock = iter(range(1_000_000, 2_000_000, 10))
    jobs.store.clock = lambda: float(next(clock))
    return [a_finished_run(jobs, with_changes(SETTINGS, seed=seed)) for seed in range(count)]


def names(page: AppTest) -> list[str]:
    return [line["Name"] for line in table(page)]


def test_few_runs_have_no_filter_and_no_empty_columns(jobs: Jobs) -> None:
    several(jobs, 2)
    page = open_page("runs")
    assert not [field for field in page.text_input if field.label == "Find"]
    assert "Tags" not in page.dataframe[0].proto.column_order
    assert "★" not in page.dataframe[0].proto.column_order


def test_many_runs_are_filtered_by_words_tags_states_and_stars(jobs: Jobs) -> None:
    made = several(jobs, 6)
    change_marks(made[2], tags=["wide", "slow"], note="Look at its zeros")
    change_marks(made[4], starred=True, tags=["wide"])
    a_run(jobs, "interrupted", with_changes(SETTINGS, units=(8,)))
    page = open_page("runs")
    assert len(table(page)) == 7
    (find,) = [field for field in page.text_input if field.label == "Find"]
    find.set_value("ZEROS adam")
    assert names(run(page)) == ["digits 16 adam seed 2"]
    assert "1 of 7 runs are shown." in text(page)
    button(page, "Show all").click()
    run(page)
    page.multiselect(key="runs-tags").set_value(["wide"])
    assert names(run(page)) == ["digits 16 adam seed 4", "digits 16 adam seed 2"]
    page.multiselect(key="runs-tags").set_value(["wide", "slow"])
    assert names(run(page)) == ["digits 16 adam seed 2"]
    button(page, "Show all").click()
    run(page)
    page.multiselect(key="runs-states").set_value(["interrupted"])
    assert names(run(page)) == ["digits 8 adam"]
    button(page, "Show all").click()
    run(page)
    page.toggle(key="runs-starred").set_value(True)
    assert names(run(page)) == ["digits 16 adam seed 4"]
    assert table(page)[0]["★"] == "★"


def test_a_filter_that_lets_nothing_through_says_so(jobs: Jobs) -> None:
    several(jobs, 6)
    page = open_page("runs")
    page.text_input[0].set_value("no such run")
    assert "No run is like that" in text(run(page))


def test_archived_runs_are_out_of_the_list_and_can_be_shown_and_brought_back(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = several(jobs, 2)
    choose(monkeypatch, 1)
    page = open_page("runs")
    button(page, "Archive").click()
    assert names(run(page)) == ["digits 16 adam seed 1"]
    assert marks_of(first).archived
    assert first.id not in networks.networks()
    page.toggle(key="runs-archived").set_value(True)
    run(page)
    button(page, "Bring back").click()
    run(page)
    assert not marks_of(first).archived
    assert {first.id, second.id} <= networks.networks().keys()


def test_tags_and_a_note_are_kept_as_they_are_written(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    (made,) = several(jobs, 1)
    choose(monkeypatch, 0)
    page = open_page("runs")
    page.text_area[0].set_value("First line\nsecond \n")
    page = run(page)
    assert marks_of(made).note == "First line\nsecond "
    button(page, "Give it a star").click()
    page = run(page)
    assert marks_of(made).starred
    assert page.text_area[0].value == "First line\nsecond "


def test_several_runs_are_starred_archived_and_compared_at_once(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = several(jobs, 3)
    choose(monkeypatch, ticked=[0, 2])
    page = open_page("runs")
    button(page, "Give stars").click()
    run(page)
    assert [marks_of(one).starred for one in made] == [True, False, True]
    button(page, "Compare 2 runs").click()
    run(page)
    assert page.query_params["runs"] == f"{made[2].id},{made[0].id}"


def test_one_run_is_not_compared_and_the_page_says_what_is_missing(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(jobs, 2)
    choose(monkeypatch, ticked=[1])
    page = open_page("runs")
    assert button(page, "Compare 1 run").disabled
    assert "A comparison needs at least two runs: tick another one." in text(page)


def test_ticks_last_while_the_filter_hides_their_runs(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    made = several(jobs, 6)  # the newest, of seed 5, is at the top
    made[2].rename("Otter")
    made[4].rename("Heron")
    page = open_page("runs")
    with monkeypatch.context() as patch:
        choose(patch, ticked=[0, 3])
        run(page)
    assert "Compare 2 runs" in labels(page)
    with monkeypatch.context() as patch:
        choose(patch, ticked=[0])
        page.text_input[0].set_value("otter")
        run(page)
    assert names(page) == ["Otter"]
    assert "1 ticked run is hidden by the filter. The buttons are for all 2, hidden ones included." in text(
        page
    )
    with monkeypatch.context() as patch:
        choose(patch, ticked=[0])
        page.text_input[0].set_value("heron")
        run(page)
    assert "2 ticked runs are hidden by the filter." in text(page)
    page.text_input[0].set_value("no such run")
    run(page)
    assert "3 ticked runs are hidden by the filter." in text(page)
    button(page, "Compare 3 runs").click()
    run(page)
    assert set(page.query_params["runs"].split(",")) == {made[at].id for at in (5, 2, 4)}


def test_ticks_are_taken_away_at_once(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    several(jobs, 6)
    page = open_page("runs")
    with monkeypatch.context() as patch:
        choose(patch, ticked=[0, 3])
        run(page)
    before = page.dataframe[0].proto.id
    page.text_input[0].set_value("no such run")
    button(run(page), "Take all ticks away").click()
    assert "ticked" not in text(run(page))
    page.text_input[0].set_value("")
    run(page)
    assert len(table(page)) == 6
    assert page.dataframe[0].proto.id != before, "another table: the one in the browser keeps its ticks"


def test_columns_are_the_same_whatever_the_filter_shows(jobs: Jobs) -> None:
    made = several(jobs, 6)
    change_marks(made[2], starred=True, tags=["wide"])
    made[4].rename("Heron")
    page = open_page("runs")
    before = list(page.dataframe[0].proto.column_order)
    page.text_input[0].set_value("heron")
    run(page)
    assert len(table(page)) == 1
    assert list(page.dataframe[0].proto.column_order) == before
    assert "★" in before


def test_several_runs_are_deleted_only_after_confirmation_and_none_while_one_trains(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = several(jobs, 2)
    choose(monkeypatch, ticked=[0, 1])
    page = open_page("runs")
    button(page, "Delete 2 runs").click()
    run(page)
    assert all(one.folder.exists() for one in made)
    assert "**2 runs** with weights, curves and snapshots" in text(page)
    jobs.submit(with_changes(SETTINGS, seed=9))
    assert button(open_page("runs"), "Delete 2 runs").disabled
