"""What runs that exist already say about a search that begins."""

from __future__ import annotations

import optuna
from optuna.trial import TrialState, create_trial

from lstm_core.errors import InvalidValue, LstmError
from lstm_core.runs.history import History
from lstm_core.runs.index import RunSummary
from lstm_core.runs.store import RunStore
from lstm_core.search import study as kept
from lstm_core.search.plan import SearchPlan
from lstm_core.settings.run_key import run_key
from lstm_core.settings.shapes import parameter_count

_DONE = "seeded_from_runs"
MOST = 200
"""Runs that are told at most, the newest."""


def seed_from_runs(study: optuna.Study, plan: SearchPlan, store: RunStore) -> int:
    """Tell a new study of finished runs that differ from its settings only in what it searches; how many.

    They count for what the search learns and for who is best, not for how many trials it makes.
    """
    if study.user_attrs.get(_DONE) is not None:
        return 0
    known = {trial.user_attrs.get(kept.RUN) for trial in study.get_trials(deepcopy=False)}
    told = 0
    for summary in store.summaries():
        if told == MOST:
            break
        if summary.id not in known and (trial := _trial(summary, plan, store)):
            study.add_trial(trial)
            told += 1
    study.set_user_attr(_DONE, told)
    return told


def _trial(summary: RunSummary, plan: SearchPlan, store: RunStore) -> optuna.trial.FrozenTrial | None:
    """A told trial of a run, or None for a run that says nothing here."""
    if summary.problem:
        return None
    identity, status, settings = summary.parts
    if status.state != "finished" or status.tweaked or identity.origin:
        return None
    base = plan.settings
    try:
        if (parameters := plan.space.parameters(settings)) is None:
            return None
        if run_key(plan.space.settings(base, parameters)) != identity.key:
            return None
        history = History()
        history.add(store.get(summary.id).events()[0])
    except (InvalidValue, LstmError):
        return None
    if not history.evaluations:
        return None
    last = history.evaluations[-1]
    value = {
        "accuracy": last.accuracy,
        "parameters": float(parameter_count(settings)),
        "seconds": status.seconds,
    }
    by_images = {kept.grid_step(e.step * settings.batch_size, base): e.accuracy for e in history.evaluations}
    return create_trial(
        state=TrialState.COMPLETE,
        params=parameters,
        distributions=dict(kept.distributions(plan.space)),
        values=[value[objective] for objective in plan.objectives],
        intermediate_values=by_images if len(plan.objectives) == 1 else {},
        user_attrs={kept.RUN: summary.id, kept.LOSS: last.loss, kept.SEEDED: True},
    )
