"""Two training processes, real ones, side by side: steered, killed and started again."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from typing import cast

import pytest

from lstm_core.runs.jobs import last_step
from lstm_core.runs.run import Run
from tests.networks import same_weights
from tests.training.real_workers import ENDLESS, SMALL, Workers, needs_keras


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROW_BY_ROW_WORKERS", "2")
        workers = Workers(tmp_path_factory.mktemp("runs"))
        yield workers
        workers.kill()


@pytest.fixture
def endless(two: Workers) -> Iterator[tuple[Run, Run]]:
    """Two runs that are trained side by side, and stopped with the test."""
    runs = (two.submit(**ENDLESS, seed=1), two.submit(**ENDLESS, seed=2))
    two.until(lambda: all(last_step(run) > 60 for run in runs))
    yield runs
    for run in runs:
        two.jobs.cancel(run)
        two.ended(run)


@needs_keras
@pytest.mark.slow
def test_two_runs_are_trained_at_the_same_time_and_each_is_steered(two: Workers, endless: tuple[Run, Run]):
    first, second = endless
    assert two.jobs.active_runs() == sorted(endless, key=lambda run: run.status.since)
    assert {run.status.worker for run in endless} == {1, 2}
    first.steer(paused=True)
    two.until(lambda: first.status.state == "paused")
    step = last_step(second)
    two.until(lambda: last_step(second) > step + 50)
    second.steer(learning_rate=0.02)
    two.until(lambda: second.status.tweaked)
    assert not first.status.tweaked
    waits = two.submit(**SMALL, seed=3)
    two.jobs.cancel(second)
    two.ended(waits)  # while the first is still paused
    assert (first.status.state, second.status.state, waits.status.state) == ("paused", "stopped", "finished")


@needs_keras
@pytest.mark.slow
def test_the_killed_one_of_two_is_replaced_and_its_run_goes_on(two: Workers, endless: tuple[Run, Run]):
    victim, other = endless
    number = str(victim.status.worker)
    living = [process for process in two.started if process.poll() is None]
    (process,) = [process for process in living if cast(Sequence[str], process.args)[-1] == number]
    process.send_signal(signal.SIGKILL)
    process.wait()
    two.until(lambda: victim.status.state == "interrupted")
    assert other.status.state == "running"
    step = last_step(other)
    reached = last_step(victim)
    victim.steer(steps=reached + 100)
    two.jobs.resume(victim)
    two.until(lambda: victim.status.state == "finished")
    assert victim.status.step == reached + 100
    assert last_step(other) > step


@needs_keras
@pytest.mark.slow
def test_what_is_learnt_does_not_depend_on_what_trains_beside_it(two: Workers):
    values = {**SMALL, "units": (24, 24), "batch_size": 64}
    runs = [two.submit(**values, seed=seed) for seed in range(4)]
    for run in runs:
        two.ended(run)
    learnt = [run.weights() for run in runs]
    two.jobs.store.delete(runs[1])
    alone = two.submit(**values, seed=1)
    two.ended(alone)
    assert [same_weights(alone.weights(), each) for each in learnt] == [False, True, False, False]
