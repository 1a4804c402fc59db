"""A run whose training process is gone: how far it came, and how that process ended where it is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lstm_core.errors import StorageError
from lstm_core.runs import worker_end
from lstm_core.runs.run import Run
from lstm_core.runs.status import Status


def record_end(run: Run, status: Status, root: Path, clock: Callable[[], float]) -> None:
    """Say of ``run`` that its process is gone: interrupted, or failed where that was the process's own fault.

    Args:
        run: that was being trained.
        status: of the run.
        root: of the runs.
        clock: seconds since the epoch.

    Raises:
        RunMissing, StorageError: it cannot be written.
    """
    end = _end_since(root, status.since, status.worker)
    step = last_step(run) or status.step
    if end and end.by_itself:
        log = worker_end.end_of_log(root, status.worker)
        message = f"The training process {end.words} at step {step}. {end.advice}"
        message += f" The end of its log:\n\n{log}" if log else ""
        run.fail(message, clock(), step)
        return
    detail = f"interrupted at step {step}"
    update = {"state": "interrupted", "since": clock(), "step": step, "detail": detail}
    run.set_status(status.model_copy(update=update))


def last_step(run: Run) -> int:
    """The last step its events tell of; 0 when they tell of none or cannot be read."""
    try:
        events, _ = run.events()
    except StorageError:
        return 0
    return events[-1].step if events else 0


def _end_since(root: Path, since: float, number: int) -> worker_end.WorkerEnd | None:
    """How the process ended that trained; whoever waits for it writes that a moment after its end."""
    for pause in (0.0, 0.1, 0.2):
        time.sleep(pause)
        if (end := worker_end.last_end(root, number)) and end.time >= since:
            return end
    return None
