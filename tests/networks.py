"""Small networks with random weights, for tests that need one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.reading.layer_weights import PACKED, LayerWeights
from lstm_core.reading.weights import LstmWeights


def random_weights(
    units: tuple[int, ...],
    *,
    columns: int = 8,
    rows: int = 8,
    classes: int = 10,
    seed: int = 0,
    scale: float = 0.4,
    cell: str = "lstm",
    both: bool = False,
    initial: bool = False,
    projection: int = 0,
) -> LstmWeights:
    """Normal weights with standard deviation ``scale``.

    Args:
        both: in both directions.
        initial: with an initial state that is learnt.
        projection: numbers of the input projection; 0 has none.
    """
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> FloatArray:
        return (scale * rng.standard_normal(shape)).astype(np.float32)

    def layer(features: int, n: int) -> LayerWeights:
        packed = len(PACKED[cell]) * n
        bias = (2, packed) if cell == "gru" else (packed,)
        return LayerWeights(draw(features, packed), draw(n, packed), draw(*bias), cell)

    layers = []
    features = projection or columns
    for n in units:
        made = layer(features, n)
        if initial:
            made = replace(made, initial_hidden=draw(features, n), initial_cell=draw(features, n))
        if both:
            made = replace(made, backward=layer(features, n))
        layers.append(made)
        features = made.outputs
    head = draw(features, classes), draw(classes)
    if not projection:
        return LstmWeights(tuple(layers), *head, rows)
    return LstmWeights(tuple(layers), *head, rows, draw(columns, projection), draw(projection))


def same_weights(a: LstmWeights, b: LstmWeights) -> bool:
    """Whether two networks are equal, bit by bit."""
    ours, theirs = a.arrays(), b.arrays()
    return (
        (a.rows, a.cell) == (b.rows, b.cell)
        and ours.keys() == theirs.keys()
        and all(np.array_equal(ours[name], theirs[name]) for name in ours)
    )
