"""A training that started from another network, on the pages."""

from __future__ import annotations

import pytest

from dashboard.hand.teach import taught_run
from dashboard.session import services
from lstm_core.runs.further import go_on
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.runs.taught import TEACHING, TestImages, save_teaching, teaching_of
from tests.pretended import a_finished_run, open_page, text


@pytest.fixture
def further(jobs: Jobs) -> Run:
    """As if it had been trained."""
    parent = a_finished_run(jobs)
    run = go_on(jobs, {"learning_rate": 0.0005}, Parent.of(parent)).run
    result, teaching = parent.result(), teaching_of(run)
    assert result and teaching
    run.save_result(result)
    run.save_weights(parent.weights())
    run.set_status(run.status.model_copy(update={"state": "finished", "step": 40}))
    test = TestImages(
        dataset="UCI digits",
        images=300,
        accuracy_before=0.95,
        accuracy_after=result.accuracy,
        loss_before=0.2,
        loss_after=result.loss,
    )
    save_teaching(run, teaching.model_copy(update={"test": test}))
    return run


def test_its_result_says_what_it_started_from_and_how_that_one_reads(jobs: Jobs, further: Run) -> None:
    said = text(open_page("train", run=further.id))
    assert (
        "Started from what digits 16 adam had learnt, which reads 95.00\xa0% of the same test images, with a "
        "loss of 0.2000."
    ) in said
    (further.folder / TEACHING).write_text("{")
    assert "Started from" not in text(open_page("train", run=further.id))


def test_it_is_none_of_those_that_were_taught_somebodys_hand(
    jobs: Jobs, further: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "store", lambda: jobs.store)
    assert taught_run() is None
