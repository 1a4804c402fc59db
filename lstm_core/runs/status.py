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


class Origin(_Written):
    """Where a network comes from that was trained elsewhere and brought in.

    Attributes:
        file: its name, as it can be shown; no path.
        form: of the file: ``keras``, ``h5`` or ``npz``.
        sha256: of the file, as 64 hexadecimal digits.
        rows, columns: of the images it reads.
        classes: how many it tells apart.
        class_names: what they are called; empty where they are the digits 0, 1, ….
        notes: what was taken for granted when the file was read, in sentences.
    """

    file: Annotated[str, AfterValidator(shown_name)]
    form: str
    sha256: str
    rows: Annotated[int, Field(ge=1)]
    columns: Annotated[int, Field(ge=1)]
    classes: Annotated[int, Field(ge=1)]
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def reads(self) -> str:
        """What it reads in words, such as "28 × 28 pixels, 10 classes"."""
        return f"{self.rows} × {self.columns} pixels, {self.classes} classes"


class Identity(_Written):
    """What a run is: its name and settings. ``key`` is `settings.run_key`.

    A run with an ``origin`` was not trained here: its settings describe the network's shape alone, and its
    key is that of no settings.

    Marks that cannot be seen are taken out of names that were given before these were refused.
    """

    name: Annotated[str, AfterValidator(shown_name)]
    key: str
    created: Time
    hyperparameters: dict[str, Any]
    origin: Origin | None = None


class Status(_Written):
    """Where a run stands, as its training process last said, or `lstm_core.runs.jobs` while it has none.

    ``detail`` says in words what is being prepared, or why it failed. ``step`` is as of the last change
    of state or checkpoint; the events know more. ``tweaked`` is true once a person changed settings while
    it trained, so that it no longer is the answer to its hyperparameters. ``seconds`` counts training
    only, over all interruptions. In the queue, runs of a higher ``priority`` go first. ``worker`` is the
    number of the training process that has the run, see `lstm_core.runs.worker_start`. ``cluster`` is the
    address of the Ray cluster that it is meant for, or empty: it is trained on this machine.
    """

    state: State
    since: Time
    detail: str = ""
    step: Step = 0
    tweaked: bool = False
    seconds: float = Field(0.0, ge=0, lt=YEAR_10000)
    device: str = ""
    peak_memory: int = Field(0, ge=0, lt=2**63)
    priority: int = Field(0, ge=-100, le=100)
    worker: int = Field(1, ge=1)
    cluster: str = ""


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
