from __future__ import annotations

import math

import pytest

from lstm_core.comparison.curves import curves_of, smoothed
from lstm_core.errors import InvalidValue
from lstm_core.runs.events import Batch, Evaluation, Paused, Resumed, Started, TrainingEvent, Tweaked
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS

SMALL_BATCHES = with_changes(SETTINGS, batch_size=10)


def started(step: int, time: float) -> TrainingEvent:
    return Started(step=step, time=time, steps=40, device="A processor")


def batch(step: int, time: float, loss: float = 1.0) -> TrainingEvent:
    return Batch(step=step, time=time, loss=loss, accuracy=0.5, learning_rate=0.1, steps_per_second=1)


def test_points_stand_over_steps_images_and_seconds() -> None:
    events = [started(0, 100), batch(5, 101), Evaluation(step=5, time=102, loss=0.7, accuracy=0.8)]
    found = curves_of(events, SMALL_BATCHES)
    training, validation = found.training, found.validation
    assert (training.over("steps"), training.over("images"), training.over("seconds")) == ([5], [50], [1.0])
    assert (validation.steps, validation.seconds) == ([5], [2.0])
    assert (validation.loss, validation.accuracy) == ([0.7], [0.8])


def test_images_follow_the_batch_size_as_it_is_changed() -> None:
    change = Tweaked(step=4, time=3, field="batch_size", before=10, after=100)
    found = curves_of([started(0, 0), batch(4, 2), change, batch(6, 5)], SMALL_BATCHES)
    assert found.training.images == [40, 40 + 2 * 100]


def test_what_was_changed_is_told_with_its_first_and_last_value_unless_that_is_void() -> None:
    events = [
        started(0, 0),
        Tweaked(step=4, time=3, field="learning_rate", before=0.01, after=0.02),
        Tweaked(step=6, time=4, field="learning_rate", before=0.02, after=0.003),
        Tweaked(step=6, time=4, field="steps", before=40, after=60),
        started(6, 5),
        Tweaked(step=8, time=6, field="dropout", before=0, after=0.5),
        started(7, 9),
    ]
    assert curves_of(events, SMALL_BATCHES).changes == {"learning_rate": (0.01, 0.003), "steps": (40, 60)}
    assert not curves_of(events[:1], SMALL_BATCHES).changes


def test_pauses_and_interruptions_are_no_seconds_of_training() -> None:
    events = [
        started(0, 1000),
        batch(1, 1002),
        Paused(step=1, time=1003),
        Resumed(step=1, time=2000),
        batch(2, 2001),
        started(2, 5000),
        batch(3, 5004),
    ]
    assert curves_of(events, SMALL_BATCHES).training.seconds == [2, 4, 8]


def test_what_came_after_the_checkpoint_is_void() -> None:
    change = Tweaked(step=3, time=3, field="batch_size", before=10, after=1000)
    events = [started(0, 0), batch(2, 2), change, batch(4, 4), started(2, 50), batch(4, 53, loss=0.1)]
    found = curves_of(events, SMALL_BATCHES).training
    assert (found.steps, found.loss, found.images, found.seconds) == ([2, 4], [1.0, 0.1], [20, 40], [2, 5])


def test_a_clock_that_is_set_back_takes_no_time_away() -> None:
    assert curves_of([started(0, 100), batch(1, 90)], SMALL_BATCHES).training.seconds == [0]


def test_smoothing_is_a_moving_average_without_bias() -> None:
    assert smoothed([2.0, 2.0, 2.0], 0.9) == pytest.approx([2.0, 2.0, 2.0])
    # By hand, with weight 1/2: 1; (1/4 + 3/2) / (3/4).
    assert smoothed([1.0, 3.0], 0.5) == pytest.approx([1.0, 7 / 3])
    assert smoothed([1.0, 5.0], 0.0) == [1.0, 5.0]


def test_a_loss_that_diverged_stays_and_counts_for_nothing() -> None:
    made = smoothed([1.0, math.nan, 3.0], 0.5)
    assert math.isnan(made[1])
    assert made[::2] == pytest.approx([1.0, 7 / 3])
    with pytest.raises(InvalidValue, match="weight"):
        smoothed([], 1.0)
