"""How fast earlier runs trained, for the estimate of the next."""

from __future__ import annotations

import statistics

from lstm_core.errors import StorageError
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
from lstm_core.runs.status import Status
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.estimate import Measurement
from lstm_core.settings.hyperparameters import HyperParameters

MOST_MEASUREMENTS = 8
FEWEST_STEPS = 10
"""Over fewer steps a speed says little."""


def measurements(store: RunStore, device: Device, most: int = MOST_MEASUREMENTS) -> list[Measurement]:
    """The newest runs that ended on ``device``, by its title, with the time they took.

    Runs whose batch size was changed while they trained are left out, and so are those too short to tell.
    """
    found: list[Measurement] = []
    for summary in store.summaries():
        if len(found) == most:
            break
        if summary.problem:
            continue
        identity, status, settings = summary.parts
        ended = status.state in ("finished", "stopped", "interrupted")
        if ended and status.device == device.title:
            run = Run(store.folder / summary.id)
            if measured := _measured(run, identity.name, settings, status):
                found.append(measured)
    return found


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
