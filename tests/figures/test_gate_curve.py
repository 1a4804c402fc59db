from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.gate_curve import gate_curve, gate_curve_info
from lstm_core.reading.gates import Squash

SUMS = np.array([0.0, 2.0, -7.5])


def test_info_is_exact() -> None:
    info = gate_curve_info(SUMS, 2, "sigmoid")
    assert info.sums == [0.0, 2.0, -7.5]
    assert info.values == [0.5, 0.8808, 0.0006]
    assert (info.reach, info.row) == (8.0, 2)
    assert (info.curve_x[0], info.curve_x[60], info.curve_x[-1]) == (-8.0, 0.0, 8.0)
    assert (info.curve_y[0], info.curve_y[60], info.curve_y[-1]) == (0.0003, 0.5, 0.9997)


def test_a_candidate_is_squashed_by_tanh() -> None:
    assert gate_curve_info(SUMS, 1, "tanh").values == [0.0, 0.964, -1.0]


def test_small_sums_leave_the_whole_curve_in_sight() -> None:
    assert gate_curve_info(np.array([0.1]), 1, "sigmoid").reach == 6.0


@pytest.mark.parametrize("squash", ["sigmoid", "tanh"])
def test_every_row_is_a_dot_and_one_stands_out(squash: Squash, sent: Callable[[Figure], bytes]) -> None:
    figure = gate_curve(SUMS, 3, squash, symbol="f")
    sent(figure)
    _, rows, row = figure["data"]
    assert rows["customdata"] == [1, 2, 3]
    assert row["x"] == [-7.5]
    assert row["text"] == ["row 3"]


@pytest.mark.parametrize(
    ("sums", "row", "named"), [(SUMS, 0, "row"), (SUMS[:0], 1, "sums"), (SUMS, 4, "row")]
)
def test_bad_arguments_are_named(sums: Any, row: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        gate_curve_info(sums, row, "sigmoid")
