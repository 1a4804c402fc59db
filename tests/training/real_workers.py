"""Real training processes for tests, ended with them."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lstm_core.runs import worker_start
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.settings.validation import hyperparameters
from tests.forks import Fork, start_detached

needs_keras = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")
PATIENCE = 240.0
"""Seconds after which a test gives up; on an idle machine everything here takes a few."""

SMALL = {"dataset": "digits", "units": (8,), "batch_size": 16, "steps": 30, "evaluate_every": 10}
ENDLESS = {**SMALL, "steps": 1_000_000, "evaluate_every": 50}


Process = subprocess.Popen[bytes] | Fork


class Workers:
    """Jobs whose training processes are ended with the test.

    Args:
        root: of the runs.
        forked: the processes need not import TensorFlow; else they start as everywhere, which takes seconds.
    """

    def __init__(self, root: Path, *, forked: bool = True) -> None:
        self.started: list[Process] = []
        self._forked = forked
        self.jobs = Jobs(RunStore(root), self.launch)

    def launch(self, root: Path) -> Process:
        with pytest.MonkeyPatch.context() as patch:
            if self._forked:
                patch.setattr(worker_start, "start_detached", start_detached)
            return self.keep(worker_start.spawn(root))

    def keep(self, process: Process) -> Process:
        """Have ``process`` ended with the test."""
        self.started.append(process)
        return process

    def submit(self, **values: Any) -> Run:
        return self.jobs.submit(hyperparameters(values)).run

    def until(self, what: Callable[[], object]) -> None:
        """Look like a page does, until ``what`` holds."""
        end = time.monotonic() + PATIENCE
        while not what():
            if time.monotonic() > end:
                raise TimeoutError((self.jobs.store.root / "worker.log").read_text()[-3000:])
            self.jobs.refresh()
            time.sleep(0.05)

    def ended(self, run: Run) -> None:
        self.until(lambda: run.status.state in ("finished", "stopped", "failed", "interrupted"))

    def kill(self) -> None:
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
