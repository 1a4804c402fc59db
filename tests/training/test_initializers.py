"""First weights have the limits and deviations their authors state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lstm_core.data.info import DATASETS
from lstm_core.reading.weights import LstmWeights
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters
from lstm_core.training.initializers import cell_distribution, dense_distribution, initial_state_distribution
from lstm_core.training.model import build
from lstm_core.training.model_weights import weights_from_model

MNIST = DATASETS["mnist"]
IN, OUT = 28 + 64, 64
"""What one gate of the first layer reads, and gives."""

WIDTHS = {
    "xavier": 4 * np.sqrt(6 / (IN + OUT)),
    "dl": 1 / np.sqrt(IN),
    "he": np.sqrt(2 / IN),
    "glorot-bengio": np.sqrt(6 / (IN + OUT)),
    "packed-glorot": np.sqrt(6 / (IN + 4 * OUT)),
    "truncated-normal": 0.1,
}
LEFT_OF_A_TRUNCATED_DEVIATION = 0.87963
"""The standard deviation of a standard normal cut off at two."""


def started(**values: Any) -> tuple[LstmWeights, HyperParameters]:
    chosen = hyperparameters({"units": (64, 64), **values})
    return weights_from_model(build(chosen, MNIST), chosen), chosen


@pytest.mark.parametrize("name", ["xavier", "dl", "glorot-bengio", "packed-glorot"])
def test_uniform_ones_fill_their_limits(name: str):
    first = started(initializer=name)[0].layers[0]
    for kernel in (first.kernel, first.recurrent_kernel):
        assert np.abs(kernel).max() <= WIDTHS[name]
        assert np.abs(kernel).max() == pytest.approx(WIDTHS[name], rel=0.01)
        assert kernel.std() == pytest.approx(WIDTHS[name] / np.sqrt(3), rel=0.03)
        assert abs(kernel.mean()) < 0.05 * WIDTHS[name]


def test_he_is_normal():
    first = started(initializer="he")[0].layers[0]
    for kernel in (first.kernel, first.recurrent_kernel):
        assert kernel.std() == pytest.approx(WIDTHS["he"], rel=0.03)
        assert np.abs(kernel).max() > 3 * WIDTHS["he"]


def test_a_truncated_normal_ends_at_two_deviations():
    first = started(initializer="truncated-normal")[0].layers[0]
    for kernel in (first.kernel, first.recurrent_kernel):
        assert kernel.std() == pytest.approx(0.1 * LEFT_OF_A_TRUNCATED_DEVIATION, rel=0.03)
        assert np.abs(kernel).max() <= 0.2


@pytest.mark.parametrize("name", WIDTHS)
def test_the_formula_counts_row_and_hidden_state_and_one_gate(name: str):
    chosen = hyperparameters({"units": (64,), "initializer": name})
    drawn = cell_distribution(chosen, 28, 64)
    assert drawn is not None
    assert drawn.width == pytest.approx(WIDTHS[name])
    of_state = initial_state_distribution(chosen, 28 + 64, 64)
    assert of_state == drawn


@pytest.mark.parametrize("name", WIDTHS)
def test_the_seed_decides_and_every_array_is_drawn_anew(name: str):
    (one, _), (same, _), (other, _) = (started(initializer=name, seed=seed) for seed in (4, 4, 5))
    recurrent = [layer.recurrent_kernel for layer in one.layers]
    np.testing.assert_array_equal(recurrent[0], same.layers[0].recurrent_kernel)
    assert (recurrent[0] != other.layers[0].recurrent_kernel).any()
    assert (recurrent[0] != recurrent[1]).any()
    assert (one.layers[1].kernel != recurrent[1]).any()


def test_keras_own_is_left_to_keras():
    for name in ("keras", "csv"):
        chosen = hyperparameters({"initializer": name, "initial_kernel": "0" * 64 if name == "csv" else ""})
        assert cell_distribution(chosen, 28, 256) is None
        assert dense_distribution(chosen) is None


@pytest.mark.parametrize(
    ("name", "stddev", "left"),
    [("normal", 0.01, 1.0), ("normal", 1.0, 1.0), ("truncated-normal", 0.1, LEFT_OF_A_TRUNCATED_DEVIATION)],
)
def test_head_and_projection_start_as_chosen(name: str, stddev: float, left: float):
    chosen = {"dense_initializer": name, "dense_stddev": stddev, "dense_bias": 0.1, "input_projection": 64}
    weights, _ = started(**chosen)
    assert weights.projection_kernel is not None
    assert weights.projection_bias is not None
    for kernel in (weights.projection_kernel, weights.head_kernel):
        assert kernel.std() == pytest.approx(stddev * left, rel=0.1)
        assert name == "normal" or np.abs(kernel).max() <= 2 * stddev
    for bias in (weights.projection_bias, weights.head_bias):
        np.testing.assert_array_equal(bias, np.full(bias.shape, np.float32(0.1)))


def test_a_learnt_initial_state_starts_with_the_named_initialiser():
    weights, _ = started(initializer="dl", initial_state="trainable")
    first, second = weights.layers
    assert first.initial_hidden is not None and first.initial_cell is not None
    assert second.initial_hidden is not None
    for matrix in (first.initial_hidden, first.initial_cell):
        assert matrix.shape == (28, 64)
        assert np.abs(matrix).max() == pytest.approx(1 / np.sqrt(28), rel=0.01)
    assert np.abs(second.initial_hidden).max() == pytest.approx(1 / np.sqrt(64), rel=0.01)
    assert (first.initial_hidden != first.initial_cell).any()
