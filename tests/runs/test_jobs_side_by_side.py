"""The queue with several training processes, which are only pretended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lstm_core.errors import InvalidValue, StorageError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_end import record
from lstm_core.runs.worker_start import worker_lock
from lstm_core.runs.worker_starts import MOST_STARTS
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.pretended import Launches

SMALL = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})
LARGE = hyperparameters({"dataset": "digits", "units": (512,), "batch_size": 512, "steps": 30})


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "2")
    return Jobs(RunStore(tmp_path), Launches())


@contextmanager
def a_worker(jobs: Jobs, number: int, *, ready: bool = True) -> Iterator[None]:
    lock = worker_lock(jobs.store.root, number)
    lock.acquire(timeout=0)
    try:
        jobs.take_over(number)
        if ready:
            jobs.ready()
        yield
    finally:
        lock.release()


@contextmanager
def two_workers(jobs: Jobs) -> Iterator[None]:
    with ExitStack() as both:
        for number in (1, 2):
            both.enter_context(a_worker(jobs, number))
        yield


def submit(jobs: Jobs, *seeds: int) -> list[Run]:
    return [jobs.submit(with_changes(SMALL, seed=seed)).run for seed in seeds]


def launched(jobs: Jobs) -> int:
    assert isinstance(jobs.launch, Launches)
    return len(jobs.launch)


def test_a_second_process_is_started_when_the_first_is_ready(jobs: Jobs):
    submit(jobs, 1, 2, 3)
    assert launched(jobs) == 1
    with a_worker(jobs, 1, ready=False):
        jobs.refresh()
        assert launched(jobs) == 1
        jobs.ready()
        jobs.refresh()
        assert launched(jobs) == 2
        jobs.refresh()
        assert launched(jobs) == 2
        with a_worker(jobs, 2):
            jobs.refresh()
            submit(jobs, 4)
            assert launched(jobs) == 2


def test_no_second_process_is_started_for_what_the_first_can_take(jobs: Jobs):
    jobs.store.root.mkdir(exist_ok=True)
    with a_worker(jobs, 1):
        submit(jobs, 1)
        jobs.warm_up()
        assert launched(jobs) == 0
        jobs.claim()
        jobs.refresh()
        assert launched(jobs) == 0
        submit(jobs, 2)
        assert launched(jobs) == 1


def test_two_runs_are_trained_side_by_side_and_the_third_waits(jobs: Jobs):
    first, second, third = submit(jobs, 1, 2, 3)
    assert jobs.startable() == [first, second]
    with two_workers(jobs):
        assert jobs.claim(2) == first
        assert jobs.startable() == [second]
        assert jobs.claim(1) == second
        assert jobs.startable() == []
        assert (first.status.worker, second.status.worker) == (2, 1)
        assert jobs.active_runs() == [first, second]
        assert jobs.active() == first
        assert jobs.queue() == [third]


def test_of_two_processes_the_killed_ones_run_alone_is_interrupted(jobs: Jobs):
    first, second, third = submit(jobs, 1, 2, 3)
    with a_worker(jobs, 1):
        assert jobs.claim(1) == first
        with a_worker(jobs, 2):
            assert jobs.claim(2) == second
        jobs.refresh()
        assert (first.status.state, second.status.state) == ("preparing", "interrupted")
        assert jobs.worker_alive(1)
        assert not jobs.worker_alive(2)
        assert third.status.state == "queued"
        assert launched(jobs) == 2  # the first of all, and one in place of the one that is gone
        jobs.resume(second)
        with a_worker(jobs, 2):
            assert jobs.claim(2) == third
    assert jobs.active_runs() == []
    with a_worker(jobs, 2):
        assert jobs.claim(2) == second


def test_how_each_process_ended_is_said_of_its_own_run(jobs: Jobs):
    first, second = submit(jobs, 1, 2)
    with two_workers(jobs):
        jobs.claim(1)
        jobs.claim(2)
    record(jobs.store.root, 1, 99, number=2)
    (jobs.store.root / "worker-2.log").write_text("The disk fell off\n")
    jobs.refresh()
    assert first.status.state == "interrupted"
    assert second.status.state == "failed"
    assert "ended with exit status 1" in second.status.detail
    assert "The disk fell off" in second.status.detail


def test_a_new_process_leaves_the_others_their_runs(jobs: Jobs):
    first, second = submit(jobs, 1, 2)
    with a_worker(jobs, 1):
        jobs.claim(1)
        with a_worker(jobs, 2):
            jobs.claim(2)
        with a_worker(jobs, 2):
            assert (first.status.state, second.status.state) == ("preparing", "interrupted")


def test_a_large_network_waits_until_it_is_alone_and_nothing_overtakes_it(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("ROW_BY_ROW_WORKERS")
    monkeypatch.setattr("lstm_core.runs.side_by_side.cores", lambda: 2)
    (small,) = submit(jobs, 1)
    large = jobs.submit(LARGE).run
    (later,) = submit(jobs, 2)
    with two_workers(jobs):
        assert jobs.claim(1) == small
        assert jobs.claim(2) is None
        small.set_status(small.status.model_copy(update={"state": "finished"}))
        assert jobs.claim(2) == large
        assert jobs.claim(1) is None
        large.set_status(large.status.model_copy(update={"state": "finished"}))
        assert jobs.claim(1) == later


def test_a_run_is_claimed_by_one_of_many_processes(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "4")
    submit(jobs, *range(12))
    claimed: list[str] = []

    def work(number: int) -> None:
        own = Jobs(RunStore(jobs.store.root), Launches())
        while run := own.claim(number):
            claimed.append(run.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 12


def test_a_further_process_that_cannot_be_started_harms_nothing(jobs: Jobs):
    def launch(_: Path) -> None:
        raise StorageError("The training process cannot be started: no.")

    (first,) = submit(jobs, 1)
    jobs.launch = launch
    with a_worker(jobs, 1):
        jobs.claim(1)
        (second,) = submit(jobs, 2)
        assert (first.status.state, second.status.state) == ("preparing", "queued")


def test_further_processes_that_die_before_they_are_ready_fail_no_run(jobs: Jobs):
    submit(jobs, 1)
    with a_worker(jobs, 1):
        jobs.claim(1)
        (second,) = submit(jobs, 2)
        for _ in range(MOST_STARTS + 2):
            record(jobs.store.root, 1, 7, number=2)
            jobs.refresh()
        assert launched(jobs) == 1 + MOST_STARTS
        assert second.status.state == "queued"


def test_a_number_of_processes_that_is_none_is_said_before_anything_is_queued(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ROW_BY_ROW_WORKERS", "many")
    with pytest.raises(InvalidValue, match="ROW_BY_ROW_WORKERS"):
        submit(jobs, 1)
    assert jobs.store.list() == []
    assert launched(jobs) == 0
