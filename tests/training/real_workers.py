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

from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import spawn
from lstm_core.settings.validation import hyperparameters

needs_keras = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")
PATIENCE = 240.0
"""Seconds after which a test gives up; on an idle machine everything here takes a few."""

SMALL = {"dataset": "digits", "units": (8,), "batch_size": 16, "steps": 30, "evaluate_every": 10}
ENDLESS = {**SMALL, "steps": 1_000_000, "evaluate_every": 50}


class Workers:
    """Jobs whose training processes are ended with the test."""

    def __init__(self, root: Path) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        self.jobs = Jobs(RunStore(root), self.launch)

    def launch(self, root: Path) -> subprocess.Popen[bytes]:
        return self.keep(spawn(root))

    def keep(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
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
