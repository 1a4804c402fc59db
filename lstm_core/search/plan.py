"""What a search is asked to do, what a person wants of it, and what became of it: its small files."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lstm_core.search.space import SearchSpace, search_space
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters

Objective = Literal["accuracy", "parameters", "seconds"]
SECOND_OBJECTIVES: tuple[Objective, ...] = ("parameters", "seconds")
"""What can be kept small beside a high validation accuracy: numbers learnt, and seconds of training."""

DEFAULT_TRIALS = 30
MOST_TRIALS = 10_000
FRESH_SEEDS = 3
"""Over how many seeds that the search did not use the winner is trained again."""

State = Literal["searching", "confirming", "finished", "stopped", "failed"]
GOES_ON: tuple[State, ...] = ("searching", "confirming")


class _Written(BaseModel):
    """A small file. Fields that a newer version added are kept when this one writes it anew."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


class SearchPlan(_Written):
    """What is searched; written once.

    Attributes:
        name: of the search.
        created: seconds since the epoch.
        preset: that the settings started from.
        hyperparameters: what every trial has in common.
        ranges: what differs, as `lstm_core.search.space` writes it.
        objectives: validation accuracy, and perhaps what is kept small beside it.
        prune: whether trials that fall behind are stopped early.
        seed: of the choices of the search; that of the trainings is among the settings.
        fresh_seeds: how many the winner is trained again with.
        storage: where the trials are kept: ``journal``, a file beside this one, or ``database``.
    """

    name: str
    created: float = Field(ge=0)
    preset: str
    hyperparameters: dict[str, Any]
    ranges: tuple[str, ...]
    objectives: tuple[Objective, ...] = ("accuracy",)
    prune: bool = True
    seed: int = Field(0, ge=0, lt=2**31)
    fresh_seeds: int = Field(FRESH_SEEDS, ge=1, le=100)
    storage: Literal["journal", "database"] = "journal"

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        _ = self.settings, self.space
        if self.objectives[0] != "accuracy" or len(set(self.objectives)) < len(self.objectives):
            raise ValueError("the objectives are accuracy, and others after it, each once")
        return self

    @property
    def settings(self) -> HyperParameters:
        """What every trial has in common. Raises `InvalidValue`."""
        return hyperparameters(self.hyperparameters)

    @property
    def space(self) -> SearchSpace:
        """What differs. Raises `InvalidValue`."""
        return search_space(self.ranges)

    @property
    def prunes(self) -> bool:
        """Whether trials are stopped early: with two objectives nobody can say which one is behind."""
        return self.prune and len(self.objectives) == 1


class Wishes(_Written):
    """What a person wants of a search: how far it goes, and whether it is to stop.

    Attributes:
        trials: in all, those of earlier sittings included.
        minutes: of searching in all, after which no trial is begun; None for no limit.
        at_once: trials that are under way at the same time; None for as many as are trained side by side.
        stop: whether to begin no trial and give up those under way.
    """

    trials: int = Field(DEFAULT_TRIALS, ge=1, le=MOST_TRIALS)
    minutes: float | None = Field(None, gt=0)
    at_once: int | None = Field(None, ge=1, le=256)
    stop: bool = False


Share = Annotated[float, Field(ge=0, le=1)]


class Winner(_Written):
    """The best trial, and what its settings reach over seeds that the search did not use.

    Attributes:
        trial: its number.
        run: identifier of its run.
        searched: trials it was chosen among, by validation accuracy alone.
        validation: the accuracy it was chosen for.
        seeds: the fresh ones.
        runs: of these seeds, in their order.
        validations: their accuracies on the validation images.
        accuracies: theirs on the test images, which nobody had looked at to choose.
    """

    trial: int = Field(ge=0)
    run: str
    searched: int = Field(ge=1)
    validation: Share
    seeds: tuple[int, ...]
    runs: tuple[str, ...]
    validations: tuple[Share, ...]
    accuracies: tuple[Share, ...]


class Progress(_Written):
    """Where a search stands, as its process last said.

    Attributes:
        state: ``searching`` and ``confirming`` are true only while a process holds the search's lock.
        detail: in words, such as why it failed.
        seconds: that were searched, in all sittings.
        winner: once it is confirmed.
    """

    state: State = "searching"
    detail: str = ""
    seconds: float = Field(0.0, ge=0)
    winner: Winner | None = None
