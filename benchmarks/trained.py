"""A preset trained to its end by the training process, as from the page or the command line.

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
from lstm_core.events import TrainingEvent
from lstm_core.jobs import Jobs, spawn
from lstm_core.presets import preset
from lstm_core.runs import WAITING_OR_ACTIVE, RunStore

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Trained:
    """What came of it.

    Attributes:
        accuracy: of the test images, which are read once, at the end.
        seconds: from the first step, compiled then, to the last, validations left out.
        seconds_in_all: to the end of the test.
    """

    accuracy: float
    seconds: float
    seconds_in_all: float


def train(name: str, seed: int) -> Trained:
    """Train the preset ``name``, in a folder of its own. Raises `RunError` when it does not finish."""
    with tempfile.TemporaryDirectory() as home:
        processes: list[subprocess.Popen[bytes]] = []
        jobs = Jobs(RunStore(Path(home)), lambda root: processes.append(spawn(root)))
        run = jobs.submit(preset(name).settings().changed(seed=seed)).run
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
            raise RunError(
                f"The training of {name}, seed {seed}, was {run.status.state}: {run.status.detail}"
            )
        return Trained(result.accuracy, training_seconds(events), events[-1].time - events[0].time)


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
