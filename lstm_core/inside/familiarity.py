"""Whether a drawing looks like anything the network has learnt: a score from one reading.

Two signs, each known from the literature and each set against what it is for real digits:

- how far the top layer's last cell state is from the nearest class's mean, in the measure of the spread that
  the classes share: the Mahalanobis distance of Lee, Lee, Lee & Shin (2018), "A Simple Unified Framework for
  Detecting Out-of-Distribution Samples", equation 2, here of a cell state;
- the energy of the logits, −log Σ exp(z), of Liu, Wang, Owens & Li (2020), "Energy-based Out-of-distribution
  Detection", equation 4.

The score is the sum of both, each less its mean over the validation digits and divided by its standard
deviation there. A drawing is unfamiliar when its score is over that of all but `WARNED_SHARE` of the
validation digits. Means, spread and threshold belong to one network and lie beside its weights; ``python -m
benchmarks.out_of_distribution`` makes them and counts what is warned about.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, WeightsError
from lstm_core.files import write_whole
from lstm_core.reading.trace import LayerTrace, Trace
from lstm_core.reading.weights import read_arrays

WARNED_SHARE = 0.005
"""Share of the validation digits that are warned about."""

_RIDGE = 1e-3
"""Added to the spread in every direction, as a share of its mean, so that it can be inverted."""


@dataclass(frozen=True)
class Readings:
    """What a network came to on ``n`` images.

    Attributes:
        cells: ``(n, units)`` the top layer's cell state after the last row.
        logits: ``(n, classes)`` after the last row.
    """

    cells: FloatArray
    logits: FloatArray


@dataclass(frozen=True)
class FamiliarityModel:
    """What one network has learnt to see.

    Attributes:
        whitening: ``(units, units)`` float16; turns the spread of a class into that of a unit ball.
        means: ``(classes, units)`` float32, each class's mean cell state, whitened.
        centre, spread: ``(2,)`` float64, of squared distance and energy over the validation digits.
        threshold: scores over it are unfamiliar.
        network: `LstmWeights.fingerprint` of those all this belongs to.
    """

    whitening: NDArray[np.float16]
    means: FloatArray
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    threshold: float
    network: str

    def signs(self, readings: Readings) -> NDArray[np.float64]:
        """``(n, 2)``: squared Mahalanobis distance to the nearest class, and energy."""
        at = readings.cells @ self.whitening.astype(np.float32)
        squares = np.square(at[:, None] - self.means).sum(axis=2).min(axis=1)
        top = readings.logits.max(axis=1)
        energy = -top - np.log(np.exp(readings.logits - top[:, None]).sum(axis=1))
        return np.stack([squares, energy], axis=1).astype(np.float64)

    def score(self, readings: Readings) -> NDArray[np.float64]:
        """``(n,)``, about 0 for a usual digit, greater for what is less like one."""
        scores: NDArray[np.float64] = ((self.signs(readings) - self.centre) / self.spread).sum(axis=1)
        return scores

    def is_unfamiliar(self, trace: Trace) -> bool:
        """Whether one drawing does not look like what the network has learnt.

        Raises:
            InvalidValue: the reading is not one of an LSTM with as many units.
        """
        top = trace.layers[-1]
        if not isinstance(top, LayerTrace) or top.cell.shape[1] != len(self.whitening):
            raise InvalidValue(
                "trace", f"of an LSTM with {len(self.whitening)} units on top", type(top).__name__
            )
        return bool(self.score(Readings(top.cell[-1:], trace.logits[-1:]))[0] > self.threshold)


def fit_familiarity(
    learnt: Readings, labels: NDArray[np.integer], validation: Readings, network: str
) -> FamiliarityModel:
    """Find the classes' means and common spread, and the threshold.

    Args:
        learnt: of training digits; every class must be among them.
        labels: ``(n,)`` what ``learnt`` are.
        validation: of other digits, which set what a usual score is.
        network: `LstmWeights.fingerprint` of the network that read them.

    Raises:
        InvalidValue: a class has no digits.
    """
    classes, units = learnt.logits.shape[1], learnt.cells.shape[1]
    if len(np.unique(labels)) != classes:
        raise InvalidValue("labels", f"of all {classes} classes", sorted(set(labels.tolist())))
    cells = learnt.cells.astype(np.float64)
    means = np.stack([cells[labels == label].mean(axis=0) for label in range(classes)])
    within = np.cov((cells - means[labels]).T)
    within += _RIDGE * np.trace(np.cov(cells.T)) / units * np.eye(units)
    # Σ⁻¹ = L Lᵀ, so that |(x − μ) L|² is the squared Mahalanobis distance.
    whitening = np.linalg.cholesky(np.linalg.inv(within)).astype(np.float16)
    whitened = (means @ whitening.astype(np.float64)).astype(np.float32)
    raw = FamiliarityModel(whitening, whitened, np.zeros(2), np.ones(2), 0.0, network)
    signs = raw.signs(validation)
    centre, spread = signs.mean(axis=0), signs.std(axis=0)
    threshold = float(np.quantile(((signs - centre) / spread).sum(axis=1), 1 - WARNED_SHARE))
    return FamiliarityModel(whitening, whitened, centre, spread, threshold, network)


def save(familiar: FamiliarityModel, path: Path) -> None:
    """Write it as an ``.npz``, whole or not at all. Raises `StorageError` when it cannot be written."""
    with write_whole(path) as file:
        np.savez_compressed(
            file,
            whitening=familiar.whitening,
            means=familiar.means,
            centre=familiar.centre,
            spread=familiar.spread,
            threshold=np.float64(familiar.threshold),
            network=np.array(familiar.network),
        )


def load(path: Path) -> FamiliarityModel:
    """Read what `save` wrote.

    Raises:
        WeightsError: the file is missing or damaged.
    """
    held = read_arrays(path)
    try:
        found = FamiliarityModel(
            held["whitening"],
            held["means"],
            held["centre"],
            held["spread"],
            float(held["threshold"]),
            str(held["network"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError(f"{path.name} is not what `familiarity.save` writes.") from error
    units = len(found.whitening)
    if found.whitening.shape != (units, units) or found.means.ndim != 2 or found.means.shape[1] != units:
        raise WeightsError(f"{path.name} holds arrays that do not fit each other.")
    return found
