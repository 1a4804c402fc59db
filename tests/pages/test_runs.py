"""The Runs page without a browser, with a training process that is only pretended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.session import state
from lstm_core.runs.jobs import Jobs
from lstm_core.settings.validation import with_changes
from tests.pretended import (
    SETTINGS,
    a_finished_run,
    a_run,
    a_worker,
    button,
    labels,
    open_page,
    pretend,
    run,
    text,
)


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    return pretend(monkeypatch, tmp_path)


def choose(monkeypatch: pytest.MonkeyPatch, line: int) -> None:
    """Choose the name of a line of the table, which `AppTest` cannot."""
    original = st.dataframe

    def dataframe(*arguments: Any, **named: Any) -> dict[str, Any]:
        original(*arguments, **named)
        return {"selection": {"cells": [(line, "Name")]}}

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
    assert not page.expander


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
    assert "99.33 %" in text(page)


def test_the_form_is_filled_with_the_settings_of_a_run(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    a_finished_run(jobs, with_changes(SETTINGS, seed=5, dropout=0.25))
    choose(monkeypatch, 0)
    page = open_page("runs")
    button(page, "Train again with these settings").click()
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
