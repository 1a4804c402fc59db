"""How fast earlier runs trained, for the estimate of the next."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import replace

from lstm_core.errors import InvalidValue, StorageError
from lstm_core.runs.events import (
    Batch,
    Evaluation,
    Finished,
    Paused,
    Started,
    Stopped,
    TrainingEvent,
    Tweaked,
)
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, Status
from lstm_core.runs.store import RunStore
from lstm_core.runs.waiting_line import WaitingLine
from lstm_core.settings.devices import Device
from lstm_core.settings.estimate import Measurement
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.lanes import is_small

MOST_MEASUREMENTS = 8
FEWEST_STEPS = 10
"""Over fewer steps a speed says little."""


def measurements(store: RunStore, device: Device, most: int = MOST_MEASUREMENTS) -> list[Measurement]:
    """The newest runs that ended on ``device``, by its title, with the time they took.

    Runs whose batch size was changed while they trained are left out, and so are those too short to tell.
    """
    found: list[Measurement] = []
    summaries = store.summaries()
    spans = [] if device.is_gpu else [_span(one.parts[1]) for one in summaries if not one.problem]
    for summary in summaries:
        if len(found) == most:
            break
        if summary.problem:
            continue
        identity, status, settings = summary.parts
        ended = status.state in ("finished", "stopped", "interrupted")
        if ended and status.device == device.title:
            run = Run(store.folder / summary.id)
            if measured := _measured(run, identity.name, settings, status):
                found.append(replace(measured, beside=_beside(_span(status), spans)))
    return found


def beside_now(store: RunStore, settings: HyperParameters, device: Device) -> int:
    """How many trainings go on that one with ``settings`` would begin beside."""
    line = WaitingLine(store)
    try:
        where = line.places()
    except InvalidValue:  # which is said when the training is asked for
        return 0
    if device.is_gpu or not (where.chosen or is_small(settings)):
        return 0
    return min(len(line.going_on()), where.workers - 1)


def _span(status: Status) -> tuple[float, float]:
    """When a run was trained, from and to, as far as its status tells."""
    if status.state in ACTIVE:
        return status.since, math.inf
    return status.since - status.seconds, status.since


def _beside(own: tuple[float, float], spans: Sequence[tuple[float, float]]) -> float:
    """How many others were trained during ``own`` on average; ``spans`` are those of all runs."""
    begin, end = own
    if end <= begin:
        return 0.0
    shared = sum(max(0.0, min(end, last) - max(begin, first)) for first, last in spans)
    return max(0.0, shared / (end - begin) - 1)


def _measured(run: Run, name: str, settings: HyperParameters, status: Status) -> Measurement | None:
    try:
        events, _ = run.events()
    except StorageError:
        return None
    batches = [event for event in events if isinstance(event, Batch)]
    reports = [batch for batch in batches if batch.steps_per_second]
    changed = any(isinstance(event, Tweaked) and event.field == "batch_size" for event in events)
    if changed or not reports or reports[-1].step - batches[0].step < FEWEST_STEPS:
        return None
    speed = statistics.median(report.steps_per_second for report in reports)
    start, reading = _around_the_steps(events, batches, status)
    if settings.fine_tuning:
        start = None  # what is measured before the first step is not done in other runs
    return Measurement(name, settings, speed, start, reading)


def _around_the_steps(
    events: list[TrainingEvent], batches: list[Batch], status: Status
) -> tuple[float | None, float | None]:
    """Seconds until the first step was taken, and of one validation; the test counts as one.

    Both are None for a run that did not go from its start to its end in one piece.
    """
    starts = sum(isinstance(event, Started) for event in events)
    whole = starts == 1 and not any(isinstance(event, Paused) for event in events)
    if not whole or not isinstance(events[-1], Finished | Stopped):
        return None, None
    after_first = events[-1].time - batches[0].time
    stepping, step = 0.0, batches[0].step
    for batch in batches[1:]:
        stepping += (batch.step - step) / batch.steps_per_second if batch.steps_per_second else 0.0
        step = batch.step
    readings = 1 + sum(isinstance(event, Evaluation) for event in events)
    start, reading = status.seconds - after_first, (after_first - stepping) / readings
    return (start, reading) if start >= 0 and reading > 0 else (None, None)
