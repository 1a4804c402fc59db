"""Reliability against counting bin by bin; the temperature against one that is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.calibration import calibrate, fit_temperature, loss, reliability, with_temperature


def softmax(logits: Any) -> Any:
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def drawn(n: int, sharper: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from honest probabilities, and these as one says them who multiplies the logits."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, 5))
    labels = (softmax(logits).cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, 4)
    return softmax((sharper * logits).astype(np.float32)), labels


def test_bins_are_as_counted_one_by_one():
    probabilities, labels = drawn(500, 1.7)
    found = reliability(probabilities, labels, bins=15)
    error = 0.0
    for number in range(15):
        inside = [
            (float(p.max()), int(p.argmax()) == label)
            for p, label in zip(probabilities, labels, strict=True)
            if math.ceil(float(p.max()) * 15) - 1 == number
        ]
        assert found.counts[number] == len(inside)
        if not inside:
            assert np.isnan(found.confidence[number]) and np.isnan(found.accuracy[number])
            continue
        confidence = sum(sure for sure, _ in inside) / len(inside)
        accuracy = sum(right for _, right in inside) / len(inside)
        assert found.confidence[number] == pytest.approx(confidence)
        assert found.accuracy[number] == pytest.approx(accuracy)
        error += len(inside) / 500 * abs(accuracy - confidence)
    assert found.error == pytest.approx(error)


def test_a_case_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [1.0, 0.0]])
    found = reliability(probabilities, np.array([0, 1, 1, 0]), bins=2)
    assert found.counts.tolist() == [0, 4]
    assert found.accuracy[1] == 0.75 and found.confidence[1] == pytest.approx(0.85)
    assert found.error == pytest.approx(0.1)


@pytest.mark.parametrize("sharper", [0.5, 1.0, 2.5])
def test_the_temperature_undoes_known_overconfidence(sharper: float):
    probabilities, labels = drawn(20_000, sharper)
    temperature = fit_temperature(probabilities, labels)
    assert temperature == pytest.approx(sharper, rel=0.05)
    # A minimum: worse on both sides.
    least = loss(with_temperature(probabilities, temperature), labels)
    for other in (0.98 * temperature, 1.02 * temperature):
        assert loss(with_temperature(probabilities, other), labels) > least


def test_dividing_logarithms_is_dividing_logits():
    logits = np.random.default_rng(0).normal(0, 3, (7, 5))
    np.testing.assert_allclose(with_temperature(softmax(logits), 1.9), softmax(logits / 1.9), rtol=1e-6)
    np.testing.assert_allclose(with_temperature(softmax(logits), 1.0), softmax(logits), rtol=1e-6)


def test_it_is_fitted_on_one_half_and_reported_on_the_other():
    probabilities, labels = drawn(4_000, 2.5)
    found = calibrate(probabilities, labels)
    assert found.temperature == fit_temperature(probabilities[::2], labels[::2])
    assert found.before.error == reliability(probabilities[1::2], labels[1::2]).error
    assert found.after.error < 0.5 * found.before.error
    assert found.loss_after < found.loss_before
    assert found.loss_before == loss(probabilities[1::2], labels[1::2])


def test_a_probability_of_nothing_costs_much_but_not_endlessly():
    assert 50 < loss(np.array([[1.0, 0.0]], np.float32), np.array([1])) < 1000


def test_what_does_not_fit_is_named():
    probabilities, labels = drawn(10, 1.0)
    with pytest.raises(InvalidValue, match="labels"):
        reliability(probabilities, labels[1:])
    with pytest.raises(InvalidValue, match="probabilities"):
        loss(probabilities[0], labels)
    with pytest.raises(InvalidValue, match="bins"):
        reliability(probabilities, labels, bins=0)
    with pytest.raises(InvalidValue, match="temperature"):
        with_temperature(probabilities, 0.0)
    with pytest.raises(InvalidValue, match="labels"):
        calibrate(probabilities[:1], labels[:1])
