"""McNemar's exact test against the binomial coefficients, counted out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lstm_core.comparison.mcnemar import PairedTest, paired_test, with_holm
from lstm_core.errors import InvalidValue


def readings(labels: np.ndarray, wrong: range) -> np.ndarray:
    """All read rightly but those at the places ``wrong``."""
    found = labels.copy()
    found[wrong.start : wrong.stop] = (found[wrong.start : wrong.stop] + 1) % 10
    return found


def counted_out(first: int, second: int) -> float:
    """Two-sided p of a fair coin, from Pascal's triangle."""
    n = first + second
    tail = sum(math.comb(n, k) for k in range(min(first, second) + 1)) / 2**n
    return min(1.0, 2 * tail)


@pytest.mark.parametrize(("first", "second"), [(0, 6), (3, 12), (40, 61), (7, 7), (0, 0), (1, 0)])
def test_p_is_that_of_a_fair_coin_counted_out(first: int, second: int) -> None:
    labels = np.arange(200) % 10
    # The first is wrong about the images that only the second gets right, and the other way round.
    a, b = readings(labels, range(second)), readings(labels, range(100, 100 + first))
    found = paired_test(labels, a, b)
    assert (found.only_first, found.only_second) == (first, second)
    assert found.p == found.adjusted == pytest.approx(counted_out(first, second), rel=1e-9)
    assert found.both == 200 - first - second
    assert found.images == 200


def test_images_that_both_read_wrongly_do_not_count() -> None:
    labels = np.arange(50) % 10
    a, b = readings(labels, range(20)), readings(labels, range(14))
    found = paired_test(labels, a, b)
    assert (found.neither, found.only_first, found.only_second) == (14, 0, 6)
    assert found.p == pytest.approx(2 / 2**6)
    assert found.is_told_apart


def test_labels_of_bytes_are_compared_with_readings_of_integers() -> None:
    labels = np.array([0, 200, 255], np.uint8)
    found = paired_test(labels, np.array([0, 200, 255]), np.array([0, 200, -1]))
    assert (found.both, found.only_first) == (2, 1)


def test_holm_counts_how_many_tests_were_made() -> None:
    def of(p: float) -> PairedTest:
        return PairedTest(1, 1, 1, 1, p, p)

    found = with_holm([of(0.04), None, of(0.01), of(0.03)])
    assert found[1] is None
    # By hand: 3 × 0.01; 2 × 0.03; 1 × 0.04, but never less than the one before.
    assert [test and test.adjusted for test in found] == [0.06, None, pytest.approx(0.03), 0.06]
    assert [test and test.is_told_apart for test in found] == [False, None, True, False]
    assert with_holm([of(0.9), of(0.8)])[0] == PairedTest(1, 1, 1, 1, 0.9, 1.0)


def test_arrays_that_do_not_fit_are_refused() -> None:
    labels = np.zeros(3, int)
    with pytest.raises(InvalidValue, match="`second` must be of shape \\(3,\\)"):
        paired_test(labels, labels, np.zeros(2, int))
    with pytest.raises(InvalidValue, match="labels"):
        paired_test(np.zeros(0, int), labels, labels)
