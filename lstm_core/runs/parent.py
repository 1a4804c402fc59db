"""A network that a training starts from, and how it was trained itself."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters


@dataclass(frozen=True)
class Parent:
    """A network and how it was trained.

    Attributes:
        id: of its run; empty for the network that ships.
        name: for people.
        weights: what it learnt; their ``rows``, ``columns`` and ``names`` say what can be taught.
        settings: what it was trained with.
    """

    id: str
    name: str
    weights: LstmWeights
    settings: HyperParameters

    @classmethod
    def of(cls, run: Run) -> Parent:
        """The network of ``run``.

        Raises:
            WeightsError: the run has no weights yet, or they are damaged.
            RunDamaged: the run's folder cannot be read.
            StorageError: it cannot be read at this moment.
        """
        return cls(run.id, run.name, run.weights(), run.hyperparameters)
