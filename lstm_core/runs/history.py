"""The story of a run, told from its events: curves, marks, progress and time left."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

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

SPEED_WINDOW = 8
"""Reports over which steps per second are averaged."""


@dataclass(frozen=True)
class Mark:
    """Something a person did at ``step``."""

    step: int
    text: str


@dataclass
class History:
    """What the events tell so far; `add` takes more, so a long log is read only once.

    Attributes:
        batches: reports of training loss and accuracy, by step.
        evaluations: validation results, by step.
        marks: tweaks and pauses, by step.
        tweaks: the settings that a person changed, by step.
        step: optimiser steps taken.
        steps: of the whole training, as last wanted.
        test_accuracy: once it ended.
        device: its name.
    """

    batches: list[Batch] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    tweaks: list[Tweaked] = field(default_factory=list)
    snapshots: list[int] = field(default_factory=list)
    step: int = 0
    steps: int = 0
    test_accuracy: float | None = None
    device: str = ""

    def add(self, events: Iterable[TrainingEvent]) -> None:
        """Take in events, in their order."""
        for event in events:
            self.step = event.step
            match event:
                case Started():
                    again = bool(self.batches)
                    self._go_back(event.step)
                    self.steps, self.device, self.test_accuracy = event.steps, event.device, None
                    if again or event.step:
                        self.marks.append(Mark(event.step, "continued" if event.step else "started over"))
                case Batch():
                    self.batches.append(event)
                case Evaluation():
                    self.evaluations.append(event)
                case Snapshot():
                    self.snapshots.append(event.step)
                case Tweaked():
                    self.tweaks.append(event)
                    name = event.field.replace("_", " ")
                    self.marks.append(Mark(event.step, f"{name} {event.before:g} → {event.after:g}"))
                    if event.field == "steps":
                        self.steps = int(event.after)
                case Paused():
                    self.marks.append(Mark(event.step, "paused"))
                case Resumed():
                    self.marks.append(Mark(event.step, "resumed"))
                case Finished() | Stopped():
                    self.test_accuracy = event.accuracy
                case Failed():
                    pass

    def _go_back(self, step: int) -> None:
        """Forget what came after ``step``: training goes on from a checkpoint there."""
        self.batches = [e for e in self.batches if e.step <= step]
        self.evaluations = [e for e in self.evaluations if e.step <= step]
        self.snapshots = [s for s in self.snapshots if s <= step]
        self.marks = [m for m in self.marks if m.step <= step]
        self.tweaks = [t for t in self.tweaks if t.step <= step]

    @property
    def steps_per_second(self) -> float:
        """Mean over the last reports; 0 before there is one."""
        recent = [e.steps_per_second for e in self.batches[-SPEED_WINDOW:] if e.steps_per_second]
        return statistics.harmonic_mean(recent) if recent else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated, or ``None`` before a speed is known."""
        speed = self.steps_per_second
        return max(0, self.steps - self.step) / speed if speed else None
