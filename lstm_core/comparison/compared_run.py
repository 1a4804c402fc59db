"""What a comparison knows of one run."""

from __future__ import annotations

from dataclasses import dataclass, field

from lstm_core.errors import RunError
from lstm_core.runs.index import RunSummary
from lstm_core.runs.status import WAITING_OR_ACTIVE, State
from lstm_core.settings.computed import Computed
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import run_key


@dataclass(frozen=True)
class ComparedRun:
    """One run beside others.

    Attributes:
        id, name: of the run.
        settings: what it was asked to do; of a network that was trained elsewhere its shape alone.
        computed: what computed it.
        state: where it stands.
        accuracy: on the test images, in [0, 1]; None while they were not read.
        seconds: of training.
        tweaked: whether a person changed settings while it trained.
        brought_in: whether it was trained elsewhere.
    """

    id: str
    name: str
    settings: HyperParameters
    computed: Computed = field(default_factory=Computed)
    state: State = "finished"
    accuracy: float | None = None
    seconds: float = 0.0
    tweaked: bool = False
    brought_in: bool = False

    @property
    def stands_for_its_settings(self) -> bool:
        """Whether it was trained here with the settings it began with to its end, or is on its way there."""
        if self.brought_in or self.tweaked or self.settings.fine_tuning:
            return False
        return self.state in ("finished", *WAITING_OR_ACTIVE)

    @property
    def data(self) -> str:
        """Fingerprint of the data set that it learnt from; empty where that is not known."""
        return "" if self.brought_in else self.settings.info.fingerprint

    @property
    def key_without_seed(self) -> str:
        """The same for runs of which only the seed differs."""
        return run_key(self.settings.model_copy(update={"seed": 0}))


def compared_run(summary: RunSummary) -> ComparedRun:
    """The run that ``summary`` is of. Raises `RunError` where it cannot be used."""
    if summary.problem:
        raise RunError(f"Run {summary.id} cannot be used. {summary.problem}")
    identity, status, settings = summary.parts
    return ComparedRun(
        id=summary.id,
        name=identity.name,
        settings=settings,
        computed=Computed.from_environment(summary.environment or {}),
        state=status.state,
        accuracy=summary.accuracy,
        seconds=status.seconds,
        tweaked=status.tweaked,
        brought_in=identity.origin is not None,
    )
