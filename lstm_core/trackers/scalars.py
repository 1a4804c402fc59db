"""The numbers that an event of a training tells, under the names that every tracker shows."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.runs.events import Batch, Evaluation, Finished, Stopped, TrainingEvent


@dataclass(frozen=True)
class Scalar:
    """One point of a curve.

    Attributes:
        name: of the curve, such as ``loss/validation``; what stands before the stroke is shown together.
        step: optimiser steps taken.
        time: seconds since the epoch.
        value: may be infinite or no number, as a loss that diverges is.
    """

    name: str
    step: int
    time: float
    value: float


def scalars(event: TrainingEvent) -> list[Scalar]:
    """Every number of ``event`` that belongs to a curve; accuracies are shares from 0 to 1."""
    match event:
        case Batch():
            found = {
                "loss/training": event.loss,
                "accuracy/training": event.accuracy,
                "learning_rate": event.learning_rate,
            }
            if event.steps_per_second:  # of 0 it is not known yet
                found["steps_per_second"] = event.steps_per_second
        case Evaluation():
            found = {"loss/validation": event.loss, "accuracy/validation": event.accuracy}
        case Finished() | Stopped():
            found = {"accuracy/test": event.accuracy}
        case _:
            found = {}
    return [Scalar(name, event.step, event.time, value) for name, value in found.items()]
