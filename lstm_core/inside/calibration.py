"""Does 90 % mean 90 %? Reliability, expected calibration error, and the temperature that mends it.

Guo, Pleiss, Sun & Weinberger (2017), "On Calibration of Modern Neural Networks": the bins of equal width and
the expected calibration error are its equations 1 to 3, temperature scaling its equation 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

BINS = 15

_SMALLEST = float(np.finfo(np.float32).tiny)
"""Probabilities that float32 took for 0 count as this."""
_TEMPERATURES = (0.05, 20.0)

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Reliability:
    """Readings sorted into bins ``(0, 1/bins], (1/bins, 2/bins], …`` by the verdict's probability.

    Attributes:
        counts: ``(bins,)`` readings in each.
        confidence: ``(bins,)`` mean probability of the verdict; nan in an empty bin.
        accuracy: ``(bins,)`` share that was right; nan in an empty bin.
        error: the expected calibration error, in [0, 1].
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    error: float


@dataclass(frozen=True)
class Calibration:
    """A temperature fitted on one half of the readings, and what it does to the other.

    Attributes:
        temperature: the logits are divided by it; over 1 where the network was too sure.
        before, after: of the other half.
        loss_before, loss_after: mean negative log-likelihood of the other half, in nats.
    """

    temperature: float
    before: Reliability
    after: Reliability
    loss_before: float
    loss_after: float


def reliability(probabilities: Floats, labels: NDArray[np.integer], bins: int = BINS) -> Reliability:
    """Sort readings by how sure they are, and count how many of each bin are right.

    Args:
        probabilities: ``(n, classes)``.
        labels: ``(n,)``.
        bins: at least 1.

    Raises:
        InvalidValue: shapes that do not fit, or no bin.
    """
    _check(probabilities, labels)
    if bins < 1:
        raise InvalidValue("bins", "at least 1", bins)
    sure = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(bin_of, sure, bins) / counts
        accuracy = np.bincount(bin_of, right.astype(np.float64), bins) / counts
    gaps = np.abs(accuracy - confidence)[counts > 0]
    error = float((gaps * counts[counts > 0]).sum() / len(labels))
    return Reliability(counts.astype(np.int64), confidence, accuracy, error)


def with_temperature(probabilities: Floats, temperature: float) -> NDArray[np.float64]:
    """Probabilities as they would be with the logits divided by ``temperature``.

    The logarithms of probabilities are logits but for a constant, which softmax does not see.

    Raises:
        InvalidValue: the temperature is not positive.
    """
    if not temperature > 0:
        raise InvalidValue("temperature", "positive", temperature)
    logits = _logs(probabilities) / temperature
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def loss(probabilities: Floats, labels: NDArray[np.integer]) -> float:
    """Mean negative log-likelihood of the labels, in nats."""
    _check(probabilities, labels)
    return float(-_logs(probabilities)[np.arange(len(labels)), labels].mean())


def fit_temperature(probabilities: Floats, labels: NDArray[np.integer]) -> float:
    """The temperature in [0.05, 20] with the least `loss`, to 1e-4.

    Args:
        probabilities: ``(n, classes)``.
        labels: ``(n,)``.

    Raises:
        InvalidValue: shapes that do not fit.
    """
    from scipy.optimize import minimize_scalar

    _check(probabilities, labels)

    def of(logarithm: float) -> float:
        return loss(with_temperature(probabilities, float(np.exp(logarithm))), labels)

    low, high = np.log(_TEMPERATURES)
    found = minimize_scalar(of, bounds=(low, high), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def calibrate(probabilities: Floats, labels: NDArray[np.integer]) -> Calibration:
    """Fit the temperature on every other reading, from the first; report on those between.

    Raises:
        InvalidValue: shapes that do not fit, or fewer than two readings.
    """
    if len(labels) < 2:
        raise InvalidValue("labels", "at least two", len(labels))
    temperature = fit_temperature(probabilities[::2], labels[::2])
    rest, truth = probabilities[1::2], labels[1::2]
    mended = with_temperature(rest, temperature)
    return Calibration(
        temperature,
        before=reliability(rest, truth),
        after=reliability(mended, truth),
        loss_before=loss(rest, truth),
        loss_after=loss(mended, truth),
    )


def _logs(probabilities: Floats) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    return logs


def _check(probabilities: Floats, labels: NDArray[np.integer]) -> None:
    if probabilities.ndim != 2 or not probabilities.size:
        raise InvalidValue("probabilities", "of shape (n, classes)", probabilities.shape)
    if labels.shape != probabilities.shape[:1]:
        raise InvalidValue("labels", f"of shape {probabilities.shape[:1]}", labels.shape)
