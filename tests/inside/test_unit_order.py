"""Orders of units: clusters that are plain to see, and influence against scaling a unit down for real."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.inside.unit_order import by_influence, by_similarity, influences
from lstm_core.reading.recurrence import advance, input_products
from lstm_core.reading.trace import LayerTrace, read
from lstm_core.reading.weights import LstmWeights
from tests.networks import random_weights
from tests.seeded import seeded

IMAGE = np.random.default_rng(3).random((6, 8)).astype(np.float32)
WEIGHTS = random_weights((5, 4), rows=6, scale=0.8)
TRACE = read(WEIGHTS, IMAGE)


def final_logit(weights: LstmWeights, label: int, layer: int, unit: int, scale: float) -> float:
    """The logit after the last row if one unit's hidden value were ``scale`` times itself at every row."""
    states = [[np.zeros(layer.units), np.zeros(layer.units)] for layer in weights.layers]
    x = IMAGE[0].astype(np.float64)
    for row in IMAGE.astype(np.float64):
        x = row
        for number, each in enumerate(weights.layers):
            after = np.empty(each.units), np.empty(each.units)
            advance(each, input_products(each, x).astype(np.float64), tuple(states[number]), after)  # type: ignore[arg-type]
            if number == layer:
                after[0][unit] *= scale
            states[number] = list(after)
            x = after[0]
    return float(x @ weights.head_kernel[:, label] + weights.head_bias[label])


@pytest.mark.parametrize("layer", [0, 1])
def test_influence_is_how_fast_the_logit_falls_as_a_unit_fades(layer: int) -> None:
    found = influences(WEIGHTS, IMAGE, TRACE, 3)
    step = 1e-4
    for unit in range(WEIGHTS.units[layer]):
        up, down = (final_logit(WEIGHTS, 3, layer, unit, 1 + sign * step) for sign in (1, -1))
        assert found[layer][unit] == pytest.approx((up - down) / (2 * step), rel=1e-3, abs=1e-4)


def test_of_one_row_the_influence_of_a_top_unit_is_what_it_adds_to_the_logit() -> None:
    image = IMAGE[:1]
    trace = read(WEIGHTS, image)
    top = trace.layers[-1]
    assert isinstance(top, LayerTrace)
    expected = top.hidden[0] * WEIGHTS.head_kernel[:, 7]
    np.testing.assert_allclose(influences(WEIGHTS, image, trace, 7)[-1], expected, rtol=1e-6)


def test_the_most_influential_unit_comes_first_whatever_its_sign() -> None:
    assert by_influence(np.array([0.1, -3.0, 2.0, 0.1])).tolist() == [1, 2, 0, 3]


def test_curves_that_run_alike_become_neighbours() -> None:
    rng = np.random.default_rng(0)
    kinds = rng.standard_normal((10, 3))
    kind_of = rng.permutation(np.repeat(np.arange(3), 6))
    order = by_similarity(kinds[:, kind_of] + 0.01 * rng.standard_normal((10, 18)))
    changes = np.flatnonzero(np.diff(kind_of[order]))
    assert changes.tolist() == [5, 11]


@seeded
@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 9))
def test_every_order_holds_every_unit_once(rows: int, units: int, seed: int) -> None:
    hidden = np.random.default_rng(seed).standard_normal((rows, units)).astype(np.float32)
    assert sorted(by_similarity(hidden)) == list(range(units))
    assert sorted(by_influence(hidden[0])) == list(range(units))


def test_units_that_are_all_the_same_can_be_ordered_too() -> None:
    assert sorted(by_similarity(np.zeros((4, 5), np.float32))) == list(range(5))


@pytest.mark.parametrize("hidden", [np.zeros(3), np.zeros((3, 0)), np.full((2, 2), np.nan)])
def test_what_cannot_be_ordered_is_named(hidden: np.ndarray) -> None:
    with pytest.raises(InvalidValue, match="hidden"):
        by_similarity(hidden)


@pytest.mark.parametrize("label", [-1, 10])
def test_a_class_that_is_not_there_is_named(label: int) -> None:
    with pytest.raises(InvalidValue, match="label"):
        influences(WEIGHTS, IMAGE, TRACE, label)
