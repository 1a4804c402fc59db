"""A network trained to its end by the training process, as from the page or the command line.

That process gives way to whatever else runs, so nothing else should.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lstm_core.errors import RunError
from lstm_core.runs.events import TrainingEvent
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import spawn
from lstm_core.settings.hyperparameters import HyperParameters

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Trained:
    """What came of it.

    Attributes:
        accuracy: of the test images, which are read once, at the end.
        validation_accuracy: of the last validation.
        seconds: from the first step, compiled then, to the last, validations left out.
        seconds_in_all: to the end of the test.
    """

    accuracy: float
    validation_accuracy: float
    seconds: float
    seconds_in_all: float


def train(settings: HyperParameters) -> Trained:
    """Train in a folder of its own. Raises `RunError` when it does not finish."""
    # How a process ended is noted in the folder at about the time it is removed.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        processes: list[subprocess.Popen[bytes]] = []
        jobs = Jobs(RunStore(Path(home)), lambda root: processes.append(spawn(root)))
        run = jobs.submit(settings).run
        try:
            while run.status.state in WAITING_OR_ACTIVE:
                time.sleep(POLL_SECONDS)
                jobs.refresh()
        finally:
            for process in processes:
                process.kill()
                process.wait()
        events, _ = run.events()
        result = run.result()
        if run.status.state != "finished" or result is None:
            named = f"{run.name}, seed {settings.seed}"
            raise RunError(f"The training of {named} was {run.status.state}: {run.status.detail}")
        validated = [event.accuracy for event in events if event.kind == "evaluation"]
        in_all = events[-1].time - events[0].time
        return Trained(result.accuracy, validated[-1], training_seconds(events), in_all)


def training_seconds(events: Iterable[TrainingEvent]) -> float:
    """From the start of a run to its last step, without its validations.

    A validation goes from the report of the training loss before it to the snapshot after it.
    """
    began = reported = ended = aside = 0.0
    validated = False
    for event in events:
        if event.kind == "started":
            began = event.time
        elif event.kind == "batch":
            reported = event.time
        elif event.kind == "evaluation":
            validated = True
        elif event.kind == "snapshot" and validated:
            aside += event.time - reported
            ended, validated = event.time, False
    return ended - began - aside
