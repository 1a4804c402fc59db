"""From which row on a reading is sure."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.reading.sureness import sure_from_row


def of(*shares: float) -> np.ndarray:
    """A reading of two classes in which the second has ``shares``."""
    return np.array([(1 - share, share) for share in shares])


@pytest.mark.parametrize(
    ("shares", "row"),
    [
        ((0.2, 0.95, 0.9, 0.99), 2),
        ((0.95, 0.5, 0.95), 3),
        ((0.95, 0.95), 1),
        ((0.2, 0.95, 0.8), None),
        ((0.1, 0.6), None),
    ],
)
def test_it_is_sure_from_the_row_after_the_last_doubt(shares: tuple[float, ...], row: int | None) -> None:
    assert sure_from_row(of(*shares)) == row


def test_rows_tried_one_by_one_give_the_same() -> None:
    random = np.random.default_rng(4)
    for _ in range(200):
        probabilities = random.dirichlet((0.2, 0.2, 0.2), size=6)
        label = probabilities[-1].argmax()
        tried = [row for row in range(1, 7) if (probabilities[row - 1 :, label] >= 0.9).all()]
        assert sure_from_row(probabilities) == (tried[0] if tried else None)


def test_what_is_no_reading_is_refused() -> None:
    with pytest.raises(InvalidValue):
        sure_from_row(np.zeros((0, 10)))
