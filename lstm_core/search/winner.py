"""An honest winner: the best trial is trained anew over fresh seeds before it is called best.

Of many trials the best one is also a lucky one: what it reached is more than its settings will reach again.
So it is chosen by validation accuracy alone, trained again with seeds that the search did not use, and only
then are the test images looked at, once.
"""

from __future__ import annotations

import contextlib

import optuna
from optuna.trial import FrozenTrial

from lstm_core.errors import LstmError, RunBusy, SearchError
from lstm_core.runs.history import History
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE
from lstm_core.search import study as kept
from lstm_core.search.plan import SearchPlan, Winner
from lstm_core.search.run_names import is_of, seed_name
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes


def fresh_seeds(used: int, count: int) -> tuple[int, ...]:
    """So many seeds that are not ``used``."""
    return tuple((used + offset) % 2**31 for offset in range(1, count + 1))


class Confirmation:
    """Trains the best trial again over fresh seeds.

    Args:
        plan: of the search.
        jobs: the queue.
    """

    def __init__(self, plan: SearchPlan, jobs: Jobs) -> None:
        self.plan = plan
        self.jobs = jobs
        self.seeds = fresh_seeds(plan.settings.seed, plan.fresh_seeds)
        self._runs: dict[int, Run] = {}

    def turn(self, study: optuna.Study) -> Winner | None:
        """Begin what is to be trained, or look how far it is; the winner once all of it is done.

        Raises:
            SearchError: there is no trial to choose from, or a training was stopped or failed.
            StorageError: nothing can be read or written at this moment.
        """
        self.jobs.refresh()
        trials = study.get_trials(deepcopy=False)
        best = kept.best([trial for trial in trials if self._run_of(trial)])
        if best is None:
            raise SearchError("No trial came to its end, so there is nothing to choose from.")
        settings = self._settings(best)
        runs = [self._run(with_changes(settings, seed=seed)) for seed in self.seeds]
        done = [self._is_done(run) for run in runs]  # each is looked at, also where another one waits
        if not all(done):
            return None
        return Winner(
            trial=best.number,
            run=best.user_attrs[kept.RUN],
            searched=sum(trial.values is not None for trial in trials),
            validation=best.values[0],
            seeds=self.seeds,
            runs=tuple(run.id for run in runs),
            validations=tuple(_validation(run) for run in runs),
            accuracies=tuple(_test(run) for run in runs),
        )

    def give_up(self) -> None:
        """Stop what was begun; it goes on from there when the search does."""
        for run in self._runs.values():
            with contextlib.suppress(LstmError):
                if run.status.state in WAITING_OR_ACTIVE and is_of(self.plan.name, run.name):
                    self.jobs.cancel(run)

    def _run_of(self, trial: FrozenTrial) -> bool:
        """Whether the run of a trial is there, which a person may have deleted."""
        try:
            self.jobs.store.get(trial.user_attrs.get(kept.RUN, ""))
        except LstmError:
            return False
        return True

    def _settings(self, best: FrozenTrial) -> HyperParameters:
        made = self.plan.space.settings(self.plan.settings, best.params)
        return with_changes(made, evaluate_every=kept.evaluate_every(self.plan.settings, made.batch_size))

    def _run(self, settings: HyperParameters) -> Run:
        """The run of these settings; a new one where there is none, or an interrupted one gone on with."""
        if settings.seed not in self._runs:
            name = seed_name(self.plan.name, settings.seed)
            self._runs[settings.seed] = (
                self._interrupted(name) or self.jobs.submit(settings, name, priority=-1).run
            )
        return self._runs[settings.seed]

    def _interrupted(self, name: str) -> Run | None:
        for status, run in self.jobs.store.in_state("interrupted", "stopped"):
            if run.name == name and not status.tweaked:
                with contextlib.suppress(RunBusy):
                    self.jobs.resume(run)
                return run
        return None

    def _is_done(self, run: Run) -> bool:
        status = run.status
        if status.state == "interrupted":
            self.jobs.resume(run)
        elif status.state in ("failed", "stopped"):
            raise SearchError(
                f"{run.name} was {status.state}, so the winner is not confirmed. {status.detail}"
            )
        elif status.state == "finished" and status.tweaked:
            raise SearchError(f"Settings of {run.name} were changed while it was trained.")
        return status.state == "finished"


def _validation(run: Run) -> float:
    history = History()
    history.add(run.events()[0])
    if not history.evaluations:
        raise SearchError(f"{run.name} has no validation.")
    return history.evaluations[-1].accuracy


def _test(run: Run) -> float:
    if (result := run.result()) is None:
        raise SearchError(f"The test result of {run.name} is missing.")
    return result.accuracy
