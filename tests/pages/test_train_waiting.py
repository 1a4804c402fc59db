"""What the Train page says of a training that waits: for which other one and how far that is."""

from __future__ import annotations

import pytest

from lstm_core.runs.events import Batch
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS, a_run, a_worker, open_page, text


def a_waiting_run(jobs: Jobs, seed: int) -> Run:
    return jobs.store.create(with_changes(SETTINGS, seed=seed), f"Number {seed}")


def shown(run: Run) -> str:
    return text(open_page("train", run=run.id))


def test_the_next_one_says_which_training_it_waits_for_and_how_far_that_is(jobs: Jobs) -> None:
    active = a_run(jobs)
    active.rename("The first")
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        said = shown(waits)
    assert "Waiting for “The first”, which is being trained. This training comes next." in said
    assert "That one is at step 20 of 40, about 2 s left." in said
    assert "Starting the training process" not in said


def test_one_further_back_says_its_position_and_when_it_will_start(jobs: Jobs) -> None:
    active = a_run(jobs)
    a_waiting_run(jobs, 1)
    waits = a_waiting_run(jobs, 2)
    with a_worker(jobs):
        said = shown(waits)
    assert f"Waiting for “{active.name}”, which is being trained." in said
    assert "This training is number 2 of 2 in the queue." in said
    assert "until this one starts." in said


def test_one_behind_a_paused_training_says_what_to_do(jobs: Jobs) -> None:
    active = a_run(jobs, "paused")
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        said = shown(waits)
    assert f"Waiting for “{active.name}”, which is paused: resume it or stop it." in said
    assert f"Paused: {active.name}, step 20 of 40" in said.replace("**", "")


def test_one_behind_a_training_that_is_being_prepared_says_what_that_does(jobs: Jobs) -> None:
    a_waiting_run(jobs, 1)
    waits = a_waiting_run(jobs, 2)
    with a_worker(jobs):
        assert jobs.claim()
        said = shown(waits)
    assert "Waiting for “Number 1”, which is being prepared. This training comes next." in said
    assert "That one is reading data." in said
    assert "Starts now: Number 1, reading data" in said.replace("**", "")


def test_one_behind_a_training_that_was_not_begun_yet_says_so(jobs: Jobs) -> None:
    first, second = a_waiting_run(jobs, 1), a_waiting_run(jobs, 2)
    said = shown(second)
    assert f"Waiting for “{first.name}”, which is trained first." in said
    assert "This training is number 2 of 2 in the queue." in said
    assert "Starting the training process…" in shown(first)


def test_it_is_said_when_the_process_loads_and_when_it_has_begun_with_the_run(jobs: Jobs) -> None:
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        jobs.announce("loading TensorFlow")
        assert "Starting the training process: loading TensorFlow…" in shown(waits)
        claimed = jobs.claim()
        assert claimed
        assert "The training process is at work on it: reading data…" in shown(claimed)


def test_the_time_left_is_told_of_the_steps_that_are_wanted_now(jobs: Jobs) -> None:
    active = a_run(jobs)
    active.append(Batch(step=30, time=2, loss=0.8, accuracy=0.7, learning_rate=0.001, steps_per_second=1))
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        said = shown(waits)
    # 10 steps at the mean of 10 and 1 steps a second, which is 2 / (1/10 + 1).
    assert "That one is at step 30 of 40, about 6 s left." in said


def test_of_several_trainings_it_waits_for_the_one_that_ends_first(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    slow, quick = a_run(jobs), a_run(jobs)
    for active, name, speed in ((slow, "The slow one", 1), (quick, "The quick one", 2)):
        active.rename(name)
        report = Batch(step=30, time=2, loss=0.8, accuracy=0.7, learning_rate=0.001, steps_per_second=speed)
        active.append(report)
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        said = shown(waits)
    assert "Waiting for “The quick one”, which is being trained beside another one." in said
    assert "This training comes next." in said
    assert "Training now: The slow one" in said.replace("**", "")


def test_behind_several_that_are_paused_it_says_what_to_do(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    first = a_run(jobs, "paused")
    a_run(jobs, "paused")
    waits = a_waiting_run(jobs, 1)
    with a_worker(jobs):
        said = shown(waits)
    assert (
        f"Waiting for “{first.name}”, which is paused like another one: resume one of them or stop one"
        in said
    )


def test_one_that_a_second_process_will_take_waits_for_no_other_training(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    a_run(jobs)
    waits, later = a_waiting_run(jobs, 1), a_waiting_run(jobs, 2)
    with a_worker(jobs):
        assert "Starting the training process…" in shown(waits)
        assert "This training is number 2 of 2 in the queue." in shown(later)


@pytest.mark.slow  # what hands runs on to a cluster is started
def test_one_for_a_cluster_waits_for_a_place_there_and_keeps_none_here(jobs: Jobs) -> None:
    a_run(jobs)
    elsewhere = jobs.store.create(with_changes(SETTINGS, seed=1), cluster="ray://head:10001")
    waits = a_waiting_run(jobs, 2)
    with a_worker(jobs):
        assert "Waiting for a place on the cluster ray://head:10001" in shown(elsewhere)
        assert "This training comes next." in shown(waits)
