from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.row_grid import row_grid
from lstm_core.figures.verdict_bars import verdict_bars

Probabilities = Callable[..., NDArray[np.float32]]

THREE_ROWS = np.array([[0.75, 0.25], [0.5, 0.5], [0.12341, 0.87659]], np.float32)


def test_every_row_has_the_bars_of_its_classes() -> None:
    cells = row_grid(THREE_ROWS)
    assert [cell.row for cell in cells] == [1, 2, 3]
    assert [cell.bars.percents for cell in cells] == [[75.0, 25.0], [50.0, 50.0], [12.34, 87.66]]
    assert [cell.bars.winner for cell in cells] == [0, 0, 1]
    assert [cell.bars for cell in cells] == [verdict_bars(row) for row in THREE_ROWS]


def test_only_the_settled_row_says_so(probabilities: Probabilities) -> None:
    assert [cell.row for cell in row_grid(probabilities(8), 5) if cell.settled] == [5]
    assert not any(cell.settled for cell in row_grid(probabilities(28), None))


@pytest.mark.parametrize("array", [THREE_ROWS[0], THREE_ROWS[:0], THREE_ROWS[:, :0]])
def test_what_is_no_table_of_probabilities_is_named(array: NDArray[np.float32]) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        row_grid(array)
