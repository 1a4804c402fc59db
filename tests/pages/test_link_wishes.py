"""What a link asks of a session holds on every page, however it is reached."""

from __future__ import annotations

import pytest

from dashboard.session import link_wishes
from lstm_core.runs.jobs import Jobs
from tests.pretended import a_finished_run, button, labels, open_page, run, text


@pytest.mark.parametrize(("ask", "questions"), [("no", 0), ("yes", 1), ("", 1)])
def test_nothing_is_asked_on_a_page_that_is_reached_without_the_address(
    jobs: Jobs, ask: str, questions: int
) -> None:
    page = open_page("draw", ask=ask)
    page.query_params.clear()
    page.switch_page("pages/learn.py")
    page = run(page)
    page.session_state["section"] = "what changes"
    page = run(page)
    assert text(page).count("Guess first.") == questions


def test_the_form_and_a_run_keep_it_in_the_address_of_the_train_page(jobs: Jobs) -> None:
    made = a_finished_run(jobs)
    page = open_page("draw", ask="no", hide="evidence,tools")
    page.query_params.clear()
    page.switch_page("pages/train.py")
    page = run(page)
    wished = {"ask": "no", "hide": "evidence,tools"}
    assert {**page.query_params, "preset": None} == {**wished, "preset": None}
    page.session_state["train-followed"] = made.id
    page = run(page)
    assert page.query_params == {**wished, "run": made.id}
    button(page, "Look inside").click()
    page = run(page)
    assert {name: page.query_params[name] for name in wished} == wished
    assert "Close" in labels(page)


def test_who_asks_for_nothing_has_nothing_in_the_address(jobs: Jobs) -> None:
    page = open_page("train")
    assert set(page.query_params) == {"preset"}
    assert not link_wishes.wishes()
