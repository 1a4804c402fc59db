"""Ends the training process when it hangs, so that a run does not wait for ever and the queue goes on.

When memory runs out inside a numerical library, its threads can end up waiting for each other: no error is
raised, no wish is obeyed, and no other run is trained. A thread looks once a second. Only when, for
`TICKS` looks in a row, no step was taken, the process used no processor, and no thread of it could run or
waited for a disk, it is taken for stuck. Looks are counted and not seconds, so a process that was suspended,
or that others leave no time, is never taken for one.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lstm_core.runs.worker_end import STUCK

TICKS = 40
TICK_SECONDS = 1.0
IDLE_SHARE = 0.01
"""Of one core: a process that uses less does nothing."""

TELLING_SECONDS = 5.0
"""How long it may take to tell what happened; where memory ran out even that can hang."""

SPARE = 16_000_000
"""Bytes that are let go before it is told."""

_THREADS = Path("/proc/self/task")
_COMES_BACK = {"R", "D"}
"""Linux' letters for a thread that runs or could, and one that waits for a disk."""

log = logging.getLogger("lstm_core.training.watchdog")


class Watchdog:
    """Watches what happens inside `watching`, once `start` was called.

    Args:
        ticks: looks in a row without any progress after which the process is ended.
        tick_seconds: between two looks.
    """

    def __init__(self, ticks: int = TICKS, tick_seconds: float = TICK_SECONDS) -> None:
        self.ticks = ticks
        self.tick_seconds = tick_seconds
        self._marks = 0
        self._on_stuck: list[Callable[[], object]] = []
        self._watched = 0
        self._spare = bytearray()
        self._ending, self._told = threading.Event(), threading.Event()

    def start(self) -> None:
        """Look from now on, in a thread of its own; another waits to tell what happened.

        Where memory has run out no thread can be started any more, and nothing be told without some to spare.
        """
        self._spare = bytearray(SPARE)
        threading.Thread(target=self._tell, name="last words", daemon=True).start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def mark(self) -> None:
        """Something was done: a step, a batch that was read, a stage that was reached."""
        self._marks += 1

    @contextlib.contextmanager
    def watching(self, on_stuck: Callable[[], object] = lambda: None) -> Iterator[None]:
        """What the block does has to make progress.

        Args:
            on_stuck: called in a thread of its own before the process is ended, for a few seconds at most.
        """
        self._on_stuck.append(on_stuck)
        self._watched += 1
        self.mark()
        try:
            yield
        finally:
            self._watched -= 1
            self._on_stuck.pop()

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """The block may wait as long as it likes, such as for a person or for a download."""
        watched, self._watched = self._watched, 0
        try:
            yield
        finally:
            self._watched = watched
            self.mark()

    def _watch(self) -> None:
        still = 0
        marks, used = self._marks, _processor_seconds()
        while True:
            time.sleep(self.tick_seconds)
            before, marks = (marks, used), self._marks
            used = _processor_seconds()
            idle = used - before[1] < IDLE_SHARE * self.tick_seconds
            if not self._watched or marks != before[0] or not idle or _some_thread_goes_on():
                still = 0
                continue
            still += 1
            if still >= self.ticks:
                self._end()

    def _end(self) -> None:
        """Say what happened, as far as that is still possible, and leave."""
        self._spare = bytearray()
        self._ending.set()
        self._told.wait(TELLING_SECONDS)
        with contextlib.suppress(Exception):
            faulthandler.dump_traceback(sys.__stderr__ or 2, all_threads=True)
        os._exit(STUCK)

    def _tell(self) -> None:
        self._ending.wait()
        for act in reversed(self._on_stuck):
            with contextlib.suppress(Exception):
                act()
        log.critical(
            "No progress in %d s, and no thread that could make any: this process is ended. "
            "Where each of its threads waits:",
            round(self.ticks * self.tick_seconds),
        )
        self._told.set()


def _processor_seconds() -> float:
    """Of all threads of this process but the one that asks."""
    return time.process_time() - time.thread_time()


def _some_thread_goes_on() -> bool:
    """Whether a thread other than this one runs, could run, or waits for a disk; False where nobody knows."""
    mine = str(threading.get_native_id())
    try:
        for thread in _THREADS.iterdir():
            if thread.name != mine and _state(thread) in _COMES_BACK:
                return True
    except OSError:
        pass
    return False


def _state(thread: Path) -> str:
    try:
        # The name of a thread, in parentheses, can hold anything.
        return (thread / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):  # it ended meanwhile
        return ""
