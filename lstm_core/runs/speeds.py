"""How fast earlier runs trained, for the estimate of the next."""

from __future__ import annotations

import statistics

from lstm_core.errors import StorageError
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.devices import Device
from lstm_core.settings.estimate import Measurement

MOST_MEASUREMENTS = 5
FEWEST_REPORTS = 2


def measurements(store: RunStore, device: Device, most: int = MOST_MEASUREMENTS) -> list[Measurement]:
    """The newest runs that ended on ``device``, by its title, with the speed they had.

    Runs whose settings were changed while they trained are left out, and so are those too short to tell.
    """
    found: list[Measurement] = []
    for summary in store.summaries():
        if len(found) == most:
            break
        if summary.problem:
            continue
        identity, status, settings = summary.parts
        ended_here = status.device == device.title and status.state in ("finished", "stopped")
        if ended_here and not status.tweaked and (speed := _speed(Run(store.folder / summary.id))):
            found.append(Measurement(identity.name, settings, speed))
    return found


def _speed(run: Run) -> float:
    """Median steps per second of the reports, or 0 when there are too few."""
    try:
        events, _ = run.events()
    except StorageError:
        return 0.0
    speeds = [event.steps_per_second for event in events if event.kind == "batch" and event.steps_per_second]
    return statistics.median(speeds) if len(speeds) >= FEWEST_REPORTS else 0.0
