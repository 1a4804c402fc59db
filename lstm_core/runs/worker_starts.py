"""When another training process is started, and when no more are, because those before could not train.

One is started at a time, and the next when it is ready, so the first training is not kept waiting by
libraries that others load, and what is wrong with the machine is found out by one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import psutil

from lstm_core.errors import StorageError
from lstm_core.files import write_text
from lstm_core.runs import worker_end
from lstm_core.runs.worker_files import numbers

START_SECONDS = 20.0
"""How long a process that was started may take until it holds its lock, before another is started."""

LONGEST_START_SECONDS = 300.0
"""The same while it is known to live, as on a machine where many compute."""

MOST_STARTS = 3
"""Training processes in a row that may end before they were ready; then no more are started unasked."""


class StartedInVain(Exception):
    """`MOST_STARTS` processes in a row ended before they could train; the text says so to people."""


class WorkerStarts:
    """The latest start for ``root``, in a file that all processes share. Called with the queue's lock held.

    Args:
        root: of the runs.
        launch: starts a training process.
        clock: seconds since the epoch.
        numbers: of the training processes that are started so; by default all.
        name: of the file.
        library: which they cannot do without, for the message when they end in vain.
    """

    def __init__(
        self,
        root: Path,
        launch: Callable[[Path], object],
        clock: Callable[[], float],
        numbers: Callable[[Path], list[int]] = numbers,
        name: str = "worker.starting",
        library: str = "TensorFlow",
    ) -> None:
        self.root = root
        self.launch = launch
        self.clock = clock
        self.library = library
        self._numbers = numbers
        self._marker = root / name
        """Holds when the latest process was started, or 0.0 when it has its lock; how many were started since
        the last that became ready; and its number at the system, or 0. Absent when it is ready."""

    def start(self, *, asked: bool = False) -> None:
        """Start a process, unless one is on its way.

        Args:
            asked: a person asked for a training just now, which is worth new starts.

        Raises:
            StartedInVain: those before ended without having been ready.
            StorageError: it cannot be started.
        """
        since, starts, pid = self._latest()
        if starts and self._on_its_way(since, pid):
            return
        if asked and starts >= MOST_STARTS:
            starts = 0
        if starts >= MOST_STARTS:
            raise StartedInVain(self._why())
        now = self.clock()
        write_text(self._marker, f"{now!r} {starts + 1} 0")
        try:
            process = self.launch(self.root)
            if pid := getattr(process, "pid", 0):
                write_text(self._marker, f"{now!r} {starts + 1} {pid}")
        except StorageError:
            self._marker.unlink(missing_ok=True)
            raise

    def arrived(self) -> None:
        """For the training process, once it holds its lock: nobody needs to wait for it."""
        with contextlib.suppress(StorageError):
            _, starts, _ = self._latest()
            write_text(self._marker, f"0.0 {starts} {os.getpid()}")

    def ready(self) -> None:
        """For the training process, once it can train: it was not started in vain."""
        with contextlib.suppress(OSError):
            self._marker.unlink(missing_ok=True)

    def one_loads(self) -> bool:
        """Whether a process that lives has its lock and is not ready yet."""
        since, _, pid = self._latest()
        return since == 0.0 and _lives(pid)

    def _latest(self) -> tuple[float, int, int]:
        try:
            since, starts, pid = self._marker.read_text().split()
            return float(since), int(starts), int(pid)
        except (OSError, ValueError):
            return 0.0, 0, 0

    def _on_its_way(self, since: float, pid: int) -> bool:
        for number in self._numbers(self.root):
            end = worker_end.last_end(self.root, number)
            # The end of the one before may be told only now.
            if end and end.time >= since and pid in (0, end.pid):
                return False
        patience = LONGEST_START_SECONDS if pid and _lives(pid) else START_SECONDS
        return abs(self.clock() - since) < patience

    def _why(self) -> str:
        ends = [
            (end.time, number, end)
            for number in self._numbers(self.root)
            if (end := worker_end.last_end(self.root, number))
        ]
        _, number, end = max(ends, default=(0.0, 1, None))
        how = f"; the last one {end.words}" if end else ""
        log = worker_end.end_of_log(self.root, number)
        said = f" The end of its log:\n\n{log}\n\n" if log else " It left nothing in its log. "
        return (
            f"The training process ended {MOST_STARTS} times before training could start{how}.{said}Run "
            f"`python -c 'import {self.library.lower()}'` to see whether {self.library} works here. If it "
            "does not, reinstall it, then press Train again."
        )


def _lives(pid: int) -> bool:
    try:
        return bool(pid and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, OSError):
        return False
