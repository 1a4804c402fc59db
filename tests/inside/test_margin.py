"""The margin between two classes, against the head applied to Keras' states, and cases by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.margin import Margin, margin_between
from lstm_core.reading.trace import read
from lstm_core.reading.verdict import SETTLED_MARGIN, verdict
from tests.networks import random_weights


def problem(seed: int = 0) -> tuple[Any, Any, Any]:
    weights = random_weights((7, 5), rows=9, seed=seed, scale=1.2)
    image = np.random.default_rng(seed).uniform(size=(9, 8)).astype(np.float32)
    image[:2] = 0
    return weights, image, read(weights, image)


def by_hand(*after: float, start: float = 0.0, first_ink: int | None = 1) -> Margin:
    return Margin(3, 2, start, np.array(after), first_ink)


def test_the_margin_after_a_row_is_that_of_reading_no_further() -> None:
    weights, image, trace = problem()
    found = margin_between(weights, image, trace, 4, 1)
    for row in range(1, 10):
        head = read(weights, image[:row]).layers[-1].hidden[-1] @ weights.head_kernel + weights.head_bias
        assert found.after[row - 1] == pytest.approx(float(head[4] - head[1]), abs=1e-5)
    assert found.start == pytest.approx(float(weights.head_bias[4] - weights.head_bias[1]))
    assert found.first_ink == 3


def test_the_odds_of_two_classes_are_its_exponential() -> None:
    weights, image, trace = problem()
    found = margin_between(weights, image, trace, 4, 1)
    odds = trace.probabilities[:, 4] / trace.probabilities[:, 1]
    np.testing.assert_allclose(np.exp(found.after), odds, rtol=1e-4)


def test_start_and_shares_sum_to_the_last_margin() -> None:
    found = margin_between(*problem(), 4, 1)
    assert found.start + found.shares.sum() == pytest.approx(found.after[-1], abs=1e-12)
    np.testing.assert_allclose(found.shares[1:], found.after[1:] - found.after[:-1])


def test_the_other_class_sees_the_same_with_the_other_sign() -> None:
    weights, image, trace = problem()
    one, other = margin_between(weights, image, trace, 4, 1), margin_between(weights, image, trace, 1, 4)
    back = one.reversed()
    assert (back.label, back.against, back.start) == (1, 4, other.start)
    np.testing.assert_array_equal(back.after, other.after)


def test_it_settles_where_the_lead_begins_to_last_but_not_before_there_is_ink() -> None:
    assert by_hand(3, 1, 3, 4).settled_at_row == 3
    assert by_hand(3, 3, 3, first_ink=2).settled_at_row == 2
    assert by_hand(3, 3, SETTLED_MARGIN).settled_at_row == 1
    assert by_hand(3, 3, 2.3).settled_at_row is None
    assert by_hand(3, 3, first_ink=None).settled_at_row is None


def test_a_verdict_is_settled_when_it_is_against_every_other_class() -> None:
    settled = 0
    for seed in range(40):
        weights, image, trace = problem(seed)
        found = verdict(trace.probabilities, image)
        rows = [
            margin_between(weights, image, trace, found.label, other).settled_at_row
            for other in range(10)
            if other != found.label
        ]
        assert found.settled_at_row == (None if None in rows else max(row for row in rows if row))
        settled += found.settled_at_row is not None
    assert 0 < settled < 40


def test_bad_arguments_are_named() -> None:
    weights, image, trace = problem()
    cases: list[tuple[Any, Any, Any, Any, str]] = [
        (weights, image, 10, 1, "label"),
        (weights, image, 1, -1, "against"),
        (weights, image, 1, 1, "against"),
        (weights, image[:5], 1, 2, "trace"),
        (random_weights((7,), cell="gru"), image, 1, 2, "weights"),
    ]
    for network, pixels, label, against, named in cases:
        with pytest.raises(InvalidValue, match=f"`{named}`"):
            margin_between(network, pixels, trace, label, against)
