"""What the Train page says of a training that failed or was interrupted while nobody looked."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lstm_core.errors import StorageError
from lstm_core.runs.jobs import Jobs
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS, a_run, a_worker, button, labels, open_page, run, text


def train_page(**query: str) -> AppTest:
    return open_page("train", **query)


def told(page: AppTest) -> bool:
    return "Dismiss" in labels(page)


def test_a_training_that_was_killed_is_told_of_when_the_page_is_opened(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page()
    assert f"Training of {made.name} was interrupted at step 20." in text(page)
    assert {"Continue", "Open", "Dismiss", "Train"} <= labels(page)


def test_a_training_that_failed_is_told_of_with_its_reason(jobs: Jobs) -> None:
    made = a_run(jobs, "failed", detail="The loss became nan at step 21.")
    made.rename("*my* run")
    said = text(train_page())
    assert "Training of *my* run failed." in said
    assert "The loss became nan at step 21." in said


def test_it_goes_on_from_there(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page()
    button(page, "Continue").click()
    run(page)
    assert made.status.state == "queued"
    assert page.query_params == {"run": made.id}


def test_it_is_opened_and_not_told_of_again(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page()
    button(page, "Open").click()
    run(page)
    assert page.query_params == {"run": made.id}
    assert not told(page)
    button(page, "New training").click()
    run(page)
    assert not told(page)


def test_dismissed_it_stays_away_for_the_session_and_leaves_no_file(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page()
    before = {path: path.stat().st_mtime_ns for path in jobs.store.root.rglob("*.json")}
    button(page, "Dismiss").click()
    run(page)
    assert not told(page)
    assert {path: path.stat().st_mtime_ns for path in jobs.store.root.rglob("*.json")} == before
    assert made.status.state == "interrupted"
    assert told(train_page())


def test_interrupted_once_more_it_is_told_of_once_more(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page()
    button(page, "Dismiss").click()
    run(page)
    status = made.status
    made.set_status(status.model_copy(update={"state": "running", "since": status.since + 1}))
    run(page)
    assert told(page)


def test_a_run_that_is_shown_tells_of_itself(jobs: Jobs) -> None:
    made = a_run(jobs)
    page = train_page(run=made.id)
    assert not told(page)
    assert "Interrupted at step 20" in text(page)
    button(page, "New training").click()
    run(page)
    assert not told(page)


def test_it_is_told_of_beside_the_run_that_trains_now(jobs: Jobs) -> None:
    a_run(jobs, "interrupted", detail="interrupted at step 20")
    a_run(jobs, settings=with_changes(SETTINGS, seed=1))
    with a_worker(jobs):
        page = train_page()
    assert told(page)
    assert "Pause" in labels(page)


@pytest.mark.parametrize("state", ["finished", "stopped"])
def test_what_another_training_ended_after_is_old_news(jobs: Jobs, state: str) -> None:
    old = a_run(jobs, "interrupted", detail="interrupted at step 20")
    later = old.status.since + 1
    a_run(jobs, state, with_changes(SETTINGS, seed=1), since=later)  # type: ignore[arg-type]
    assert not told(train_page())


def test_without_runs_nothing_is_told(jobs: Jobs) -> None:
    assert not told(train_page())


def test_what_goes_wrong_is_said_there(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    a_run(jobs)
    page = train_page()

    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(jobs, "resume", full)
    button(page, "Continue").click()
    run(page)
    assert "The disk is full." in text(page)
    assert "Train" in labels(page)
