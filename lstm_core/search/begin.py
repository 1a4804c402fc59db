"""Beginning a search: what was asked for becomes a plan in a folder of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from lstm_core.search.available import check_available, database_url
from lstm_core.search.folder import SearchFolder, SearchFolders, checked_wishes
from lstm_core.search.plan import DEFAULT_TRIALS, FRESH_SEEDS, Objective, SearchPlan
from lstm_core.search.space import search_space
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.rules import check_device


def begin_search(
    root: Path,
    settings: HyperParameters,
    ranges: Sequence[str],
    *,
    preset: str,
    name: str = "",
    trials: int = DEFAULT_TRIALS,
    minutes: float | None = None,
    at_once: int | None = None,
    second: Objective | None = None,
    prune: bool = True,
    seed: int = 0,
    fresh_seeds: int = FRESH_SEEDS,
) -> SearchFolder:
    """A new search, which nobody goes on with yet.

    Args:
        root: the home that keeps its runs.
        settings: what every trial has in common.
        ranges: what differs, see `lstm_core.search.space`.
        preset: that the settings started from.
        name: of the search; by default the preset's and a number.
        trials, minutes, at_once: see `Wishes`.
        second: what is to be small beside a high validation accuracy.
        prune: whether trials that fall behind are stopped early.
        seed: of the choices of the search.
        fresh_seeds: how many the winner is trained again with.

    Raises:
        PackageMissing: Optuna is not installed. InvalidValue: a range, a name or a number that cannot be
        used, or a setting that this machine cannot do. StorageError
    """
    from lstm_core.runs.usable_devices import devices_here
    from lstm_core.settings.devices import choose

    check_available()
    space = search_space(ranges)
    check_device(settings, choose(settings.device, devices_here(root)))
    wishes = checked_wishes({"trials": trials, "minutes": minutes, "at_once": at_once})
    folders = SearchFolders(root)
    plan = SearchPlan(
        name=name or folders.free_name(preset),
        created=time.time(),
        preset=preset,
        hyperparameters=settings.model_dump(mode="json"),
        ranges=tuple(str(field) for field in space.fields),
        objectives=("accuracy", second) if second else ("accuracy",),
        prune=prune,
        seed=seed,
        fresh_seeds=fresh_seeds,
        storage="database" if database_url() else "journal",
    )
    return folders.create(plan, wishes)
