"""One click trains a network again with every row supervised, and one leads back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session import state
from lstm_core.errors import StorageError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import with_changes
from tests.pretended import (
    SETTINGS,
    Launches,
    a_finished_run,
    a_worker,
    button,
    labels,
    open_page,
    run,
    text,
)

AGAIN = "Train it again with every row supervised"
EVERY_ROW = with_changes(SETTINGS, supervised_rows="all", returned="outputs")


def again(made: Run) -> AppTest:
    page = open_page("train", run=made.id)
    button(page, AGAIN).click()
    return run(page)


def test_a_network_taught_at_the_last_row_only_is_trained_again_at_every_row(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = again(made)
    (waiting,) = jobs.queue()
    assert waiting.hyperparameters == EVERY_ROW
    assert page.session_state[state.FOLLOWED_RUN] == waiting.id
    assert page.query_params["run"] in (waiting.id, [waiting.id])
    assert isinstance(jobs.launch, Launches)
    assert jobs.launch
    assert page.title[0].value == "digits 16 adam every row"
    assert "This is a new training, with every row supervised and all else the same." in text(page)
    assert AGAIN not in labels(page)


def test_its_name_tells_which_run_it_was_made_of(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    made.rename("My second " + "x" * 70)
    again(made)
    (waiting,) = jobs.queue()
    assert waiting.name == "My second " + "x" * 59 + ", every row"


def test_going_back_before_it_began_leaves_nothing_behind(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = again(made)
    button(page, f"Stop it and go back to “{made.name}”").click()
    page = run(page)
    assert page.title[0].value == made.name
    assert not jobs.queue()
    assert [summary.id for summary in jobs.store.summaries()] == [made.id]
    assert AGAIN in labels(page)


def test_going_back_stops_it_when_it_has_begun_and_keeps_it(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    with a_worker(jobs):
        page = again(made)
        begun = jobs.claim()
        assert begun
        page = run(page)
        button(page, f"Stop it and go back to “{made.name}”").click()
        page = run(page)
    assert page.title[0].value == made.name
    assert begun.control.stop
    assert len(list(jobs.store.summaries())) == 2


def test_one_that_was_trained_before_is_shown_and_not_stopped_by_going_back(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    known = jobs.submit(EVERY_ROW).run
    page = again(made)
    assert "These settings are being trained already." in text(page)
    assert page.session_state[state.FOLLOWED_RUN] == known.id
    button(page, f"Back to “{made.name}”").click()
    page = run(page)
    assert page.title[0].value == made.name
    assert [waiting.id for waiting in jobs.queue()] == [known.id]


def test_why_it_cannot_be_trained_is_said_where_the_button_is(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_finished_run(jobs)
    page = open_page("train", run=made.id)
    monkeypatch.setattr(jobs, "submit", _refuse)
    button(page, AGAIN).click()
    page = run(page)
    assert "No room for it." in text(page)
    assert page.title[0].value == made.name
    assert not jobs.queue()


def _refuse(*_: object) -> None:
    raise StorageError("No room for it.")
