"""How many steps and images went into the weights, as the events tell it."""

from __future__ import annotations

import pytest

pytest.importorskip("keras")

from lstm_core.runs.events import Evaluation, Finished, Started, TrainingEvent, Tweaked
from lstm_core.training.continuation import taken


def started(step: int) -> Started:
    return Started(step=step, time=0.0, steps=100, device="cpu")


def evaluated(step: int) -> Evaluation:
    return Evaluation(step=step, time=0.0, loss=1.0, accuracy=0.5)


def batches_of(size: int, step: int) -> Tweaked:
    return Tweaked(step=step, time=0.0, field="batch_size", before=0.0, after=float(size))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], (0, 0)),
        ([started(0)], (0, 0)),
        ([started(0), evaluated(10), Finished(step=12, time=0.0, accuracy=0.5)], (12, 12 * 16)),
        ([started(0), batches_of(32, 4), evaluated(10)], (10, 4 * 16 + 6 * 32)),
        ([started(0), evaluated(10), batches_of(32, 12)], (10, 10 * 16)),
        ([started(0), batches_of(32, 0), batches_of(8, 6), evaluated(10)], (10, 6 * 32 + 4 * 8)),
        ([started(0), batches_of(32, 8), started(4), evaluated(10)], (10, 10 * 16)),
    ],
)
def test_the_images_are_counted_with_every_size_of_batch(
    events: list[TrainingEvent], expected: tuple[int, int]
):
    assert taken(events, 16) == expected


def test_the_weights_kept_of_the_best_validation_are_those_of_its_step():
    better = Evaluation(step=8, time=0.0, loss=1.0, accuracy=0.9)
    events: list[TrainingEvent] = [
        started(0),
        evaluated(4),
        better,
        evaluated(12),
        Finished(step=12, time=0.0, accuracy=0.5),
    ]
    assert taken(events, 16, best=True) == (8, 8 * 16)
    assert taken(events[:-1], 16, best=True) == (12, 12 * 16)  # while it trains, the last are kept
    assert taken([*events[:3], started(4), evaluated(10), events[-1]], 16, best=True) == (4, 4 * 16)
