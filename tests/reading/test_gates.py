"""The table of gates, and what is made from it."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import numpy as np
import pytest

from lstm_core.reading.gates import GATES, Gate, gate_columns
from lstm_core.reading.layer_weights import PACKED
from lstm_core.reading.trace import LayerTrace


def test_the_type_the_table_the_packing_and_the_trace_name_the_same_gates_in_one_order() -> None:
    assert get_args(Gate) == tuple(GATES) == PACKED["lstm"]
    assert [field.name for field in fields(LayerTrace)] == [*GATES, "cell", "hidden"]


@pytest.mark.parametrize("gate", GATES)
def test_a_squash_reaches_from_the_lowest_value_to_1(gate: Gate) -> None:
    far = np.tanh(np.array([-100.0, 100.0]))
    ends = far if GATES[gate].squash == "tanh" else 0.5 + 0.5 * far
    assert ends.tolist() == [GATES[gate].lowest, 1.0]


def test_every_packed_column_is_one_gates() -> None:
    columns = np.arange(20)
    assert np.concatenate([columns[gate_columns(gate, 5)] for gate in GATES]).tolist() == columns.tolist()
    assert columns[gate_columns("candidate", 5)].tolist() == [10, 11, 12, 13, 14]


def test_titles_are_words_and_letter() -> None:
    assert GATES["forget_gate"].title == "forget gate f"
