"""What is familiar to the network of a run, in a file of its folder.

A training writes it when it ends. Earlier runs have none, and what their networks read is never doubted.
"""

from __future__ import annotations

import logging

from lstm_core.data.augmentation.recipes import Kind
from lstm_core.data.info import Dataset
from lstm_core.errors import InvalidValue, LstmError, StorageError
from lstm_core.inside import familiarity
from lstm_core.inside.familiarity import FamiliarityModel
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.run import Run

FILE = "familiar.npz"

_log = logging.getLogger(__name__)


def familiarity_of(run: Run, weights: LstmWeights) -> FamiliarityModel | None:
    """What is familiar to the ``weights`` of ``run``.

    None where it was not measured for just these weights, or the file is damaged, which the log then says.
    """
    path = run.folder / FILE
    if not path.exists():
        return None
    try:
        return familiarity.load_for(weights, path)
    except LstmError as error:
        _log.info("Nothing is said of what is unfamiliar to run %s: %s", run.id, error)
        return None


def measure(run: Run, weights: LstmWeights, dataset: Dataset, augmentation: Kind) -> None:
    """Keep what is familiar to ``weights``; a network of which it cannot be measured does without.

    Args:
        run: whose ``weights`` they are.
        weights: of the network.
        dataset: what it learnt from, and its validation images.
        augmentation: how these were varied.
    """
    try:
        found = familiarity.learn(weights, dataset.train, dataset.validation, augmentation)
        familiarity.save(found, run.folder / FILE)
    except (InvalidValue, StorageError) as error:
        _log.warning("Run %s does without a measure of what is familiar: %s", run.id, error)


def version(run: Run) -> int:
    """Changes whenever the file is written; 0 without one."""
    try:
        return (run.folder / FILE).stat().st_mtime_ns
    except OSError:
        return 0
