"""Runs of a search that has ended, thinned so that their disk is bounded."""

from __future__ import annotations

import contextlib
import os
import shutil

import optuna

from lstm_core.errors import LstmError, RunDamaged
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.search import study as kept
from lstm_core.search.plan import SearchPlan
from lstm_core.search.run_names import is_of

BEST_KEPT = 5
"""Trials whose runs stay as they are."""


def thin_runs(store: RunStore, plan: SearchPlan, study: optuna.Study) -> int:
    """Drop checkpoint and snapshots of the runs that a search began, but for those of its best; how many.

    Weights, curves and results stay, so every trial can still be drawn with and looked into. What is gone
    is the way the network came about, and going on with its training. A run that a person began or renamed,
    or that waits or trains, is left alone.
    """
    thinned = 0
    trials = kept.ranked(study.get_trials(deepcopy=False))
    spared = {trial.user_attrs[kept.RUN] for trial in trials[:BEST_KEPT]}
    with store.queue_lock():  # so that nobody goes on with one meanwhile
        for trial in study.get_trials(deepcopy=False):
            run_id = trial.user_attrs.get(kept.RUN)
            if run_id is None or run_id in spared or trial.user_attrs.get(kept.SEEDED):
                continue
            with contextlib.suppress(LstmError):
                run = store.get(run_id)
                if is_of(plan.name, run.name) and run.status.state not in WAITING_OR_ACTIVE:
                    thinned += _thin(run)
    return thinned


def _thin(run: Run) -> bool:
    """Raises `RunDamaged` where nothing can be removed."""
    if not run.has_checkpoint and not run.snapshots():
        return False
    try:
        (run.folder / "checkpoint.npz").unlink(missing_ok=True)
        shutil.rmtree(run.folder / "snapshots", ignore_errors=True)
        os.utime(run.folder.parent)  # has the lists look again
    except OSError as error:
        raise RunDamaged(f"Run {run.id} cannot be thinned: {error.strerror or error}.") from error
    return True
