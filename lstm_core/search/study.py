"""A search as Optuna keeps it: storage, study, sampler and pruner.

Only what needs Optuna imports this module. Trials are asked for and told one by one: who searches may be
killed between any two lines, so everything that must last stands in the storage (a trial's attributes,
below) or in its run.

The trials are in a journal file beside the plan, or in a database that `STORAGE_VARIABLE` names, such as
``postgresql+psycopg://user@host/name``. SQLite is refused: it is not for several processes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, Trial, TrialState

from lstm_core.errors import InvalidValue, PackageMissing, SearchError, StorageError
from lstm_core.search.available import STORAGE_VARIABLE, database_url
from lstm_core.search.folder import SearchFolder
from lstm_core.search.journal import WholeLines
from lstm_core.search.plan import SearchPlan
from lstm_core.search.space import SearchedField, SearchSpace
from lstm_core.settings.hyperparameters import HyperParameters

# Attributes of a trial.
RUN = "run"
"""Identifier of its run."""
LOSS = "validation_loss"
"""At the end of its training; decides between trials of the same accuracy."""
PRUNED_AT = "pruned_at_images"
"""Images seen when it was given up for being behind."""
PROBLEM = "problem"
"""Why it came to nothing, in words."""
INTERRUPTED = "interrupted"
"""Whether it came to nothing through no fault of its settings, so that it is asked again."""
AGAIN = "again_of"
"""Number of the interrupted trial whose parameters it has."""
SEEDED = "seeded"
"""Whether it is a run that was there before the search."""

STARTUP_TRIALS = 10
"""Trials at random before the sampler learns from them, Optuna's default."""

optuna.logging.set_verbosity(optuna.logging.WARNING)


def open_study(folder: SearchFolder, plan: SearchPlan) -> optuna.Study:
    """The study of a search, made where it is not there yet.

    Raises:
        SearchError: its trials are kept elsewhere than the storage that is set now.
        StorageError: the database cannot be reached.
        PackageMissing, InvalidValue: see `_storage`.
    """
    directions = [StudyDirection.MAXIMIZE, *[StudyDirection.MINIMIZE] * (len(plan.objectives) - 1)]
    with storage_errors():
        return optuna.create_study(
            study_name=plan.name,
            storage=_storage(folder, plan),
            sampler=optuna.samplers.RandomSampler(seed=plan.seed),
            pruner=_pruner(plan),
            directions=directions,
            load_if_exists=True,
        )


def close_study(study: optuna.Study) -> None:
    """Let go of the connections to its database, if it has one."""
    storage: Any = study._storage
    backend = getattr(storage, "_backend", storage)
    if isinstance(backend, RDBStorage):
        backend.remove_session()
        backend.engine.dispose()


@contextmanager
def opened_study(folder: SearchFolder, plan: SearchPlan) -> Iterator[optuna.Study]:
    """As `open_study`, closed at the end."""
    study = open_study(folder, plan)
    try:
        yield study
    finally:
        close_study(study)


