"""Whether a layer latches, by hand, and what is left of a memory, against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.latching import in_words, latched_row, layer_memory, share_left
from lstm_core.reading.trace import LayerTrace, read
from tests.networks import random_weights

IMAGE = np.random.default_rng(4).random((8, 8)).astype(np.float32)


def layer() -> LayerTrace:
    found = read(random_weights((6,), scale=0.8), IMAGE).layers[0]
    assert isinstance(found, LayerTrace)
    return found


def gates(forget: list[list[float]], let_in: list[list[float]]) -> LayerTrace:
    """A layer with these gates, ``(rows, units)``; all else is zero."""
    zero = np.zeros_like(np.array(forget, np.float32))
    made = LayerTrace(zero, zero, zero, zero, zero, zero)
    return replace(made, forget_gate=np.array(forget, np.float32), input_gate=np.array(let_in, np.float32))


@pytest.mark.parametrize(
    ("forget", "let_in", "row"),
    [
        ([0.5, 0.95, 0.95], [0.5, 0.05, 0.05], 2),
        ([0.95, 0.95, 0.95], [0.05, 0.05, 0.05], 1),
        ([0.5, 0.5, 0.9], [0.5, 0.5, 0.1], 3),
        ([0.95, 0.95, 0.5], [0.05, 0.05, 0.05], None),
        ([0.95, 0.95, 0.95], [0.05, 0.05, 0.2], None),
        ([0.95, 0.5, 0.95], [0.05, 0.05, 0.05], 3),
    ],
)
def test_latched_is_from_a_row_to_the_end(forget: list[float], let_in: list[float], row: int | None) -> None:
    assert latched_row(np.array(forget), np.array(let_in)) == row


def test_a_layer_counts_by_its_means_and_its_units_by_their_own() -> None:
    memory = layer_memory(
        gates([[0.5, 0.9], [1.0, 0.9], [1.0, 0.5]], [[0.5, 0.0], [0.0, 0.0], [0.0, 0.3]]), 2
    )
    np.testing.assert_allclose(memory.forget_gate, [0.7, 0.95, 0.75], rtol=1e-6)
    assert memory.latched_at is None
    assert (memory.unit_rows, memory.units) == ((2,), 2)


def test_the_story_of_a_layer_that_latches() -> None:
    memory = layer_memory(gates([[0.5], [0.98], [0.96]], [[0.6], [0.02], [0.04]]), 2)
    assert in_words(memory) == (
        "Layer 2: the forget gate is most closed at row 1, where it keeps 50.0\xa0% of the memory, and most "
        "open at row 2, where it keeps 98.0\xa0%. From row 2 on it has latched: at every row it keeps at "
        "least 96.0\xa0% of its memory and lets at most 4.0\xa0% of the candidate in."
    )


def test_the_story_of_a_layer_that_does_not() -> None:
    memory = layer_memory(gates([[0.5, 0.5]] * 3, [[0.25, 0.25]] * 3), 1)
    assert in_words(memory) == (
        "Layer 1: the forget gate keeps 50.0\xa0% of the memory at every row. It does not latch: at row 3, "
        "the last, it keeps 50.0\xa0% and lets 25.0\xa0% of the candidate in. By their own gates, "
        "none of its "
        "units latches either."
    )
    some = layer_memory(gates([[1.0, 0.5, 1.0]] * 3, [[0.0, 0.25, 0.0]] * 3), 1)
    assert in_words(some).endswith(
        "By their own gates, 2 of its 3 units latch, at least half of these by row 1."
    )
    one = layer_memory(gates([[0.5, 0.5], [1.0, 0.5]], [[0.0, 0.25], [0.0, 0.25]]), 1)
    assert in_words(one).endswith("By its own gates, one of its 2 units latches, at row 2.")


@pytest.mark.parametrize("row", [1, 5, 8])
def test_what_is_left_of_a_memory_is_how_far_a_change_of_it_reaches_the_end(row: int) -> None:
    found = layer()

    def last_cell(change: float) -> np.ndarray:
        held = found.cell[row - 1].astype(np.float64) + change
        for t in range(row, 8):
            held = found.forget_gate[t] * held + found.input_gate[t] * found.candidate[t]
        return held

    differences = (last_cell(0.5) - last_cell(-0.5)).mean()
    assert share_left(found, row) == pytest.approx(differences, abs=1e-9)


@pytest.mark.parametrize("row", [0, 9])
def test_a_row_that_is_not_there_is_named(row: int) -> None:
    with pytest.raises(InvalidValue, match="between 1 and 8"):
        share_left(layer(), row)
