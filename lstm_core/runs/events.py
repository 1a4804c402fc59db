"""What a training process reports, one JSON object a line in the run's ``events.jsonl``.

Every event carries ``step``, the optimiser steps taken so far, and ``time``, seconds since the epoch.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from lstm_core.errors import RunDamaged
from lstm_core.runs.status import Step, Time
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.validation import with_valid_fields

Accuracy = Annotated[float, Field(ge=0, le=1)]


class _Event(BaseModel):
    # JSON has no nan: without this it would become null, which is not a float when read back. Only a loss
    # may be none: it is what a training that diverges reports last.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    step: Step
    time: Time


class Started(_Event):
    """Training begins, or goes on from ``step``: later steps seen before are void.

    ``note`` says what was lost when it does not go on from a checkpoint that is there, or is empty.
    """

    kind: Literal["started"] = "started"
    steps: Step
    device: str
    note: str = ""


class Batch(_Event):
    """Mean training loss and accuracy since the last such event; a speed of 0 is not known yet."""

    kind: Literal["batch"] = "batch"
    loss: float
    accuracy: Accuracy
    learning_rate: FiniteFloat
    steps_per_second: float = Field(ge=0, le=1e9)


class Evaluation(_Event):
    """Loss of the validation images over the rows the training supervises, and accuracy after the last."""

    kind: Literal["evaluation"] = "evaluation"
    loss: float
    accuracy: Accuracy


class Snapshot(_Event):
    """The weights of this step were written to the run's ``snapshots`` folder."""

    kind: Literal["snapshot"] = "snapshot"


class Tweaked(_Event):
    """A person changed a setting while training."""

    kind: Literal["tweaked"] = "tweaked"
    field: str
    before: FiniteFloat
    after: FiniteFloat

    @model_validator(mode="after")
    def _is_a_setting(self) -> Self:
        if self.field not in FIELDS or FIELDS[self.field].kind not in (int, float):
            raise ValueError(f"{self.field!r} is no setting that is a number")
        with_valid_fields({self.field: self.after})
        return self


class Paused(_Event):
    """A person paused the training."""

    kind: Literal["paused"] = "paused"


class Resumed(_Event):
    """A person let a paused training go on."""

    kind: Literal["resumed"] = "resumed"


class Finished(_Event):
    """All steps were taken; ``accuracy`` is that of the test images."""

    kind: Literal["finished"] = "finished"
    accuracy: Accuracy


class Stopped(_Event):
    """A person stopped the training; what was learnt is kept. ``accuracy`` is that of the test images."""

    kind: Literal["stopped"] = "stopped"
    accuracy: Accuracy


class Failed(_Event):
    """Training ended by itself; ``message`` says why and what to do."""

    kind: Literal["failed"] = "failed"
    message: str


TrainingEvent = (
    Started | Batch | Evaluation | Snapshot | Tweaked | Paused | Resumed | Finished | Stopped | Failed
)

_EVENT: TypeAdapter[TrainingEvent] = TypeAdapter(Annotated[TrainingEvent, Field(discriminator="kind")])


def to_line(event: TrainingEvent) -> bytes:
    """One line of ``events.jsonl``, with its newline."""
    return event.model_dump_json().encode() + b"\n"


def from_line(line: bytes) -> TrainingEvent:
    """The event of one line.

    Raises:
        RunDamaged: the line is not an event.
    """
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise RunDamaged(f"Not a training event: {line[:80]!r}") from error