def _storage(folder: SearchFolder, plan: SearchPlan) -> BaseStorage:
    """Raises `SearchError`, or `PackageMissing` or `InvalidValue` for a database that cannot be used."""
    url = database_url()
    if plan.storage == "database" and not url:
        raise SearchError(
            f"The trials of {plan.name} are kept in a database. Name it with {STORAGE_VARIABLE} to go on."
        )
    if plan.storage == "journal":
        return JournalStorage(WholeLines(folder.journal))
    try:
        return RDBStorage(url, engine_kwargs={"pool_pre_ping": True})
    except ImportError as error:
        raise PackageMissing(
            f"The database that {STORAGE_VARIABLE} names needs a package that is not installed: {error}. "
            "For PostgreSQL: pip install 'psycopg[binary]'"
        ) from error
    except ValueError as error:
        raise InvalidValue(STORAGE_VARIABLE, "an address of a database as SQLAlchemy has it", "…") from error


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a database throws into `StorageError`; without its address, which may hold a password."""
    try:
        yield
    except Exception as error:
        of_database = isinstance(error, optuna.exceptions.StorageInternalError)
        if not of_database and not type(error).__module__.startswith("sqlalchemy."):
            raise
        cause = getattr(error, "orig", None) or error.__cause__ or error
        said = (str(cause).strip().splitlines() or [""])[0]
        raise StorageError(f"The database of the search does not answer: {said}") from error


def _pruner(plan: SearchPlan) -> optuna.pruners.BasePruner:
    """Gives up a trial whose best accuracy so far is below the median of the others after as many images.

    Under a one-cycle schedule the learning rate is at its highest after a fifth of the steps, and a trial
    that will end well can look bad until it falls; so nothing is given up in the first half, and with a
    constant rate in the first third. The first five trials are never given up.
    """
    if not plan.prunes:
        return optuna.pruners.NopPruner()
    base = plan.settings
    choices = {str(choice) for field in plan.space.fields for choice in field.choices}
    cycle = base.schedule == "one-cycle" or "one-cycle" in choices
    total = grid_step(base.steps * base.batch_size, base)
    return optuna.pruners.MedianPruner(
        n_startup_trials=5, n_warmup_steps=-(-total // (2 if cycle else 3)), n_min_trials=3
    )


def images_between(base: HyperParameters) -> int:
    """Training images between two validations, the same for every trial whatever its batch size."""
    return min(base.evaluate_every, base.steps) * base.batch_size


def grid_step(images: int, base: HyperParameters) -> int:
    """At which step of the grid that all trials share a trial stands that has seen so many images."""
    return round(images / images_between(base))


def evaluate_every(base: HyperParameters, batch_size: int) -> int:
    """Steps between two validations that come nearest to the grid with this batch size."""
    return max(1, round(images_between(base) / batch_size))


def distributions(space: SearchSpace) -> Mapping[str, BaseDistribution]:
    """What Optuna chooses from, by field."""
    return {field.name: _distribution(field) for field in space.fields}


def _distribution(field: SearchedField) -> BaseDistribution:
    if field.choices:
        return CategoricalDistribution(field.choices)
    if field.description.kind is int:
        return IntDistribution(int(field.low), int(field.high), log=field.log)
    return FloatDistribution(field.low, field.high, log=field.log)


def ask(study: optuna.Study, plan: SearchPlan, startup: int = STARTUP_TRIALS) -> Trial:
    """The next trial, with parameters.

    The choice depends on the seed and on what was told so far, not on how often the search was interrupted:
    a sampler is made anew for each trial, with a seed of its own. So the same seed chooses the same at
    random, and no trial is repeated by a search that goes on.
    """
    number = len(study.get_trials(deepcopy=False))
    seed = int(np.random.SeedSequence((plan.seed, number)).generate_state(1)[0])
    usual = study.sampler
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=startup)
    try:
        return study.ask(dict(distributions(plan.space)))
    finally:
        study.sampler = usual


def told(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """Those that count as done for the budget: trained to the end or given up for being behind."""
    done = (TrialState.COMPLETE, TrialState.PRUNED)
    return [trial for trial in trials if trial.state in done and not trial.user_attrs.get(SEEDED)]


def ranked(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """Trials that came to their end, by validation accuracy; of several the lower loss first, then the
    earlier."""
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE and RUN in trial.user_attrs]
    return sorted(complete, key=_rank, reverse=True)


def best(trials: list[FrozenTrial]) -> FrozenTrial | None:
    """The first of `ranked`, if there is one."""
    return next(iter(ranked(trials)), None)


def _rank(trial: FrozenTrial) -> tuple[float, float, int]:
    return trial.values[0], -float(trial.user_attrs.get(LOSS, np.inf)), -trial.number


def report(study: optuna.Study, trial: FrozenTrial, accuracies: Mapping[int, float]) -> bool:
    """Tell of validation accuracies by step of the grid, but for those told before; whether there were
    any."""
    new = {step: value for step, value in accuracies.items() if step not in trial.intermediate_values}
    if new:
        running = Trial(study, trial._trial_id)
        for step, value in sorted(new.items()):
            running.report(value, step)
    return bool(new)


def set_attributes(study: optuna.Study, trial: FrozenTrial, **values: Any) -> None:
    """Keep attributes of a trial that is not told yet."""
    waiting = {name: value for name, value in values.items() if trial.user_attrs.get(name) != value}
    if waiting:
        running = Trial(study, trial._trial_id)
        for name, value in waiting.items():
            running.set_user_attr(name, value)


def is_behind(study: optuna.Study, number: int) -> bool:
    """Whether the pruner would give up a trial with what was reported of it."""
    return study.pruner.prune(study, study.get_trials(deepcopy=False)[number])
