"""Numbers of events under the names that trackers show."""

from __future__ import annotations

from lstm_core.runs.events import Batch, Evaluation, Finished, Snapshot, Started
from lstm_core.trackers.scalars import Scalar, scalars


def test_a_report_of_the_training_tells_loss_accuracy_rate_and_speed():
    event = Batch(step=3, time=9.5, loss=2.5, accuracy=0.25, learning_rate=0.01, steps_per_second=40)
    assert scalars(event) == [
        Scalar("loss/training", 3, 9.5, 2.5),
        Scalar("accuracy/training", 3, 9.5, 0.25),
        Scalar("learning_rate", 3, 9.5, 0.01),
        Scalar("steps_per_second", 3, 9.5, 40),
    ]


def test_a_speed_that_is_not_known_yet_is_no_point_of_a_curve():
    event = Batch(step=1, time=0, loss=2.5, accuracy=0.25, learning_rate=0.01, steps_per_second=0)
    assert "steps_per_second" not in {scalar.name for scalar in scalars(event)}


def test_validation_and_test_have_curves_of_their_own():
    assert scalars(Evaluation(step=5, time=1, loss=0.5, accuracy=0.75)) == [
        Scalar("loss/validation", 5, 1, 0.5),
        Scalar("accuracy/validation", 5, 1, 0.75),
    ]
    assert scalars(Finished(step=9, time=2, accuracy=0.5)) == [Scalar("accuracy/test", 9, 2, 0.5)]


def test_what_is_no_number_has_no_point():
    assert scalars(Started(step=0, time=0, steps=9, device="d")) == []
    assert scalars(Snapshot(step=4, time=0)) == []
