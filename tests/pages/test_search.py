"""The Search page without a browser; the processes that would search and train are only pretended."""

from __future__ import annotations

from typing import Any

import pytest
from optuna.trial import TrialState, create_trial
from streamlit.testing.v1 import AppTest

from dashboard.search import new_search, search_view
from dashboard.train import network_summary
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.side_by_side import WORKERS_VARIABLE
from lstm_core.search import available
from lstm_core.search import study as kept
from lstm_core.search.begin import begin_search
from lstm_core.search.folder import SearchFolder
from lstm_core.search.plan import Progress, Winner
from lstm_core.settings.estimate import Estimate
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes
from tests.pages.test_runs import choose
from tests.pretended import SETTINGS, a_finished_run, button, labels, open_page, run, text

RANGES = ("learning_rate=0.0005..0.02:log", "units=16|32")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[SearchFolder]:
    """The searches a process would have been started for."""
    found: list[SearchFolder] = []
    monkeypatch.setattr(new_search, "start", found.append)
    monkeypatch.setattr(search_view, "start", found.append)
    return found


def a_search(jobs: Jobs, name: str = "digits-1", **options: Any) -> SearchFolder:
    return begin_search(jobs.store.root, SETTINGS, RANGES, preset="digits", name=name, trials=5, **options)


def tell(
    folder: SearchFolder, accuracy: float, state: TrialState = TrialState.COMPLETE, **named: Any
) -> None:
    """Of a trial, as if it had been trained."""
    plan = folder.plan
    attributes = {kept.LOSS: 0.1, **named}
    kept.open_study(folder, plan).add_trial(
        create_trial(
            state=state,
            value=accuracy if state is TrialState.COMPLETE else None,
            params={"learning_rate": 0.001 + accuracy / 100, "units": "16"},
            distributions=dict(kept.distributions(plan.space)),
            intermediate_values={1: accuracy / 2, 2: accuracy},
            user_attrs=attributes,
        )
    )


def table(page: AppTest) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = page.dataframe[0].value.to_dict("records")
    return lines


def test_the_form_begins_with_a_learning_rate_and_dropout_and_starts_a_search(
    jobs: Jobs, started: list[SearchFolder]
):
    page = open_page("search")
    assert "Search for good settings" in text(page)
    assert page.multiselect(key="search-fields").value == ["learning_rate", "dropout"]
    page.selectbox(key="search-start-from").select("digits")
    run(page)
    page.number_input(key="search-steps-digits").set_value(90)
    page.number_input(key="search-trials").set_value(12)
    page.number_input(key="search-to-dropout").set_value(0.4)
    page.text_input(key="search-name").set_value("my-search")
    run(page)
    page.button(key="search-start").click()
    run(page)
    (folder,) = started
    assert folder.name == "my-search"
    assert folder.plan.ranges == ("learning_rate=0.0005..0.02:log", "dropout=0..0.4")
    digits = preset("digits").settings()
    assert folder.plan.settings == digits.model_copy(update={"steps": 90, "evaluate_every": 8})
    assert folder.wishes.trials == 12
    assert "Stop" in labels(page) or "Go on" in labels(page)


def test_a_range_that_breaks_its_rule_is_named_and_nothing_can_be_started(
    jobs: Jobs, started: list[SearchFolder]
):
    page = open_page("search")
    page.number_input(key="search-to-dropout").set_value(1.5)
    run(page)
    assert "`dropout` must be a number in [0, 1); got '1.5'" in text(page)
    assert page.button(key="search-start").disabled
    page.number_input(key="search-to-dropout").set_value(0.2)
    page.number_input(key="search-from-dropout").set_value(0.3)
    run(page)
    assert "`dropout` must be a range from a smaller to a larger number" in text(page)
    page.multiselect(key="search-fields").set_value([])
    run(page)
    assert page.button(key="search-start").disabled
    assert not started


