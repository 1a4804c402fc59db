"""The cores of the CPU that a training process keeps to while others train beside it.

Each process has a group of its own: eight short trainings of the preset ``digits`` by two processes on two
cores took 15 s when each kept to its core, and 17 s when both moved about.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

import threadpoolctl

from lstm_core.reading.cores import cores

_THREADS = Path("/proc/self/task")


def _those_it_may_use() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


_ALL = _those_it_may_use()
"""Of this process, before it kept to any."""

_COUNT = cores()


def all_cores() -> int:
    """How many cores this process may use when it trains alone."""
    return _COUNT


def group(number: int, workers: int, every: Iterable[int]) -> list[int]:
    """The cores of one of several training processes.

    Args:
        number: of the process, from 1; further ones than ``workers`` share the groups.
        workers: how many there are.
        every: core there is, ascending.
    """
    every = list(every)
    at = (number - 1) % workers
    first = at * len(every) // workers
    return every[first : max(first + 1, (at + 1) * len(every) // workers)]


def keep_to_group(number: int, workers: int) -> None:
    """Keep every thread of this process to its group, where the system knows of such a thing."""
    if _ALL:
        own = group(number, workers, _ALL)
        _keep_to(own)
        # Threads of a BLAS that was made for all cores wait for each other on fewer.
        threadpoolctl.threadpool_limits(len(own))


def use_all() -> None:
    """Let every thread of this process use all cores again."""
    if _ALL:
        _keep_to(_ALL)
        threadpoolctl.threadpool_limits(_COUNT)


def _keep_to(chosen: list[int]) -> None:
    try:
        threads = [int(thread.name) for thread in _THREADS.iterdir()]
    except OSError:
        threads = [0]  # the one that asks, and those that it starts
    for thread in threads:
        with contextlib.suppress(OSError):  # it ended meanwhile, or the container forbids it
            os.sched_setaffinity(thread, chosen)
