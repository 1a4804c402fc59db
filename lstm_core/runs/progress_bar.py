"""A run in a terminal: its progress as a bar on standard error until it ends."""

from __future__ import annotations

import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Self

from tqdm import tqdm

from lstm_core.runs.history import History
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE

POLL_SECONDS = 0.2

_BAR = "{desc}{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


class Interrupts:
    """Counts Ctrl-C while it is entered, instead of breaking off whatever is being done at that moment.

    A wish to stop is written with several locks and files; broken off in the middle, the training would go on
    with nobody to follow it. Outside the main thread, and where the program handles Ctrl-C itself, nothing is
    counted and Ctrl-C does what it did.
    """

    def __init__(self) -> None:
        self.count = 0
        self._entered = 0

    def __enter__(self) -> Self:
        if not self._entered and _ctrl_c_raises():
            signal.signal(signal.SIGINT, self._another)
            self._entered = 1
        elif self._entered:
            self._entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._entered == 1:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._entered = max(0, self._entered - 1)

    def _another(self, number: int, frame: FrameType | None) -> None:
        self.count += 1


def _ctrl_c_raises() -> bool:
    in_main_thread = threading.current_thread() is threading.main_thread()
    return in_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def follow(jobs: Jobs, run: Run, interrupts: Interrupts | None = None) -> None:
    """Show progress until the run ends; Ctrl-C stops it and keeps what was learnt.

    Args:
        jobs: the queue that ``run`` stands in.
        run: what to follow.
        interrupts: entered before the run was submitted, so that no Ctrl-C between is lost.

    Raises:
        RunDamaged, StorageError: its folder cannot be read.
        KeyboardInterrupt: Ctrl-C came again, after the wish to stop was written: nothing is waited for.
    """
    if run.status.state not in WAITING_OR_ACTIVE:
        return
    history, offset = History(), 0
    stopping = False
    with (
        interrupts or Interrupts() as interrupts,
        tqdm(unit="step", file=sys.stderr, dynamic_ncols=True, bar_format=_BAR) as bar,
    ):
        while True:
            try:
                if interrupts.count and not stopping:
                    jobs.cancel(run)
                    stopping = True
                    bar.write("Stopping; what was learnt is kept.", file=sys.stderr)
                if interrupts.count > 1:
                    bar.write(
                        "Not waiting any longer: the training will stop in the background.", file=sys.stderr
                    )
                    raise _NotWaitedFor
                jobs.refresh()
                events, offset = run.events(offset)
                history.add(events)
                status = run.status
                bar.total = history.steps or None
                bar.n = history.step
                bar.set_description(status.detail or status.state, refresh=False)
                if history.evaluations:
                    bar.set_postfix(validation=f"{history.evaluations[-1].accuracy:.4f}", refresh=False)
                bar.refresh()
                if status.state not in WAITING_OR_ACTIVE:
                    return
                time.sleep(POLL_SECONDS)
            except _NotWaitedFor:
                raise
            except KeyboardInterrupt:  # where Ctrl-C is not counted
                interrupts.count += 1


class _NotWaitedFor(KeyboardInterrupt):
    """Ctrl-C came again while the training was being stopped."""
