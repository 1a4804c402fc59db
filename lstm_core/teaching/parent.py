"""The network that a training starts from: one of one's own, or the one that ships."""

from __future__ import annotations

from lstm_core.pretrained.shipped import shipped_card, shipped_weights
from lstm_core.runs.parent import Parent
from lstm_core.runs.run import Run
from lstm_core.settings.validation import hyperparameters

SHIPPED = "the network that ships with the project"


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
    return Parent.of(run)
