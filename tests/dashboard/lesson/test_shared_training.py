"""One training for all visitors, bounded whoever and however many they are."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from dashboard.lesson import shared_training
from dashboard.lesson.shared_training import SLICE_SECONDS, SharedTraining, Turns
from lstm_core.lesson.waves import WaveNetwork, WaveTraining


class Clock:
    """Goes on by ``tick`` at every look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now, self.tick = 100.0, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def small(turns: Turns) -> SharedTraining:
    return SharedTraining(WaveTraining((3,)), turns)


def test_all_trainings_together_take_no_more_than_their_share() -> None:
    clock = Clock()
    turns = Turns(clock)
    trained = 0.0
    for _ in range(10_000):  # many visitors who ask all the time
        with turns.turn() as mine:
            if mine:
                clock.now += 0.1
                trained += 0.1
        clock.now += 0.001
    share = trained / (clock.now - 100)
    assert share == pytest.approx(shared_training.SHARE, rel=0.05)


def test_nobody_waits_while_another_trains() -> None:
    turns = Turns()
    said = []

    def ask() -> None:
        with turns.turn() as mine:
            said.append(mine)

    with turns.turn() as mine:
        assert mine
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    assert said == [False]


def test_who_is_refused_sees_what_they_saw() -> None:
    clock = Clock()
    training = small(Turns(clock))
    clock.tick = SLICE_SECONDS
    seen = training.after(training.first, 100)
    assert seen.step > 0
    assert training.after(seen, 100) is seen


def test_a_slice_ends_in_time_and_at_the_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_training, "SHARE", 1.0)
    hurried = small(Turns(Clock(SLICE_SECONDS / 3)))
    assert 0 < hurried.after(hurried.first, 100).step < 5
    training = small(Turns(Clock()))
    assert training.after(training.first, 7).step == 7
    assert training.after(training.after(training.first, 7), 7).step == 7


def test_who_comes_later_sees_the_same_steps_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_training, "SHARE", 1.0)
    monkeypatch.setattr(shared_training, "STEPS_BETWEEN", 4)
    training = small(Turns(Clock()))
    seen = watched(training, 12)
    assert [network.step for network in seen] == [4, 8, 12]
    assert watched(training, 12) == seen  # the very same, so nothing was trained
    alone = WaveTraining((3,))
    alone.advance(8)
    np.testing.assert_array_equal(seen[1].head_kernel, alone.network().head_kernel)
    assert training.losses(8) == alone.losses


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_training, "SHARE", 1.0)
    monkeypatch.setattr(shared_training, "STEPS_BETWEEN", 1)
    monkeypatch.setattr(shared_training, "MOST_KEPT", 8 * WaveTraining((3,)).network().parameters)
    training = small(Turns(Clock()))
    assert watched(training, 50)[-1].step == 50
    again = [network.step for network in watched(training, 50)]
    assert len(again) <= 8
    assert again[-1] == 50
    assert np.diff(again).max() <= 16


def test_many_threads_train_one_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_training, "SHARE", 1.0)
    training = small(Turns())
    ends: list[WaveNetwork] = []
    threads = [threading.Thread(target=lambda: ends.append(watched(training, 60)[-1])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = WaveTraining((3,))
    alone.advance(60)
    assert len(ends) == 8
    for end in ends:
        np.testing.assert_array_equal(end.head_kernel, alone.network().head_kernel)


def watched(training: SharedTraining, goal: int) -> list[WaveNetwork]:
    """What a visitor sees who looks until step ``goal``."""
    seen = [training.first]
    while seen[-1].step < goal:
        if (network := training.after(seen[-1], goal)) is not seen[-1]:
            seen.append(network)
    return seen[1:]
