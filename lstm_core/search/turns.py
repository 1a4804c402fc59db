"""One turn of a search: follow every trial that is under way, and ask for new ones.

A turn begins with what the storage and the run folders say, and each step of it leaves them so that the
next turn, by this process or another one after a kill, does what is left:

- A trial without a run is submitted. The queue answers with the run that is there already where this was
  done before, so no trial is trained twice.
- A trial with a run is told when the run has ended, however long ago.
- A trial whose run's process died is told failed, and asked again with the same parameters; the new trial
  goes on with the same run, from its checkpoint. Which ones were asked again is known from the storage
  alone.
- What is about to be done to a trial (given up, interrupted) stands in its attributes before it is done.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from lstm_core.errors import LstmError, RunBusy, RunMissing, SearchError, StorageError
from lstm_core.runs.history import History
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE, Status
from lstm_core.search import study as kept
from lstm_core.search.plan import SearchPlan, Wishes
from lstm_core.search.run_names import is_of, trial_name
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.shapes import parameter_count
from lstm_core.settings.validation import with_changes

PRIORITY = -1
"""Of trials in the queue: what a person waits for goes before them."""

MOST_FAILURES = 5
"""Trials in a row that may come to nothing before the search says that something else is wrong."""

MOST_AGAIN = 3
"""How often a trial is asked again whose process died, before its settings are blamed for that."""


@dataclass
class _Seen:
    """What is known of a run from its events so far."""

    history: History = field(default_factory=History)
    offset: int = 0


class Turns:
    """Takes turns of one search.

    Args:
        study: of the search.
        plan: of the search.
        jobs: the queue that trains its trials.
        tell: is called with every trial that was told.
        startup: trials at random before the sampler learns from them.
    """

    def __init__(
        self,
        study: optuna.Study,
        plan: SearchPlan,
        jobs: Jobs,
        tell: Callable[[FrozenTrial], None],
        startup: int = kept.STARTUP_TRIALS,
    ) -> None:
        self.startup = startup
        self.study = study
        self.plan = plan
        self.jobs = jobs
        self.tell = tell
        self.base, self.space = plan.settings, plan.space
        self._seen: dict[str, _Seen] = {}
        self._before = {trial.number for trial in self.trials if trial.state.is_finished()}

    @property
    def trials(self) -> list[FrozenTrial]:
        """All as the storage has them now, by number."""
        return self.study.get_trials(deepcopy=False)

    def take(self, wishes: Wishes, *, in_time: bool) -> int:
        """Do what there is to be done now; how many trials are under way after it.

        Args:
            wishes: of a person.
            in_time: whether trials may still be begun.

        Raises:
            SearchError: the latest trials all came to nothing.
            StorageError: nothing can be read or written at this moment; the next turn may go on.
        """
        trials = self.trials
        for trial in trials:
            if trial.state is TrialState.RUNNING:
                self._follow(trial, wishes)
        trials = self.trials
        if wishes.stop:
            return sum(trial.state is TrialState.RUNNING for trial in trials)
        self._ask_again(trials)
        self._check_for_failures(trials)
        while in_time and self._wants_another(trials, wishes):
            number = kept.ask(self.study, self.plan, self.startup).number
            self._follow(self.trials[number], wishes)
            trials = self.trials
            self._check_for_failures(trials)
        return sum(trial.state is TrialState.RUNNING for trial in trials)

    def _wants_another(self, trials: list[FrozenTrial], wishes: Wishes) -> bool:
        running = sum(trial.state is TrialState.RUNNING for trial in trials)
        left = wishes.trials - len(kept.told(trials)) - running
        return left > 0 and running < (wishes.at_once or self.jobs.most_at_once())

    def _ask_again(self, trials: list[FrozenTrial]) -> None:
        """Ask again for trials that were interrupted, unless that was done."""
        again = {trial.user_attrs.get(kept.AGAIN) for trial in trials}
        for trial in trials:
            lost = trial.state is TrialState.FAIL and trial.user_attrs.get(kept.INTERRUPTED)
            if lost and trial.number not in again:
                self.study.enqueue_trial(self._parameters(trials, trial), {kept.AGAIN: trial.number})

    def _parameters(self, trials: list[FrozenTrial], trial: FrozenTrial) -> dict[str, Any]:
        """Of a trial; where it was broken off before it had them, of the one it takes the place of."""
        while self._missing(trial):
            trial = trials[trial.user_attrs[kept.AGAIN]]
        return trial.params

    def _missing(self, trial: FrozenTrial) -> list[str]:
        """Fields of which no value was chosen yet."""
        return [field.name for field in self.space.fields if field.name not in trial.params]

    def _check_for_failures(self, trials: list[FrozenTrial]) -> None:
        """Raises `SearchError` when the latest trials of this sitting all came to nothing."""
        new = [trial for trial in trials if trial.number not in self._before]
        ended = [t for t in new if t.state.is_finished() and not t.user_attrs.get(kept.INTERRUPTED)]
        latest = ended[-MOST_FAILURES:]
        if len(latest) == MOST_FAILURES and all(trial.state is TrialState.FAIL for trial in latest):
            why = latest[-1].user_attrs.get(kept.PROBLEM, "")
            raise SearchError(f"The last {MOST_FAILURES} trials came to nothing. The last one: {why}")

    # One trial.

    def _follow(self, trial: FrozenTrial, wishes: Wishes) -> None:
        """Submit a trial, or see what became of its run, and tell what there is to tell."""
        if missing := self._missing(trial):
            why = f"It was broken off before {', '.join(missing)} was chosen."
            self._fail(trial, why, interrupted=kept.AGAIN in trial.user_attrs)
            return
        run_id = trial.user_attrs.get(kept.RUN)
        if run_id is None:
            if wishes.stop:
                self._fail(trial, "The search was stopped before it was trained.", interrupted=True)
            else:
                self._submit(trial)
            return
        try:
            run = self.jobs.store.get(run_id)
            status = run.status
            seen = self._read(run)
        except RunMissing:
            self._fail(trial, "Its run was deleted.")
            return
        if kept.INTERRUPTED in trial.user_attrs:
            self._break_off(trial, run)
        elif kept.PRUNED_AT in trial.user_attrs:
            self._give_up(trial, run)
        elif status.state in WAITING_OR_ACTIVE:
            self._watch(trial, run, seen, wishes)
        else:
            self._told(trial, run, status, seen)

    def _submit(self, trial: FrozenTrial) -> None:
        if (twin := self._given_up_before(trial)) is not None:
            kept.report(self.study, trial, twin.intermediate_values)
            at = twin.user_attrs[kept.PRUNED_AT]
            why = f"The same settings were given up in trial {twin.number}."
            kept.set_attributes(self.study, trial, **{kept.PRUNED_AT: at, kept.PROBLEM: why})
            self._tell(trial, TrialState.PRUNED)
            return
        try:
            settings = self.settings(trial)
            run = self._earlier_run(trial)
            if run is None:
                run = self.jobs.submit(
                    settings, trial_name(self.plan.name, trial.number), priority=PRIORITY
                ).run
        except RunBusy:
            return  # it is just being stopped, and can go on after that
        except StorageError:
            raise
        except LstmError as error:
            self._fail(trial, str(error))
            return
        kept.set_attributes(self.study, trial, **{kept.RUN: run.id})

    def _given_up_before(self, trial: FrozenTrial) -> FrozenTrial | None:
        """A trial with the same parameters that was given up: it would be trained again to be given up."""
        pruned = (t for t in self.trials if t.state is TrialState.PRUNED and kept.PRUNED_AT in t.user_attrs)
        return next((t for t in pruned if t.params == trial.params), None)

    def settings(self, trial: FrozenTrial) -> HyperParameters:
        """What a trial trains. Raises `InvalidValue` where its parameters do not go together."""
        made = self.space.settings(self.base, trial.params)
        return with_changes(made, evaluate_every=kept.evaluate_every(self.base, made.batch_size))

    def _earlier_run(self, trial: FrozenTrial) -> Run | None:
        """The run of the interrupted trial that this one takes the place of, gone on with.

        Raises:
            RunBusy: it is not yet as stopped as it was asked to be.
        """
        trials, run_id = self.trials, None
        while run_id is None and (before := trial.user_attrs.get(kept.AGAIN)) is not None:
            trial = trials[before]  # which may have been broken off itself before it had the run
            run_id = trial.user_attrs.get(kept.RUN)
        if run_id is None:
            return None
        try:
            run = self.jobs.store.get(run_id)
            status = run.status
        except LstmError:
            return None
        if status.tweaked or status.state == "failed":
            return None
        if status.state in ("interrupted", "stopped") or (
            status.state in WAITING_OR_ACTIVE and run.control.stop
        ):
            self.jobs.resume(run)
        return run

    def _watch(self, trial: FrozenTrial, run: Run, seen: _Seen, wishes: Wishes) -> None:
        if wishes.stop:
            why = "The search was stopped while it was trained."
            kept.set_attributes(self.study, trial, **{kept.PROBLEM: why, kept.INTERRUPTED: True})
            self._break_off(trial, run)
            return
        if len(self.plan.objectives) > 1:
            return
        new = kept.report(self.study, trial, self._by_images(trial, seen.history))
        settings = self.settings(trial)
        step = seen.history.evaluations[-1].step if new else 0
        # After its last step there is nothing to save, and it counts as what it is: finished.
        if 0 < step < settings.steps and self._is_own(run) and kept.is_behind(self.study, trial.number):
            kept.set_attributes(self.study, trial, **{kept.PRUNED_AT: step * settings.batch_size})
            self._give_up(trial, run)

    def _break_off(self, trial: FrozenTrial, run: Run) -> None:
        """As the search is to stop; the training goes on from here when the trial is asked again."""
        if self._is_own(run):
            self.jobs.cancel(run)
        self._tell(trial, TrialState.FAIL)

    def _give_up(self, trial: FrozenTrial, run: Run) -> None:
        self.jobs.cancel(run)
        self._tell(trial, TrialState.PRUNED)

    def _told(self, trial: FrozenTrial, run: Run, status: Status, seen: _Seen) -> None:
        """Tell what came of a run that has ended."""
        history = seen.history
        if status.tweaked:
            self._fail(trial, "Its settings were changed while it was trained.")
        elif status.state == "interrupted":
            why = "The process that trained it died."
            self._fail(trial, why, interrupted=self._times_again(trial) < MOST_AGAIN)
        elif status.state == "failed":
            diverged = bool(history.batches) and not math.isfinite(history.batches[-1].loss)
            kept.set_attributes(self.study, trial, **{kept.PROBLEM: status.detail})
            self._tell(trial, TrialState.PRUNED if diverged else TrialState.FAIL)
        elif not history.evaluations:
            self._fail(trial, f"Its run was {status.state} without a validation.")
        else:
            if len(self.plan.objectives) == 1:
                kept.report(self.study, trial, self._by_images(trial, history))
            if status.state == "stopped":  # by a person, as the search tells its own at once
                kept.set_attributes(self.study, trial, **{kept.PROBLEM: "Its training was stopped."})
                self._tell(trial, TrialState.PRUNED)
            else:
                kept.set_attributes(self.study, trial, **{kept.LOSS: history.evaluations[-1].loss})
                self._tell(trial, TrialState.COMPLETE, self._values(trial, status, history))

    def _values(self, trial: FrozenTrial, status: Status, history: History) -> list[float]:
        value = {
            "accuracy": history.evaluations[-1].accuracy,
            "parameters": float(parameter_count(self.settings(trial))),
            "seconds": status.seconds,
        }
        return [value[objective] for objective in self.plan.objectives]

    def _by_images(self, trial: FrozenTrial, history: History) -> dict[int, float]:
        """The validation accuracies of a run by step of the grid that all trials share."""
        batch = self.settings(trial).batch_size
        found: dict[int, float] = {}
        for event in history.evaluations:  # of two at one step the first, which may have been told already
            found.setdefault(kept.grid_step(event.step * batch, self.base), event.accuracy)
        return found

    def _times_again(self, trial: FrozenTrial) -> int:
        trials, times = self.trials, 0
        while (before := trial.user_attrs.get(kept.AGAIN)) is not None:
            trial, times = trials[before], times + 1
        return times

    def _is_own(self, run: Run) -> bool:
        return is_of(self.plan.name, run.name)

    def _read(self, run: Run) -> _Seen:
        seen = self._seen.setdefault(run.id, _Seen())
        events, seen.offset = run.events(seen.offset)
        seen.history.add(events)
        return seen

    def _fail(self, trial: FrozenTrial, why: str, *, interrupted: bool = False) -> None:
        attributes = {kept.PROBLEM: why, **({kept.INTERRUPTED: True} if interrupted else {})}
        kept.set_attributes(self.study, trial, **attributes)
        self._tell(trial, TrialState.FAIL)

    def _tell(self, trial: FrozenTrial, state: TrialState, values: list[float] | None = None) -> None:
        self.study.tell(trial.number, values, state)
        self.tell(self.trials[trial.number])
