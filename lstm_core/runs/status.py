"""What stands in the small files of a run folder: identity, status, and what is wanted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes

State = Literal["queued", "preparing", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[State, ...] = ("preparing", "running", "paused")
WAITING_OR_ACTIVE: tuple[State, ...] = ("queued", *ACTIVE)


class _Written(BaseModel):
    """A small file. Fields that a newer version added are kept when this one writes it anew."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Identity(_Written):
    """What a run is: its name and settings. ``key`` is `settings.run_key`."""

    name: str
    key: str
    created: float
    hyperparameters: dict[str, Any]


class Status(_Written):
    """Where a run stands, as its training process last said, or `lstm_core.runs.jobs` while it has none.

    ``detail`` says in words what is being prepared, or why it failed. ``step`` is as of the last change
    of state or checkpoint; the events know more. ``tweaked`` is true once a person changed settings while
    it trained, so that it no longer is the answer to its hyperparameters. ``seconds`` counts training
    only, over all interruptions.
    """

    state: State
    since: float
    detail: str = ""
    step: int = 0
    tweaked: bool = False
    seconds: float = 0.0
    device: str = ""
    peak_memory: int = 0


class Control(_Written):
    """What a person wants of a training. ``None`` leaves the run's own setting."""

    paused: bool = False
    stop: bool = False
    learning_rate: float | None = None
    dropout: float | None = None
    batch_size: int | None = None
    steps: int | None = None

    def settings(self, original: HyperParameters) -> HyperParameters:
        """The hyperparameters now wanted. Raises `InvalidValue`."""
        fields = set(type(self).model_fields) - {"paused", "stop"}
        wanted = self.model_dump(include=fields, exclude_none=True)
        return with_changes(original, **wanted) if wanted else original
