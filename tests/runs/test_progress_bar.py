"""Following a run, and Ctrl-C while it is followed."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from lstm_core.runs.jobs import Jobs
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from tests.runs.conftest import SETTINGS


def press_ctrl_c(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def jobs(store: RunStore) -> Jobs:
    return Jobs(store, launch=lambda root: None)


@pytest.fixture
def training(jobs: Jobs) -> Run:
    run = jobs.submit(SETTINGS).run
    run.set_status(run.status.model_copy(update={"state": "running"}))
    return run


def test_ctrl_c_once_stops_a_run_and_waits_for_its_end(
    jobs: Jobs, training: Run, capsys: pytest.CaptureFixture[str]
):
    def end(run: Run) -> None:
        assert run.control.stop
        run.set_status(run.status.model_copy(update={"state": "stopped"}))

    with Interrupts() as interrupts:
        press_ctrl_c()
        cancel = jobs.cancel
        jobs.cancel = lambda run: (cancel(run), end(run))[0]  # type: ignore[method-assign]
        follow(jobs, training, interrupts)
    assert "what was learnt is kept" in capsys.readouterr().err


def test_ctrl_c_twice_waits_for_nothing_once_the_wish_is_written(jobs: Jobs, training: Run):
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:  # noqa: PT012
        press_ctrl_c(2)
        assert interrupts.count == 2
        follow(jobs, training, interrupts)
    assert training.control.stop


def test_ctrl_c_before_a_run_is_followed_is_not_lost(jobs: Jobs):
    with Interrupts() as interrupts:
        press_ctrl_c()
        run = jobs.submit(SETTINGS).run
        follow(jobs, run, interrupts)
    assert run.status.state == "stopped"


def test_afterwards_ctrl_c_does_what_it_did():
    before = signal.getsignal(signal.SIGINT)
    interrupts = Interrupts()
    with interrupts, interrupts:
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_and_with_a_handler_of_its_own_nothing_is_changed():
    seen = []

    def elsewhere() -> None:
        with Interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
