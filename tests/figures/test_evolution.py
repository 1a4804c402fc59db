from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.evolution import evolution
from lstm_core.figures.verdict_bars import verdict_bars

Probabilities = Callable[..., NDArray[np.float32]]

IMAGE = np.array([[0.0, 1.0, 0.5], [0.25, 0.004, 0.996]], np.float32)
TWO_ROWS = np.array([[0.5, 0.25, 0.25, 0.0], [0.004, 0.12345, 0.0, 0.87255]], np.float32)


def test_ink_and_probabilities_are_exact() -> None:
    shown = evolution(IMAGE, TWO_ROWS, 2)
    assert shown.ink == [[0, 100, 50], [25, 0, 100]]
    assert [bars.percents for bars in shown.bars] == [[50.0, 25.0, 25.0, 0.0], [0.4, 12.35, 0.0, 87.26]]
    assert [bars.winner for bars in shown.bars] == [0, 3]
    assert shown.settled_at_row == 2


def test_the_last_row_is_the_verdict(probabilities: Probabilities) -> None:
    read = probabilities(8)
    assert evolution(np.zeros((8, 8)), read, 3).bars[-1] == verdict_bars(read[-1])


@pytest.mark.parametrize(
    ("image", "probabilities", "settled", "named"),
    [
        (IMAGE[0], TWO_ROWS, 1, "image"),
        (IMAGE[:0], TWO_ROWS[:0], 1, "image"),
        (IMAGE, TWO_ROWS[:1], 1, "probabilities"),
        (IMAGE, TWO_ROWS[:, :0], 1, "probabilities"),
        (IMAGE, TWO_ROWS[:, 0], 1, "probabilities"),
        (IMAGE, TWO_ROWS, 0, "settled_at_row"),
        (IMAGE, TWO_ROWS, 3, "settled_at_row"),
    ],
)
def test_arrays_that_do_not_fit_are_named(
    image: NDArray[np.float32], probabilities: NDArray[np.float32], settled: int, named: str
) -> None:
    with pytest.raises(InvalidValue, match=named):
        evolution(image, probabilities, settled)
