"""The cores a training process keeps to."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
import threadpoolctl

from lstm_core.training import own_cores
from lstm_core.training.own_cores import group, keep_to_group, use_all


@pytest.mark.parametrize(
    ("workers", "cores", "groups"),
    [
        (2, [0, 1], [[0], [1]]),
        (2, [0, 1, 2, 3, 4], [[0, 1], [2, 3, 4]]),
        (4, [3, 5, 8, 9, 10, 11, 12, 13], [[3, 5], [8, 9], [10, 11], [12, 13]]),
        (1, [0, 1], [[0, 1]]),
    ],
)
def test_every_process_has_cores_of_its_own(workers: int, cores: list[int], groups: list[list[int]]):
    assert [group(number, workers, cores) for number in range(1, workers + 1)] == groups


def test_more_processes_than_cores_share_them():
    assert [group(number, 4, [0, 1]) for number in (1, 2, 3, 4)] == [[0], [0], [1], [1]]
    assert group(3, 2, [0, 1]) == [0]


@pytest.fixture
def as_before() -> Iterator[set[int]]:
    before = os.sched_getaffinity(0)
    with threadpoolctl.threadpool_limits(1):  # and as many as before for the tests to come
        yield before
        use_all()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system knows no such thing")
def test_every_thread_keeps_to_the_group_until_all_are_used_again(as_before: set[int]):
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    keep_to_group(2, len(as_before))
    (own,) = group(2, len(as_before), sorted(as_before))
    assert thread.native_id is not None
    assert os.sched_getaffinity(thread.native_id) == os.sched_getaffinity(0) == {own}
    assert own_cores.all_cores() >= 1
    use_all()
    assert os.sched_getaffinity(thread.native_id) == as_before
    ended.set()
    thread.join()
