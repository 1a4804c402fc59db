"""The training processes that the server of these tests started."""

from __future__ import annotations

from pathlib import Path

import psutil

from lstm_core.runs.jobs import Jobs
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore


def workers() -> list[psutil.Process]:
    """Those that live, found among this process's descendants."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "lstm_core.training.worker" in process.cmdline():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def stop_trainings() -> None:
    """Stop those under way and those that wait; a process that is killed would leave a note on Train."""
    for root in {process.cmdline()[-2] for process in workers()}:
        jobs = Jobs(RunStore(Path(root)))
        for _, run in jobs.store.in_state(*WAITING_OR_ACTIVE):
            jobs.cancel(run)


def end_workers() -> None:
    """They stay ready for one test after the other, and would for minutes after the last."""
    processes = workers()
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=60)
