"""The network that somebody's drawings are taught to: one of one's own, or the one that ships."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.pretrained.shipped import shipped_card, shipped_weights
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters

SHIPPED = "the network that ships with the project"


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


def parent_of(run: Run | None) -> Parent:
    """The network of ``run``, or for None the one that ships.

    Raises:
        WeightsError: the run has no weights yet, or they are damaged.
        RunDamaged: the run's folder cannot be read.
        StorageError: it cannot be read at this moment.
    """
    if run is None:
        settings = hyperparameters(shipped_card().hyperparameters)
        return Parent("", SHIPPED, shipped_weights(), settings)
    return Parent(run.id, run.name, run.weights(), run.hyperparameters)
