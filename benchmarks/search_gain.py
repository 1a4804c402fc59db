"""A search of 30 trials against 30 trials at random: the best validation accuracy, and what pruning saves.

The preset `digits` in 120 instead of 900 steps, so that its settings matter and 30 trials take minutes. The
first ten trials of a search are at random, too; those of both are the same and are trained once.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import Line
from benchmarks.timing import Measured
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.runs.store import RunStore
from lstm_core.runs.worker_start import spawn
from lstm_core.search import study as kept
from lstm_core.search.begin import begin_search
from lstm_core.search.plan import Wishes
from lstm_core.search.searching import POLL_SECONDS
from lstm_core.search.trial_lines import trial_lines
from lstm_core.search.turns import Turns
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

TRIALS = 30
RANGES = (
    "learning_rate=0.0001..0.1:log",
    "units=16|32|64|32,32|96,96",
    "dropout=0..0.6",
    "batch_size=16..128:log",
    "clip_norm=0.1..10:log",
)
SETTINGS = with_changes(preset("digits").settings(), steps=120, evaluate_every=10)
WANTED = 0.8
"""Of the studies, in which the search is to find a better one."""


@dataclass(frozen=True)
class Found:
    """What 30 trials came to.

    Attributes:
        best: the highest validation accuracy, in percent.
        loss: the validation loss of the best trial.
        pruned: share of the trials that were given up.
        saved: share of all steps that these did not take.
    """

    best: float
    loss: float
    pruned: float
    saved: float


def lines(rounds: int) -> Iterator[Line]:
    searched, random = zip(*(_both(seed) for seed in range(rounds)), strict=True)
    ours = Measured(tuple(found.best for found in searched), "%")
    peer = Measured(tuple(found.best for found in random), "%")
    yield Line(f"best validation accuracy of {TRIALS} trials", ours, peer, f"{TRIALS} at random", None)
    better = [(a.best, -a.loss) > (b.best, -b.loss) for a, b in zip(searched, random, strict=True)]
    strictly = [a.best > b.best for a, b in zip(searched, random, strict=True)]
    for what, wins in (("a higher accuracy", strictly), ("that, or as high with a lower loss", better)):
        share = Measured((100 * sum(wins) / len(wins),), "%")
        yield Line(
            f"studies in which it finds {what}", share, None, "", 100 * WANTED, of_ours=True, at_least=True
        )
    yield Line(
        "trials given up early", Measured(tuple(100 * f.pruned for f in searched), "%"), None, "", None
    )
    yield Line("steps saved by that", Measured(tuple(100 * f.saved for f in searched), "%"), None, "", None)


def _both(seed: int) -> tuple[Found, Found]:
    """The search, and as many trials at random, in a home of their own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        processes: list[subprocess.Popen[bytes]] = []
        jobs = Jobs(RunStore(Path(home)), lambda root: processes.append(spawn(root)))
        try:
            searched = _search(jobs, "searched", seed, prune=True, startup=kept.STARTUP_TRIALS)
            return searched, _search(jobs, "random", seed, prune=False, startup=TRIALS)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _search(jobs: Jobs, name: str, seed: int, *, prune: bool, startup: int) -> Found:
    folder = begin_search(
        jobs.store.root, SETTINGS, RANGES, preset="digits", name=name, trials=TRIALS, prune=prune, seed=seed
    )
    plan = folder.plan
    study = kept.open_study(folder, plan)
    turns = Turns(study, plan, jobs, lambda trial: None, startup)
    while turns.take(Wishes(trials=TRIALS), in_time=True):
        jobs.refresh()
        time.sleep(POLL_SECONDS)
    best = kept.ranked(study.get_trials())[0]
    pruned = [line for line in trial_lines(study, plan) if line.ending == "pruned" and line.run]
    return Found(
        best=100 * best.values[0],
        loss=best.user_attrs[kept.LOSS],
        pruned=len(pruned) / TRIALS,
        saved=sum(_left(jobs, line.run) for line in pruned) / TRIALS,
    )


def _left(jobs: Jobs, run_id: str) -> float:
    """Share of its steps that a run did not take; waits until it has stopped."""
    run = jobs.store.get(run_id)
    while (status := run.status).state in WAITING_OR_ACTIVE:
        time.sleep(POLL_SECONDS)
        jobs.refresh()
    return 1 - status.step / SETTINGS.steps
