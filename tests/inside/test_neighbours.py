"""Nearest hidden states, against reading each digit by itself and comparing in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.data.info import Split
from lstm_core.errors import InvalidValue
from lstm_core.inside.neighbours import STEPS, Index, build, nearest, same_units
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

WEIGHTS = random_weights((12, 7), columns=6, rows=5, classes=4, scale=0.9)
RNG = np.random.default_rng(1)
# Digits in clusters around eight of them would tie; these are all different. More than one block.
SPLIT = Split(RNG.integers(0, 256, (300, 5, 6), dtype=np.uint8), RNG.integers(0, 4, 300, dtype=np.uint8))


def hidden_of(number: int, layer: int) -> np.ndarray:
    found = read(WEIGHTS, SPLIT.images[number].astype(np.float32) / np.float32(255)).layers[layer]
    assert isinstance(found, LayerTrace)
    return found.hidden


@pytest.fixture(scope="module", params=[0, 1])
def layer(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def index(layer: int) -> Index:
    return build(WEIGHTS, SPLIT, layer)


@pytest.fixture(scope="module")
def states(layer: int) -> np.ndarray:
    """``(n, rows, units)`` in double precision."""
    return np.stack([hidden_of(number, layer) for number in range(len(SPLIT))]).astype(np.float64)


def test_kept_states_are_those_of_single_readings_to_half_a_step(index: Index, states: np.ndarray):
    kept = index.codes.swapaxes(0, 1) / STEPS
    assert np.abs(kept - states).max() <= 0.5 / STEPS + 1e-6
    np.testing.assert_allclose(index.squares.T, np.square(kept).sum(axis=2), rtol=1e-5)
    labels = [
        read(WEIGHTS, image.astype(np.float32) / np.float32(255)).logits.argmax(axis=1)
        for image in SPLIT.images
    ]
    assert np.array_equal(index.readings.T, labels)
    assert (index.rows, index.units, len(index)) == (5, states.shape[2], 300)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 3), (1, 4), (0, 4)])
def test_nearest_by_cosine_and_by_distance_are_as_computed_at_length(
    index: Index, states: np.ndarray, first: int, last: int
):
    drawn = np.clip(states[17] + np.random.default_rng(2).normal(0, 0.1, states[17].shape), -1, 1)
    wanted, kept = drawn[first : last + 1].ravel(), states[:, first : last + 1].reshape(300, -1)
    cosines = kept @ wanted / np.linalg.norm(kept, axis=1) / np.linalg.norm(wanted)
    distances = np.linalg.norm(kept - wanted, axis=1)
    by_cosine = nearest(index, drawn.astype(np.float32), first, last, "cosine", 10)
    by_distance = nearest(index, drawn.astype(np.float32), first, last, "euclidean", 10)
    np.testing.assert_allclose(by_cosine.values, cosines[by_cosine.digits], atol=0.02)
    np.testing.assert_allclose(by_distance.values, distances[by_distance.digits], atol=0.05)
    assert (np.diff(by_cosine.values) <= 0).all() and (np.diff(by_distance.values) >= 0).all()
    # Rounding may swap neighbours that are nearly as near, never bring in one that is not.
    assert cosines[by_cosine.digits].min() >= np.sort(cosines)[-10] - 0.02
    assert distances[by_distance.digits].max() <= np.sort(distances)[9] + 0.05


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
def test_a_digit_of_the_index_is_nearest_to_itself(index: Index, states: np.ndarray, measure: str):
    found = nearest(index, states[42].astype(np.float32), 0, 4, measure, 1)  # type: ignore[arg-type]
    assert found.digits.tolist() == [42]


def test_a_state_of_zeros_is_like_nothing(index: Index):
    found = nearest(index, np.zeros((5, index.units), np.float32), 2, 2, "cosine", 3)
    assert found.values.tolist() == [0, 0, 0]


def test_units_over_a_threshold_are_counted_as_by_hand(index: Index, states: np.ndarray):
    row, threshold = 3, 0.2
    found = same_units(index, states[8].astype(np.float32), row, threshold, 300)
    on = [unit for unit in range(index.units) if states[8][row, unit] > threshold]
    assert found.units.tolist() == on
    kept = index.codes[row].astype(np.float64) / STEPS
    counts = [sum(kept[digit, unit] > threshold for unit in on) for digit in range(300)]
    assert found.counts.tolist() == [counts[digit] for digit in found.digits]
    assert found.counts.tolist() == sorted(counts, reverse=True)
    assert found.counts[0] <= len(on)


def test_no_unit_over_the_threshold_finds_no_digit(index: Index, states: np.ndarray):
    found = same_units(index, states[0].astype(np.float32), 0, 1.0, 5)
    assert not len(found.units) and not len(found.digits) and not len(found.counts)


def test_progress_goes_up_to_the_number_of_digits():
    told: list[int] = []
    build(WEIGHTS, SPLIT, 0, told.append)
    assert told == sorted(told) and told[-1] == 300


def test_what_does_not_fit_is_named(index: Index, states: np.ndarray):
    hidden = states[0].astype(np.float32)
    with pytest.raises(InvalidValue, match="layer"):
        build(WEIGHTS, SPLIT, 2)
    with pytest.raises(InvalidValue, match="split"):
        build(random_weights((3,)), SPLIT, 0)
    with pytest.raises(InvalidValue, match="hidden"):
        nearest(index, hidden[:, 1:], 0, 0, "cosine", 3)
    with pytest.raises(InvalidValue, match="rows"):
        nearest(index, hidden, 3, 2, "cosine", 3)
    with pytest.raises(InvalidValue, match="rows"):
        nearest(index, hidden, 0, 5, "cosine", 3)
    with pytest.raises(InvalidValue, match="measure"):
        nearest(index, hidden, 0, 0, "hamming", 3)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="count"):
        nearest(index, hidden, 0, 0, "cosine", 0)
    with pytest.raises(InvalidValue, match="row"):
        same_units(index, hidden, 5, 0.5, 3)
    with pytest.raises(InvalidValue, match="threshold"):
        same_units(index, hidden, 0, 1.5, 3)