def test_layers_and_choices_are_sets(jobs: Jobs, started: list[SearchFolder]):
    page = open_page("search")
    page.multiselect(key="search-fields").set_value(["units", "optimizer"])
    run(page)
    page.text_input(key="search-text-units").set_value("32 | 64 | 64, 64")
    choices: Any = page.get("button_group")[0]
    choices.set_value(["adam", "sgd"])
    run(page)
    page.button(key="search-start").click()
    run(page)
    assert started[0].plan.ranges == ("units=32|64|64,64", "optimizer=adam|sgd")


def test_a_name_that_is_taken_is_said(jobs: Jobs, started: list[SearchFolder]):
    a_search(jobs, "taken")
    page = open_page("search")
    page.text_input(key="search-name").set_value("taken")
    run(page)
    page.button(key="search-start").click()
    run(page)
    assert "`study` must be the name of no search that is there already" in text(page)
    assert not started


def test_trials_are_listed_best_first_with_their_curves(jobs: Jobs, started: list[SearchFolder]):
    folder = a_search(jobs)
    tell(folder, 0.90)
    tell(folder, 0.97)
    tell(folder, 0.40, TrialState.PRUNED, pruned_at_images=1280)
    page = open_page("search", study="digits-1")
    assert [(line["Trial"], line["State"]) for line in table(page)] == [
        (1, "finished"),
        (0, "finished"),
        (2, "stopped early"),
    ]
    first, _, last = table(page)
    assert first["Validation"] == pytest.approx(97)
    assert list(first["Curve"]) == pytest.approx([0.485, 0.97])
    assert last["Note"] == "given up after 1,280 images"
    assert page.get("plotly_chart")


def test_a_search_whose_process_died_goes_on_at_a_press(jobs: Jobs, started: list[SearchFolder]):
    folder = a_search(jobs)
    folder.save_progress(Progress(state="searching", seconds=75))
    page = open_page("search", study="digits-1")
    assert "interrupted" in text(page)
    button(page, "Go on").click()
    run(page)
    assert [folder.name for folder in started] == ["digits-1"]


def test_a_search_that_goes_on_can_be_stopped(jobs: Jobs, started: list[SearchFolder]):
    folder = a_search(jobs)
    folder.save_progress(Progress(state="searching"))
    lock = folder.lock()
    try:
        page = open_page("search")  # it is found without its name
        assert "searching" in text(page)
        button(page, "Stop").click()
        run(page)
        assert folder.wishes.stop
    finally:
        lock.release()


def test_a_search_that_is_done_can_go_further(jobs: Jobs, started: list[SearchFolder]):
    folder = a_search(jobs)
    folder.save_progress(Progress(state="finished"))
    page = open_page("search", study="digits-1")
    button(page, "10 more trials").click()
    run(page)
    assert folder.wishes.trials == 15
    assert started


def test_the_winner_is_said_with_what_it_was_chosen_among_and_what_fresh_seeds_reach(
    jobs: Jobs, started: list[SearchFolder]
):
    folder = a_search(jobs)
    found = a_finished_run(jobs)
    tell(folder, 0.90)
    tell(folder, 0.97, run=found.id)
    winner = Winner(
        trial=1,
        run=found.id,
        searched=2,
        validation=0.97,
        seeds=(1, 2),
        runs=("a", "b"),
        validations=(0.95, 0.96),
        accuracies=(0.94, 0.95),
    )
    folder.save_progress(Progress(state="finished", winner=winner))
    page = open_page("search", study="digits-1")
    said = text(page).replace("\N{NO-BREAK SPACE}", " ")
    for name, value in (
        ("Validation accuracy, trial 1", "97.00 %"),
        ("Validation accuracy, 2 fresh seeds", "95.50 ± 0.71 %"),
        ("Test accuracy, 2 fresh seeds", "94.50 ± 0.71 %"),
    ):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in said
    assert "The run of trial 1, the one that was chosen:" in said
    assert "Trial 1, searched among 2 trials by validation accuracy alone, reached 97.00 %" in said
    assert "Trained again with 2 fresh seeds, its settings reach 95.50 ± 0.71 % of them" in said
    assert "94.50 ± 0.71 % of the test images, which had no part in the choice" in said
    assert {"Open on Train", "Draw with it", "Look inside", "Read beside another"} <= labels(page)


