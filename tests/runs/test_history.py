"""The story told from events."""

from __future__ import annotations

import pytest

from lstm_core.runs.events import (
    Batch,
    Evaluation,
    Failed,
    Finished,
    Paused,
    Resumed,
    Snapshot,
    Started,
    Stopped,
    TrainingEvent,
    Tweaked,
)
from lstm_core.runs.history import SPEED_WINDOW, History


def batch(step: int, speed: float = 10.0) -> Batch:
    return Batch(step=step, time=step, loss=2.0, accuracy=0.5, learning_rate=0.1, steps_per_second=speed)


def evaluation(step: int) -> Evaluation:
    return Evaluation(step=step, time=step, loss=1.0, accuracy=0.6)


def told(*events: TrainingEvent) -> History:
    history = History()
    history.add(events)
    return history


def test_events_become_curves_progress_and_result():
    history = told(
        Started(step=0, time=0, steps=100, device="CPU"),
        batch(1, speed=0),
        batch(50),
        evaluation(50),
        Snapshot(step=50, time=50),
    )
    assert (history.step, history.steps, history.device, history.test_accuracy) == (50, 100, "CPU", None)
    assert [event.step for event in history.batches] == [1, 50]
    assert [event.step for event in history.evaluations] == [50]
    assert history.snapshots == [50]
    assert history.seconds_left == pytest.approx(5.0)
    history.add([Finished(step=100, time=9, accuracy=0.9)])
    assert (history.step, history.test_accuracy) == (100, 0.9)


def test_taking_events_piecewise_is_the_same_as_at_once():
    events: list[TrainingEvent] = [
        Started(step=0, time=0, steps=9, device="d"),
        batch(1),
        evaluation(2),
        Paused(step=2, time=2),
    ]
    piecewise = History()
    for event in events:
        piecewise.add([event])
    assert piecewise == told(*events)


def test_marks_say_what_a_person_did():
    history = told(
        Started(step=0, time=0, steps=100, device="d"),
        Tweaked(step=3, time=0, field="learning_rate", before=0.001, after=0.0005),
        Paused(step=4, time=0),
        Resumed(step=4, time=0),
        Tweaked(step=5, time=0, field="steps", before=100, after=150),
        Stopped(step=6, time=0, accuracy=0.5),
    )
    assert [(mark.step, mark.text) for mark in history.marks] == [
        (3, "learning rate 0.001 → 0.0005"),
        (4, "paused"),
        (4, "resumed"),
        (5, "steps 100 → 150"),
    ]
    assert history.steps == 150
    assert history.test_accuracy == 0.5


def test_going_on_from_a_checkpoint_forgets_what_came_after_it():
    history = told(
        Started(step=0, time=0, steps=100, device="d"),
        batch(10),
        evaluation(10),
        Snapshot(step=10, time=0),
        batch(20),
        evaluation(20),
        Snapshot(step=20, time=0),
        Paused(step=20, time=0),
        Started(step=10, time=0, steps=100, device="d"),
    )
    assert history.step == 10
    assert [event.step for event in history.batches] == [10]
    assert [event.step for event in history.evaluations] == [10]
    assert history.snapshots == [10]
    assert [mark.text for mark in history.marks] == ["continued"]


def test_going_on_after_the_end_forgets_the_old_result():
    history = told(
        Started(step=0, time=0, steps=10, device="d"),
        Finished(step=10, time=0, accuracy=0.5),
        Started(step=10, time=0, steps=20, device="d"),
    )
    assert history.test_accuracy is None
    assert history.steps == 20


def test_speed_is_the_mean_of_the_last_reports_and_unknown_before():
    history = told(Started(step=0, time=0, steps=1000, device="d"), batch(1, speed=0))
    assert history.steps_per_second == 0
    assert history.seconds_left is None
    history.add(batch(n, speed=1.0) for n in range(2, 10))
    history.add(batch(n, speed=4.0) for n in range(10, 10 + SPEED_WINDOW))
    assert history.steps_per_second == pytest.approx(4.0)


def test_time_left_is_never_negative():
    history = told(Started(step=0, time=0, steps=100, device="d"), batch(50))
    history.add([Tweaked(step=50, time=0, field="steps", before=100, after=20)])
    assert history.seconds_left == 0


def test_a_failure_leaves_the_curves():
    history = told(
        Started(step=0, time=0, steps=9, device="d"), batch(1), Failed(step=1, time=0, message="x")
    )
    assert len(history.batches) == 1


def test_a_training_that_had_to_start_over_says_so():
    started = Started(step=0, time=0, steps=9, device="d")
    assert told(started, started).marks == []
    history = told(started, batch(5), started)
    assert [(mark.step, mark.text) for mark in history.marks] == [(0, "started over")]
    assert history.batches == []
