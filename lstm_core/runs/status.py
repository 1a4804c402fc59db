"""What stands in the small files of a run folder: identity, status, and what is wanted."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lstm_core.errors import InvalidValue, RunDamaged, RunNewer
from lstm_core.runs.names import shown_name
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_changes, with_valid_fields

State = Literal["queued", "preparing", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[State, ...] = ("preparing", "running", "paused")
WAITING_OR_ACTIVE: tuple[State, ...] = ("queued", *ACTIVE)


YEAR_10000 = 253_402_300_800
"""In seconds since the epoch: no calendar of Python goes further."""

Time = Annotated[float, Field(ge=0, lt=YEAR_10000)]
"""Seconds since the epoch."""

Step = Annotated[int, Field(ge=0, lt=2**53)]


class _Written(BaseModel):
    """A small file. Fields that a newer version added are kept when this one writes it anew."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


class Identity(_Written):
    """What a run is: its name and settings. ``key`` is `settings.run_key`.

    Marks that cannot be seen are taken out of names that were given before these were refused.
    """

    name: Annotated[str, AfterValidator(shown_name)]
    key: str
    created: Time
    hyperparameters: dict[str, Any]


class Status(_Written):
    """Where a run stands, as its training process last said, or `lstm_core.runs.jobs` while it has none.

    ``detail`` says in words what is being prepared, or why it failed. ``step`` is as of the last change
    of state or checkpoint; the events know more. ``tweaked`` is true once a person changed settings while
    it trained, so that it no longer is the answer to its hyperparameters. ``seconds`` counts training
    only, over all interruptions.
    """

    state: State
    since: Time
    detail: str = ""
    step: Step = 0
    tweaked: bool = False
    seconds: float = Field(0.0, ge=0, lt=YEAR_10000)
    device: str = ""
    peak_memory: int = Field(0, ge=0, lt=2**63)


class Control(_Written):
    """What a person wants of a training. ``None`` leaves the run's own setting.

    Every setting is within the bounds of its field.
    """

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
        fields = set(type(self).model_fields) - {"paused", "stop"}
        return self.model_dump(include=fields, exclude_none=True)

    def settings(self, original: HyperParameters) -> HyperParameters:
        """The hyperparameters now wanted.

        Raises:
            InvalidValue: they do not go together with those of ``original`` that nobody changed.
        """
        wanted = self._wanted()
        return with_changes(original, **wanted) if wanted else original


def settings_of(identity: Identity) -> HyperParameters:
    """The settings of a run.

    Raises:
        RunNewer: it has some that this version does not know.
        RunDamaged: a value breaks its rule.
    """
    unknown = sorted(identity.hyperparameters.keys() - HyperParameters.model_fields.keys())
    if unknown:
        raise RunNewer(
            "This run was made by a newer version of Row by Row. It has the settings "
            f"{', '.join(unknown)}, which this one does not know. Open it with that version."
        )
    try:
        return hyperparameters(identity.hyperparameters)
    except InvalidValue as error:
        raise RunDamaged(f"Its settings cannot be used: {error}.") from error
