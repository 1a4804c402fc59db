"""The queue, with a training process that is only pretended."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue, NotEnoughMemory, RunBusy, StorageError, WeightsError
from lstm_core.runs.events import Batch, Started
from lstm_core.runs.jobs import Jobs, last_step
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_end import STUCK, WorkerEnd
from lstm_core.runs.worker_start import spawn, worker_lock
from lstm_core.runs.worker_starts import LONGEST_START_SECONDS, MOST_STARTS, START_SECONDS
from lstm_core.settings import first_weights
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.networks import random_weights
from tests.runs.test_store import no_space

SETTINGS = hyperparameters({"dataset": "digits", "units": (8,), "steps": 30})


class Launches(list[Path]):
    """Remembers who was to be started, and starts nobody."""

    def __call__(self, root: Path) -> None:
        self.append(root)


@pytest.fixture
def launches() -> Launches:
    return Launches()


@pytest.fixture
def clock() -> Iterator[Any]:
    ticks = count(1_000_000_000)

    class Clock:
        ahead = 0.0

        def __call__(self) -> float:
            return next(ticks) / 1000 + self.ahead

    return Clock()  # type: ignore[return-value]


@pytest.fixture
def jobs(tmp_path: Path, launches: Launches, clock: Any) -> Jobs:
    return Jobs(RunStore(tmp_path, clock), launches)


@contextmanager
def a_worker(jobs: Jobs) -> Iterator[None]:
    """Pretend that a training process lives."""
    lock = worker_lock(jobs.store.root)
    jobs.store.root.mkdir(exist_ok=True)
    lock.acquire(timeout=0)
    jobs.take_over()
    try:
        yield
    finally:
        lock.release()


def finish(run: Run) -> None:
    run.save_weights(random_weights((8,)))
    run.set_status(run.status.model_copy(update={"state": "finished"}))


def train_until(run: Run, step: int) -> None:
    run.append(Started(step=0, time=0, steps=30, device="d"))
    run.append(Batch(step=step, time=1, loss=1, accuracy=0, learning_rate=1, steps_per_second=1))


def test_a_wish_to_train_is_queued_and_a_process_started(jobs: Jobs, launches: Launches):
    submission = jobs.submit(SETTINGS, "Mine")
    assert submission.known == ""
    assert submission.run.name == "Mine"
    assert submission.run.status.state == "queued"
    assert launches == [jobs.store.root]


def test_the_same_settings_reuse_the_trained_run(jobs: Jobs, launches: Launches):
    first = jobs.submit(SETTINGS).run
    finish(first)
    again = jobs.submit(with_changes(SETTINGS, device="cpu", evaluate_every=7))
    assert again.run == first
    assert "trained before" in again.known
    assert len(launches) == 1
    assert jobs.submit(with_changes(SETTINGS, seed=1)).known == ""


def test_a_run_that_was_computed_otherwise_is_no_answer(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: False)
    here = {"backend": "tensorflow", "computation": "fused: why", "precision": "float32: why"}
    in_16_bits = jobs.submit(SETTINGS).run
    in_16_bits.save_environment({**here, "precision": "bfloat16: why"})
    finish(in_16_bits)
    submission = jobs.submit(SETTINGS)
    assert (submission.known, submission.run == in_16_bits) == ("", False)
    submission.run.save_environment(here)
    finish(submission.run)
    assert jobs.submit(SETTINGS).run == submission.run
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    assert jobs.submit(SETTINGS).run == in_16_bits


def test_a_run_that_was_tweaked_is_trained_anew(jobs: Jobs):
    first = jobs.submit(SETTINGS).run
    finish(first)
    first.set_status(first.status.model_copy(update={"tweaked": True}))
    again = jobs.submit(SETTINGS)
    assert again.run != first
    assert again.known == ""


def test_a_run_whose_weights_are_damaged_is_trained_anew(jobs: Jobs):
    first = jobs.submit(SETTINGS).run
    finish(first)
    (first.folder / "weights.npz").rename(first.folder / "weights.npz.damaged")
    assert jobs.submit(SETTINGS).run != first


def test_settings_in_training_are_not_trained_twice(jobs: Jobs):
    with a_worker(jobs):
        first = jobs.submit(SETTINGS).run
        assert jobs.submit(SETTINGS).run == first
        assert jobs.claim() == first
        again = jobs.submit(SETTINGS)
        assert again.run == first
        assert "being trained already" in again.known


def test_two_tabs_at_once_start_one_training(tmp_path: Path, launches: Launches):
    barrier = threading.Barrier(6)
    runs: list[str] = []

    def tab() -> None:
        jobs = Jobs(RunStore(tmp_path), launches)
        barrier.wait()
        runs.append(jobs.submit(SETTINGS).run.id)

    threads = [threading.Thread(target=tab) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 6
    assert len(set(runs)) == 1
    assert len(launches) == 1
    assert len(RunStore(tmp_path).list()) == 1


def test_runs_wait_in_the_order_they_came(jobs: Jobs):
    made = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in range(4)]
    assert jobs.queue() == made
    with a_worker(jobs):
        assert jobs.claim() == made[0]
        assert jobs.active() == made[0]
        assert jobs.queue() == made[1:]
        assert [jobs.claim() for _ in range(4)] == [*made[1:], None]


def test_what_a_person_waits_for_goes_before_the_trials_of_a_search(jobs: Jobs):
    trials = [jobs.submit(with_changes(SETTINGS, seed=seed), priority=-1).run for seed in range(3)]
    own = jobs.submit(with_changes(SETTINGS, seed=9)).run
    assert jobs.queue() == [own, *trials]
    again = jobs.submit(with_changes(SETTINGS, seed=2))
    assert (again.run, again.known) == (trials[2], "These settings are being trained already.")
    assert jobs.queue() == [trials[2], own, *trials[:2]]
    jobs.submit(with_changes(SETTINGS, seed=2), priority=-1)
    with a_worker(jobs):
        assert [jobs.claim() for _ in range(5)] == [trials[2], own, *trials[:2], None]


def test_a_run_that_a_person_continues_is_no_trial_any_more(jobs: Jobs):
    trial = jobs.submit(SETTINGS, priority=-1).run
    finish(trial)
    jobs.resume(trial, more_steps=1)
    assert trial.status.priority == 0


def test_a_claimed_run_is_claimed_once(jobs: Jobs):
    for seed in range(8):
        jobs.submit(with_changes(SETTINGS, seed=seed))
    claimed: list[str] = []

    def work() -> None:
        own = Jobs(RunStore(jobs.store.root), Launches())
        while run := own.claim():
            claimed.append(run.id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 8


def test_a_waiting_run_that_is_cancelled_leaves_the_queue(jobs: Jobs):
    first, second = (jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in (1, 2))
    jobs.cancel(first)
    assert first.status.state == "stopped"
    assert jobs.queue() == [second]
    with a_worker(jobs):
        assert jobs.claim() == second


def test_a_training_run_that_is_cancelled_is_asked_to_stop(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
        jobs.cancel(run)
        assert run.status.state == "preparing"
        assert run.control.stop


def test_cancelling_an_ended_run_changes_nothing(jobs: Jobs):
    run = jobs.submit(SETTINGS).run
    finish(run)
    jobs.cancel(run)
    assert run.status.state == "finished"
    assert not run.control.stop


def test_settings_about_to_stop_are_trained_anew(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
        jobs.cancel(run)
        assert jobs.submit(SETTINGS).run != run


def test_a_killed_process_leaves_its_run_interrupted(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
        train_until(run, 17)
        jobs.refresh()
        assert run.status.state == "preparing"
    jobs.refresh()
    assert (run.status.state, run.status.detail, run.status.step) == (
        "interrupted",
        "interrupted at step 17",
        17,
    )
    assert jobs.active() is None


@pytest.mark.parametrize("call", ["submit", "warm_up", "active"])
def test_whoever_looks_first_notices_the_killed_process(jobs: Jobs, call: str):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
    if call == "submit":
        jobs.submit(with_changes(SETTINGS, seed=9))
    else:
        getattr(jobs, call)()
    assert run.status.state == "interrupted"


def test_a_new_process_notices_what_the_old_one_left(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
    with a_worker(jobs):
        assert run.status.state == "interrupted"


def test_an_interrupted_run_goes_on_in_the_queue(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
        run.steer(paused=True, learning_rate=0.01)
    jobs.refresh()
    jobs.resume(run)
    assert (run.status.state, run.status.detail) == ("queued", "")
    assert run.control.learning_rate == 0.01
    assert not run.control.paused
    assert run.control.steps is None
    with pytest.raises(RunBusy, match="is queued already"):
        jobs.resume(run)


def test_an_ended_run_goes_on_for_more_steps(jobs: Jobs):
    run = jobs.submit(SETTINGS).run
    finish(run)
    jobs.resume(run, more_steps=20)
    assert run.control.settings(run.hyperparameters).steps == 50
    finish(run)
    jobs.resume(run, more_steps=5)
    assert run.control.settings(run.hyperparameters).steps == 55
    finish(run)
    with pytest.raises(InvalidValue, match="steps"):
        jobs.resume(run, more_steps=10**6)
    assert run.status.state == "finished"


def test_a_run_that_goes_on_waits_behind_the_others(jobs: Jobs):
    old = jobs.submit(SETTINGS).run
    finish(old)
    new = jobs.submit(with_changes(SETTINGS, seed=1)).run
    jobs.resume(old, more_steps=1)
    assert jobs.queue() == [new, old]


def test_a_living_process_is_not_started_again(jobs: Jobs, launches: Launches):
    with a_worker(jobs):
        assert jobs.worker_alive()
        jobs.submit(SETTINGS)
        jobs.warm_up()
        jobs.refresh()
    assert launches == []
    assert not jobs.worker_alive()


def test_a_process_that_is_starting_is_waited_for_but_not_for_ever(
    jobs: Jobs, launches: Launches, clock: Any
):
    jobs.submit(SETTINGS)
    jobs.refresh()
    jobs.submit(with_changes(SETTINGS, seed=1))
    assert len(launches) == 1
    clock.ahead = START_SECONDS
    jobs.refresh()
    assert len(launches) == 2


def test_a_process_that_is_slow_to_start_is_waited_for_while_it_lives(jobs: Jobs, clock: Any):
    """On a machine where many compute, loading the libraries can take longer than `START_SECONDS`."""
    started = []

    def launch(_root: Path) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return started[-1]

    jobs.launch = launch
    jobs.submit(SETTINGS)
    clock.ahead = START_SECONDS + 1
    jobs.refresh()
    assert len(started) == 1
    clock.ahead = LONGEST_START_SECONDS
    jobs.refresh()
    assert len(started) == 2
    started[1].communicate(b"\n")
    clock.ahead += START_SECONDS
    jobs.refresh()
    assert len(started) == 3
    for process in started:
        process.kill()
        process.communicate()


def test_a_process_that_died_after_its_start_is_replaced_at_once(jobs: Jobs, launches: Launches):
    jobs.submit(SETTINGS)
    with a_worker(jobs):
        pass
    jobs.refresh()
    assert len(launches) == 2


def dies_at_once(jobs: Jobs, clock: Any, status: int) -> None:
    """What `spawn` does when the process it started ends without having been ready."""
    clock.ahead += 0.1
    end = WorkerEnd(status=status, pid=1, time=clock())
    (jobs.store.root / "worker.exit").write_text(end.model_dump_json())


def test_processes_that_die_before_they_can_train_are_started_three_times_and_named(
    jobs: Jobs, launches: Launches, clock: Any
):
    runs = [jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in (1, 2)]
    (jobs.store.root / "worker.log").write_text("Illegal instruction in libtensorflow\n")
    for _ in range(MOST_STARTS + 3):
        dies_at_once(jobs, clock, -signal.SIGILL)
        jobs.refresh()
    assert len(launches) == MOST_STARTS
    for run in runs:
        assert run.status.state == "failed"
        assert "ended 3 times before training could start" in run.status.detail
        assert "SIGILL: the library was built for another processor" in run.status.detail
        assert "Illegal instruction in libtensorflow" in run.status.detail
        assert run.events()[0][-1].kind == "failed"
    jobs.warm_up()
    assert len(launches) == MOST_STARTS


def test_the_end_of_the_process_before_is_not_taken_for_that_of_the_next(tmp_path: Path, clock: Any):
    started: list[Any] = []

    def launch(root: Path) -> Any:
        started.append(SimpleNamespace(pid=100 + len(started)))
        return started[-1]

    jobs = Jobs(RunStore(tmp_path, clock), launch)
    jobs.submit(SETTINGS)
    for pid, starts in ((99, 1), (100, 2), (100, 2), (101, 3)):
        (tmp_path / "worker.exit").write_text(WorkerEnd(status=1, pid=pid, time=clock()).model_dump_json())
        jobs.refresh()
        assert len(started) == starts


def test_who_asks_again_gets_new_starts(jobs: Jobs, launches: Launches, clock: Any):
    jobs.submit(SETTINGS)
    for _ in range(MOST_STARTS + 1):
        dies_at_once(jobs, clock, 1)
        jobs.refresh()
    run = jobs.submit(SETTINGS).run
    assert run.status.state == "queued"
    assert len(launches) == MOST_STARTS + 1


def test_a_process_that_became_ready_counts_for_none_of_the_starts(
    jobs: Jobs, launches: Launches, clock: Any
):
    for seed in range(2 * MOST_STARTS):
        jobs.submit(with_changes(SETTINGS, seed=seed))
        with a_worker(jobs):
            jobs.ready()
            jobs.claim()
        jobs.refresh()
    assert len(launches) == 2 * MOST_STARTS


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (-signal.SIGSEGV, "failed", "was ended by signal SIGSEGV: a fault in a library at step 17"),
        (STUCK, "failed", "made no progress and was ended at step 17. That can happen when memory runs out"),
        (1, "failed", "ended with exit status 1 at step 17"),
        (-signal.SIGKILL, "interrupted", "interrupted at step 17"),
        (0, "interrupted", "interrupted at step 17"),
    ],
)
def test_how_the_process_ended_is_said_of_its_run(
    jobs: Jobs, launches: Launches, clock: Any, status: int, state: str, said: str
):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        waiting = jobs.submit(with_changes(SETTINGS, seed=1)).run
        jobs.claim()
        train_until(run, 17)
    dies_at_once(jobs, clock, status)
    jobs.refresh()
    assert run.status.state == state
    assert said in run.status.detail
    assert run.status.step == 17
    assert waiting.status.state == "queued"
    assert len(launches) == 1  # the queue goes on


def test_the_end_of_an_earlier_process_is_not_taken_for_this_ones(jobs: Jobs, clock: Any):
    dies_at_once_at = jobs.store.root / "worker.exit"
    dies_at_once_at.write_text(WorkerEnd(status=1, pid=1, time=0.0).model_dump_json())
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
    jobs.refresh()
    assert run.status.state == "interrupted"


def test_one_who_looks_is_not_stopped_by_a_lock_that_is_held(jobs: Jobs):
    run = jobs.submit(SETTINGS).run
    with jobs.store.queue_lock():
        other = Jobs(RunStore(jobs.store.root), Launches())
        other.refresh()
        assert other.queue() == [run]
        assert other.active() is None


def test_one_who_looks_is_not_stopped_by_a_full_disk(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
    monkeypatch.setattr("os.fsync", no_space)
    jobs.refresh()
    assert jobs.active() == run
    monkeypatch.undo()
    jobs.refresh()
    assert run.status.state == "interrupted"


def test_events_that_cannot_be_opened_do_not_keep_a_run_from_being_interrupted(jobs: Jobs):
    with a_worker(jobs):
        run = jobs.submit(SETTINGS).run
        jobs.claim()
        (run.folder / "events.jsonl").mkdir()
    jobs.refresh()
    assert run.status.state == "interrupted"


def test_a_run_stays_as_it_was_when_no_process_can_be_started_to_continue_it(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    run = jobs.submit(SETTINGS).run
    with a_worker(jobs):
        pass
    finish(run)

    def launch(_: Path) -> None:
        raise StorageError("The training process cannot be started: no.")

    monkeypatch.setattr(jobs, "launch", launch)
    with pytest.raises(StorageError, match="cannot be started"):
        jobs.resume(run, more_steps=5)
    assert run.status.state == "finished"
    assert jobs.queue() == []


def test_a_run_of_a_newer_version_is_left_to_that_version(jobs: Jobs):
    newer = jobs.submit(SETTINGS).run
    identity = newer.identity.model_copy(update={"hyperparameters": {"memory": "long"}})
    newer.save_identity(identity)
    ours = jobs.submit(with_changes(SETTINGS, seed=1)).run
    with a_worker(jobs):
        assert jobs.claim() == ours
        assert jobs.claim() is None
        assert jobs.others_wait()
    assert newer.status.state == "queued"


def test_what_cannot_fit_is_refused_before_anything_is_queued(jobs: Jobs, launches: Launches):
    huge = hyperparameters({"units": [1024] * 16, "batch_size": 4096, "steps": 1_000_000})
    with pytest.raises(NotEnoughMemory, match=r"needs about [\d.]+ GB of memory.* `batch_size` \(4096\)"):
        jobs.submit(huge)
    assert jobs.store.list() == []
    assert launches == []


def test_nothing_is_started_when_nothing_waits(jobs: Jobs, launches: Launches):
    jobs.refresh()
    assert not jobs.worker_alive()
    finish(jobs.submit(SETTINGS).run)
    jobs.refresh()
    assert len(launches) == 1


def test_looking_makes_no_folder(tmp_path: Path, launches: Launches):
    jobs = Jobs(RunStore(tmp_path / "none"), launches)
    assert jobs.active() is None
    assert jobs.queue() == []
    assert not jobs.worker_alive()
    assert not (tmp_path / "none").exists()


def test_many_lookers_never_take_each_other_for_a_process(jobs: Jobs):
    jobs.warm_up()
    seen: list[bool] = []

    def look() -> None:
        own = Jobs(RunStore(jobs.store.root), Launches())
        seen.extend(own.worker_alive() for _ in range(15))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 60
    assert not any(seen)


def test_a_process_that_cannot_be_started_leaves_nothing_waiting(tmp_path: Path):
    def launch(_: Path) -> None:
        raise StorageError("The training process cannot be started: no.")

    jobs = Jobs(RunStore(tmp_path), launch)
    with pytest.raises(StorageError, match="cannot be started"):
        jobs.submit(SETTINGS)
    assert jobs.queue() == []
    assert jobs.store.list() == []


def test_starting_says_when_there_is_no_memory_or_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(StorageError, match="training process cannot be started"):
        spawn(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, launches: Launches):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        Jobs(RunStore(tmp_path / "file"), launches).submit(SETTINGS)
    assert launches == []


def test_a_run_is_told_what_it_waits_for(jobs: Jobs):
    first, second = (jobs.submit(with_changes(SETTINGS, seed=seed)).run for seed in (1, 2))
    jobs.announce("loading TensorFlow")
    assert (first.status.detail, second.status.detail) == ("loading TensorFlow", "")
    assert first.status.state == "queued"


def test_the_last_step_is_that_of_the_last_event(jobs: Jobs):
    run = jobs.submit(SETTINGS).run
    assert last_step(run) == 0
    train_until(run, 12)
    assert last_step(run) == 12


def test_first_weights_of_another_shape_or_none_are_refused_before_anything_is_queued(
    jobs: Jobs, launches: Launches
):
    fingerprint = first_weights.save(np.zeros((8 + 8, 4 * 8), np.float32), jobs.store.root)
    fitting = with_changes(SETTINGS, initializer="csv", initial_kernel=fingerprint)
    with pytest.raises(InvalidValue, match=r"of shape \(17, 36\).*; got \(16, 32\)"):
        jobs.submit(with_changes(fitting, units=(9,)))
    with pytest.raises(WeightsError, match="not on this machine"):
        jobs.submit(with_changes(fitting, initial_kernel="0" * 64))
    assert not jobs.store.list()
    assert not launches
    assert jobs.submit(fitting).run.hyperparameters == fitting
