from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.axis_orders import axis_orders, axis_orders_info
from lstm_core.figures.figure import Figure

OUTPUTS = np.array([[0.1, 0.2, 0.3], [-0.4, 0.50004, -0.6]], np.float32)


def test_time_major_is_the_transpose() -> None:
    info = axis_orders_info(OUTPUTS, 3)
    assert info.batch_major == [[0.1, 0.2, 0.3], [-0.4, 0.5, -0.6]]
    assert info.time_major == [[0.1, -0.4], [0.2, 0.5], [0.3, -0.6]]
    assert info.row == 3


def frame(figure: Figure) -> tuple[float, float, float, float]:
    (shape,) = figure["layout"]["shapes"]
    return shape["x0"], shape["x1"], shape["y0"], shape["y1"]


def test_a_row_is_a_column_of_the_one_and_a_line_of_the_other(sent: Callable[[Figure], bytes]) -> None:
    batch_major = axis_orders(OUTPUTS, 2, ("a", "b"), time_major=False)
    time_major = axis_orders(OUTPUTS, 2, ("a", "b"), time_major=True)
    sent(batch_major)
    sent(time_major)
    assert frame(batch_major) == (1.5, 2.5, 0.5, 2.5)
    assert frame(time_major) == (0.5, 2.5, 1.5, 2.5)
    assert batch_major["layout"]["yaxis"]["ticktext"] == ["a", "b"]


@pytest.mark.parametrize(
    ("outputs", "row", "names", "named"),
    [(OUTPUTS[0], 1, ("a",), "outputs"), (OUTPUTS, 4, ("a", "b"), "row"), (OUTPUTS, 1, ("a",), "names")],
)
def test_bad_arguments_are_named(outputs: Any, row: int, names: tuple[str, ...], named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        axis_orders(outputs, row, names, time_major=True)
