"""The learning curves of a run over steps, over images seen and over seconds, from its events."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from lstm_core.errors import InvalidValue
from lstm_core.runs.events import Batch, Evaluation, Paused, Resumed, Started, TrainingEvent, Tweaked
from lstm_core.settings.hyperparameters import HyperParameters

Over = Literal["steps", "images", "seconds"]


@dataclass
class Curve:
    """Points in order of steps.

    Attributes:
        steps: optimiser steps taken.
        images: training images seen by then, each as often as it was seen.
        seconds: of training by then, without pauses and interruptions.
        loss: in nats; not-a-number or infinite where it diverged.
        accuracy: in [0, 1].
    """

    steps: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)

    def over(self, axis: Over) -> Sequence[float]:
        """The points' places on an axis."""
        axes: dict[Over, Sequence[float]] = {
            "steps": self.steps,
            "images": self.images,
            "seconds": self.seconds,
        }
        return axes[axis]

    def go_back(self, step: int) -> None:
        """Forget what came after ``step``."""
        kept = bisect.bisect_right(self.steps, step)
        for values in (self.steps, self.images, self.seconds, self.loss, self.accuracy):
            del values[kept:]


@dataclass(frozen=True)
class RunCurves:
    """The curves of one run.

    Attributes:
        training: means since the report before.
        validation: what each validation found.
        changes: the fields that a person changed while it trained, each with its first and its last value.
    """

    training: Curve
    validation: Curve
    changes: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def curves_of(events: Iterable[TrainingEvent], settings: HyperParameters) -> RunCurves:
    """The curves that ``events`` tell, in their order.

    Where a training went on from a checkpoint, what came after that is void, and its seconds go on from the
    last point before.

    Args:
        events: of one run.
        settings: it began with.
    """
    found = RunCurves(Curve(), Curve())
    tweaks: list[Tweaked] = []
    clock = _Clock()
    for event in events:
        match event:
            case Started():
                for curve in (found.training, found.validation):
                    curve.go_back(event.step)
                tweaks = [tweak for tweak in tweaks if tweak.step <= event.step]
                ends = [curve.seconds[-1] for curve in (found.training, found.validation) if curve.seconds]
                clock = _Clock(max(ends, default=0.0), event.time)
            case Paused():
                clock.stop(event.time)
            case Resumed():
                clock.start(event.time)
            case Tweaked():
                tweaks.append(event)
            case Batch() | Evaluation():
                curve = found.training if isinstance(event, Batch) else found.validation
                curve.steps.append(event.step)
                curve.images.append(_images(settings.batch_size, tweaks, event.step))
                curve.seconds.append(clock.at(event.time))
                curve.loss.append(event.loss)
                curve.accuracy.append(event.accuracy)
            case _:
                pass
    first: dict[str, float] = {}
    changes = {tweak.field: (first.setdefault(tweak.field, tweak.before), tweak.after) for tweak in tweaks}
    return replace(found, changes=changes)


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """An exponential moving average that starts without bias, as TensorBoard draws it.

    Args:
        values: those that are not finite are left as they are and count for nothing.
        weight: of what came before, in [0, 1); 0 changes nothing.

    Raises:
        InvalidValue: the weight is out of bounds.
    """
    if not 0 <= weight < 1:
        raise InvalidValue("weight", "in [0, 1)", weight)
    mean, counted, made = 0.0, 0, []
    for value in values:
        if not np.isfinite(value):
            made.append(value)
            continue
        mean, counted = weight * mean + (1 - weight) * value, counted + 1
        made.append(mean / (1 - weight**counted))
    return made


@dataclass
class _Clock:
    """Seconds of training: those before, and since when it runs, if it does."""

    before: float = 0.0
    since: float | None = None

    def at(self, time: float) -> float:
        return self.before + (max(0.0, time - self.since) if self.since is not None else 0.0)

    def stop(self, time: float) -> None:
        self.before, self.since = self.at(time), None

    def start(self, time: float) -> None:
        self.before, self.since = self.at(time), time


def _images(batch_size: int, tweaks: Iterable[Tweaked], step: int) -> int:
    """Images seen by ``step`` of a training that began with ``batch_size``."""
    sizes = [(tweak.step, int(tweak.after)) for tweak in tweaks if tweak.field == "batch_size"]
    batches = [(0, batch_size), *sizes]
    ends = [start for start, _ in batches[1:]] + [step]
    return sum(
        size * max(0, min(end, step) - start) for (start, size), end in zip(batches, ends, strict=True)
    )
