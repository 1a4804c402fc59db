"""Small networks with random weights, for tests that need one."""

from __future__ import annotations

import numpy as np

from lstm_core.weights import FloatArray, LayerWeights, LstmWeights


def random_weights(
    units: tuple[int, ...],
    *,
    columns: int = 8,
    rows: int = 8,
    classes: int = 10,
    seed: int = 0,
    scale: float = 0.4,
) -> LstmWeights:
    """Normal weights with standard deviation ``scale``."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> FloatArray:
        return (scale * rng.standard_normal(shape)).astype(np.float32)

    layers = []
    features = columns
    for n in units:
        layers.append(LayerWeights(draw(features, 4 * n), draw(n, 4 * n), draw(4 * n)))
        features = n
    return LstmWeights(tuple(layers), draw(features, classes), draw(classes), rows)


def same_weights(a: LstmWeights, b: LstmWeights) -> bool:
    """Whether two networks are equal, bit by bit."""
    ours, theirs = a.arrays(), b.arrays()
    return (
        a.rows == b.rows
        and ours.keys() == theirs.keys()
        and all(np.array_equal(ours[name], theirs[name]) for name in ours)
    )
