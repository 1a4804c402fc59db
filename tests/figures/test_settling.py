from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.settling import SettlingInfo, settling, settling_info

Sent = Callable[[Figure], bytes]


def test_info_is_exact() -> None:
    settled = np.array([1] * 3 + [2] * 2 + [4] * 5)
    assert settling_info(settled, 5) == SettlingInfo([3, 2, 0, 5, 0], median=2, late=4, never=0)


def test_digits_that_never_settle_count_but_have_no_row() -> None:
    info = settling_info(np.array([0, 0, 0, 2, 4]), 4)
    assert info == SettlingInfo([0, 1, 0, 1], median=None, late=None, never=3)
    figure = settling(np.array([0, 0, 0, 2, 4]), 4)
    assert figure["layout"]["annotations"][0]["text"] == "fewer than half settle"


def test_the_median_row_is_marked(sent: Sent) -> None:
    figure = settling(np.array([1, 3, 3, 3, 4]), 4)
    sent(figure)
    (bars,) = figure["data"]
    assert bars["y"] == [1, 0, 3, 1]
    assert [row for row in range(4) if bars["marker"]["color"][row] != bars["marker"]["color"][0]] == [2]
    assert "by row 3" in figure["layout"]["annotations"][0]["text"]


@pytest.mark.parametrize("settled", [[], [-1, 1], [6], [[1, 2]]])
def test_other_rows_are_named(settled: list[int]) -> None:
    with pytest.raises(InvalidValue, match="settled"):
        settling_info(np.array(settled, np.int64), 5)
