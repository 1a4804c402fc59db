"""The curves of a run as a table for spreadsheets and programs: a line a step, empty where nothing was told.

Where a training went on from a checkpoint, steps that were taken again stand there once, as they were last.
"""

from __future__ import annotations

import csv
import io

from lstm_core.runs.events import TrainingEvent
from lstm_core.runs.history import History
from lstm_core.runs.run import Run
from lstm_core.trackers.scalars import scalars

COLUMNS = {
    "loss/training": "training_loss",
    "accuracy/training": "training_accuracy",
    "learning_rate": "learning_rate",
    "steps_per_second": "steps_per_second",
    "loss/validation": "validation_loss",
    "accuracy/validation": "validation_accuracy",
}
"""Names of curves, and those of their columns."""


def curves_csv(run: Run) -> str:
    """The content of a ``.csv`` file: ``step``, ``time`` in seconds since the epoch, then `COLUMNS`.

    Raises:
        StorageError: the events of the run cannot be read at this moment.
    """
    history = History()
    history.add(run.events()[0])
    lines: dict[int, dict[str, float]] = {}
    told: list[TrainingEvent] = [*history.batches, *history.evaluations]
    for event in told:
        for scalar in scalars(event):
            line = lines.setdefault(scalar.step, {"step": scalar.step, "time": scalar.time})
            line[COLUMNS[scalar.name]] = scalar.value
    written = io.StringIO()
    table = csv.DictWriter(written, ["step", "time", *COLUMNS.values()], lineterminator="\n")
    table.writeheader()
    table.writerows(lines[step] for step in sorted(lines))
    return written.getvalue()