def test_the_best_trials_are_compared_or_those_that_are_ticked(
    jobs: Jobs, started: list[SearchFolder], monkeypatch: pytest.MonkeyPatch
):
    folder = a_search(jobs)
    made = [
        a_finished_run(jobs, with_changes(SETTINGS, learning_rate=rate)) for rate in (0.001, 0.002, 0.003)
    ]
    for accuracy, one in zip((0.90, 0.97, 0.95), made, strict=True):
        tell(folder, accuracy, run=one.id)
    tell(folder, 0.97, run=made[1].id)  # it rounds to the same settings as trial 1
    page = open_page("search", study="digits-1")
    button(page, "Compare the best 3 trials").click()
    run(page)
    assert page.query_params["runs"] == ",".join(made[at].id for at in (1, 2, 0))

    choose(monkeypatch, ticked=[2])
    page = open_page("search", study="digits-1")
    assert button(page, "Compare 1 ticked trial").disabled
    choose(monkeypatch, ticked=[3, 0])
    page = open_page("search", study="digits-1")
    button(page, "Compare 2 ticked trials").click()
    run(page)
    assert page.query_params["runs"] == f"{made[1].id},{made[0].id}"


def test_a_single_trial_is_not_compared_and_a_single_setting_has_no_importance(
    jobs: Jobs, started: list[SearchFolder]
):
    folder = a_search(jobs)
    tell(folder, 0.90, run=a_finished_run(jobs).id)
    page = open_page("search", study="digits-1")
    assert button(page, "Compare the best trials").disabled
    for ranges, figures in ((RANGES, 4), (RANGES[:1], 3)):
        name = f"digits-of-{len(ranges)}"
        folder = begin_search(jobs.store.root, SETTINGS, ranges, preset="digits", name=name)
        for rate in (0.001, 0.002):
            parameters = {"learning_rate": rate, "units": "16"}
            there = kept.distributions(folder.plan.space)
            chosen = {field: parameters[field] for field in there}
            made = create_trial(value=0.9, params=chosen, distributions=dict(there))
            kept.open_study(folder, folder.plan).add_trial(made)
        page = open_page("search", study=name)
        assert len(page.segmented_control(key="search-figure").options) == figures


def test_the_winner_is_compared_with_what_the_search_began_with_over_the_same_seeds(
    jobs: Jobs, started: list[SearchFolder]
):
    folder = a_search(jobs)
    known = a_finished_run(jobs, with_changes(SETTINGS, seed=2))
    again = [
        a_finished_run(jobs, with_changes(SETTINGS, learning_rate=0.01, seed=seed)).id for seed in (1, 2)
    ]
    tell(folder, 0.97, run=a_finished_run(jobs, with_changes(SETTINGS, learning_rate=0.01)).id)
    found = jobs.store.summaries()[0].id
    winner = Winner(
        trial=0,
        run=found,
        searched=1,
        validation=0.97,
        seeds=(1, 2),
        runs=tuple(again),
        validations=(0.95, 0.96),
        accuracies=(0.94, 0.95),
    )
    folder.save_progress(Progress(state="finished", winner=winner))
    page = open_page("search", study="digits-1")
    button(page, "Its 2 fresh seeds on Compare").click()
    run(page)
    assert page.query_params["runs"] == ",".join(again)
    page = open_page("search", study="digits-1")
    button(page, "Compare with what it started from").click()
    run(page)
    (queued,) = jobs.queue()
    assert queued.hyperparameters == with_changes(SETTINGS, seed=1)
    assert page.query_params["runs"] == ",".join([queued.id, known.id, *again])


