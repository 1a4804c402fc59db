"""What stands in the small files of a run folder: identity, status, and what is wanted."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lstm_core.runs.names import shown_name
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes, with_valid_fields

State = Literal["queued", "preparing", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[State, ...] = ("preparing", "running", "paused")
WAITING_OR_ACTIVE: tuple[State, ...] = ("queued", *ACTIVE)


YEAR_10000 = 253_402_300_800
"""In seconds since the epoch: no calendar of Python goes further."""

Time = Annotated[float, Field(ge=0, lt=YEAR_10000)]
"""Seconds since the epoch."""

Step = Annotated[int, Field(ge=0, lt=2**53)]


class Identity(BaseModel):
    """What a run is: its name and settings. ``key`` is `settings.run_key`.

    Marks that cannot be seen are taken out of names that were given before these were refused.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    name: Annotated[str, AfterValidator(shown_name)]
    key: str
    created: Time
    hyperparameters: dict[str, Any]


class Status(BaseModel):
    """Where a run stands, as its training process last said, or `lstm_core.runs.jobs` while it has none.

    ``detail`` says in words what is being prepared, or why it failed. ``step`` is as of the last change
    of state or checkpoint; the events know more. ``tweaked`` is true once a person changed settings while
    it trained, so that it no longer is the answer to its hyperparameters. ``seconds`` counts training
    only, over all interruptions.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    state: State
    since: Time
    detail: str = ""
    step: Step = 0
    tweaked: bool = False
    seconds: float = Field(0.0, ge=0, lt=YEAR_10000)
    device: str = ""
    peak_memory: int = Field(0, ge=0, lt=2**63)


class Control(BaseModel):
    """What a person wants of a training. ``None`` leaves the run's own setting.

    Every setting is within the bounds of its field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    paused: bool = False
    stop: bool = False
    learning_rate: float | None = None
    dropout: float | None = None
    batch_size: int | None = None
    steps: int | None = None

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        with_valid_fields(self._wanted())
        return self

    def _wanted(self) -> dict[str, Any]:
        return self.model_dump(exclude={"paused", "stop"}, exclude_none=True)

    def settings(self, original: HyperParameters) -> HyperParameters:
        """The hyperparameters now wanted.

        Raises:
            InvalidValue: they do not go together with those of ``original`` that nobody changed.
        """
        wanted = self._wanted()
        return with_changes(original, **wanted) if wanted else original
