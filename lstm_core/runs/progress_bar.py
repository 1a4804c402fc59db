"""A run in a terminal: its progress as a bar on standard error until it ends."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

from lstm_core.runs.history import History
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE

POLL_SECONDS = 0.2

_BAR = "{desc}{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


def follow(jobs: Jobs, run: Run) -> None:
    """Show progress until the run ends; Ctrl-C stops it and keeps what was learnt.

    Raises:
        RunDamaged, StorageError: its folder cannot be read.
    """
    if run.status.state not in WAITING_OR_ACTIVE:
        return
    history, offset = History(), 0
    with tqdm(unit="step", file=sys.stderr, dynamic_ncols=True, bar_format=_BAR) as bar:
        while True:
            try:
                jobs.refresh()
                events, offset = run.events(offset)
                history.add(events)
                status = run.status
                bar.total = history.steps or None
                bar.n = history.step
                bar.set_description(status.detail or status.state, refresh=False)
                if history.evaluations:
                    bar.set_postfix(validation=f"{history.evaluations[-1].accuracy:.4f}", refresh=False)
                bar.refresh()
                if status.state not in WAITING_OR_ACTIVE:
                    return
                time.sleep(POLL_SECONDS)
            except KeyboardInterrupt:
                bar.write("Stopping; what was learnt is kept.", file=sys.stderr)
                jobs.cancel(run)
