"""Where two readings differ most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.inside.difference import Difference, difference, greatest_difference

FIRST = np.array([[0.5, 0.5], [0.25, 0.75], [0.0, 1.0]], np.float32)
SECOND = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]], np.float32)


def test_the_greatest_difference_names_row_class_and_both_probabilities():
    assert greatest_difference(FIRST, SECOND) == Difference(row=2, label=0, first=0.25, second=0.75)
    assert greatest_difference(FIRST, SECOND).size == 0.5


def test_rows_that_only_one_has_do_not_count():
    assert greatest_difference(FIRST, SECOND[:1]) == Difference(1, 0, 0.5, 0.5)
    np.testing.assert_array_equal(difference(FIRST, SECOND[:2]), [[0, 0], [0.5, -0.5]])


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [(FIRST[0], SECOND, "first"), (FIRST, SECOND[:, :1], "second"), (FIRST, SECOND[:0], "second")],
)
def test_readings_that_cannot_be_compared_are_named(first: Any, second: Any, named: str):
    with pytest.raises(InvalidValue) as caught:
        difference(first, second)
    assert caught.value.field == named