def test_trials_that_round_to_the_same_settings_are_said_to_share_a_run(
    jobs: Jobs, started: list[SearchFolder]
):
    folder = a_search(jobs)
    shared = a_finished_run(jobs).id
    tell(folder, 0.0, TrialState.FAIL, run=shared, interrupted=True)
    tell(folder, 0.97, run=shared, again_of=0)
    tell(folder, 0.97, run=shared)
    page = open_page("search", study="digits-1")
    notes = {line["Trial"]: line["Note"] for line in table(page)}
    assert notes == {0: "", 1: "", 2: "the same settings as trial 1, trained once"}
    assert "1 with the settings of another" in page.get("progress")[0].proto.text


def test_the_importance_of_settings_says_from_how_many_trials_it_is_estimated(
    jobs: Jobs, started: list[SearchFolder]
):
    folder = a_search(jobs)
    for accuracy in (0.90, 0.97, 0.95):
        tell(folder, accuracy)
    page = open_page("search", study="digits-1")
    page.segmented_control(key="search-figure").set_value("importance")
    said = text(run(page))
    assert "Estimated from 3 finished trials." in said
    assert "take it as a hint only" in said
    for number in range(47):
        tell(folder, 0.9 + number / 1000)
    page = open_page("search", study="digits-1")
    page.segmented_control(key="search-figure").set_value("importance")
    said = text(run(page))
    assert "Estimated from 50 finished trials." in said
    assert "hint" not in said


def test_the_estimate_of_a_search_has_the_trainings_of_its_winner_and_counts_those_side_by_side(
    jobs: Jobs, started: list[SearchFolder], monkeypatch: pytest.MonkeyPatch
):
    def taking(settings, device, earlier, obstacle, beside):
        return Estimate({0: 4.0, 1: 5.0, 2: 6.0}[beside], 0, 0, 0, "")

    monkeypatch.setattr(network_summary, "estimate", taking)
    page = open_page("search")
    page.selectbox(key="search-start-from").set_value("digits")
    page.number_input(key="search-trials").set_value(12)
    said = text(run(page))
    assert "that takes about 1 min, the 3 trainings of the winner included" in said  # 15 × 4 s
    monkeypatch.setenv(WORKERS_VARIABLE, "2")
    assert "that takes about 40 s, the 3 trainings" in text(run(page))  # (12 + 3) × 5 s / 2
    monkeypatch.setenv(WORKERS_VARIABLE, "6")
    page.number_input(key="search-trials").set_value(3)
    assert "that takes about 10 s, the 3 trainings" in text(run(page))  # 2 × 6 s
    monkeypatch.setenv(WORKERS_VARIABLE, "none")
    assert "that takes" not in text(run(page))


def test_a_search_that_is_not_there_is_said_and_the_form_shown(jobs: Jobs, started: list[SearchFolder]):
    page = open_page("search", study="../runs")
    assert "There is no search" in text(page)
    assert page.multiselect(key="search-fields")


def test_two_objectives_show_the_front(jobs: Jobs, started: list[SearchFolder]):
    folder = a_search(jobs, second="parameters")
    study = kept.open_study(folder, folder.plan)
    for accuracy, size in ((0.9, 1000.0), (0.95, 3000.0), (0.94, 9000.0)):
        study.add_trial(
            create_trial(
                values=[accuracy, size],
                params={"learning_rate": 0.002, "units": "16"},
                distributions=dict(kept.distributions(folder.plan.space)),
            )
        )
    page = open_page("search", study="digits-1")
    assert "no other beats in both" in text(page)
    assert {line["Parameters"] for line in table(page)} == {1000, 3000, 9000}


def test_without_optuna_the_page_says_what_to_install(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(available, "is_available", lambda: False)
    page = open_page("search")
    assert "Install it with: pip install optuna" in text(page)
    assert not page.multiselect
