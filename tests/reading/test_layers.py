"""The loops that every reader shares: a layer over all rows, a row through all layers, and the hook."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lstm_core.arrays import FloatArray
from lstm_core.reading.layers import read_layer, read_row
from lstm_core.reading.recurrence import STATES, State
from tests.networks import random_weights

IMAGE = np.random.default_rng(6).random((8, 8)).astype(np.float32)


@pytest.mark.parametrize("cell", STATES)
def test_row_after_row_through_all_layers_gives_the_states_of_layer_after_layer(cell: str) -> None:
    layers = random_weights((5, 3), cell=cell).layers
    below = read_layer(layers[0], IMAGE)
    above = read_layer(layers[1], below["hidden"])
    before: list[State | None] = [None, None]
    for row, x in enumerate(IMAGE):
        after = [tuple(np.empty(layer.units, np.float32) for _ in STATES[cell]) for layer in layers]
        top = read_row(layers, x, before, after)
        assert top is after[-1][0]
        for found, whole in zip(after, (below, above), strict=True):
            for state, name in zip(found, STATES[cell], strict=True):
                np.testing.assert_allclose(state, whole[name][row], atol=1e-6)
        before = list(after)


@pytest.mark.parametrize("cell", STATES)
def test_a_hook_that_only_looks_changes_nothing_and_sees_every_row(cell: str) -> None:
    layer = random_weights((5,), cell=cell).layers[0]
    first = tuple(np.full(5, 0.25, np.float32) for _ in STATES[cell])
    seen: list[tuple[State | None, State]] = []
    looked = read_layer(layer, IMAGE, first, lambda gates, before, after: seen.append((before, after)))
    for name, array in read_layer(layer, IMAGE, first).items():
        np.testing.assert_allclose(looked[name], array, atol=1e-6)
    assert len(seen) == len(IMAGE)
    assert seen[0][0] is first
    for (_, after), (before, _) in pairwise(seen):
        assert before is after


def test_the_next_row_reads_on_from_what_the_hook_left() -> None:
    layer = random_weights((5,)).layers[0]

    def forget(gates: FloatArray, before: State | None, after: State) -> None:
        for state in after:
            state[...] = 0.0

    found = read_layer(layer, IMAGE, None, forget)
    assert not found["hidden"].any()
    for row, x in enumerate(IMAGE):
        alone = read_layer(layer, x[np.newaxis])
        np.testing.assert_allclose(found["input_gate"][row], alone["input_gate"][0], atol=1e-6)
