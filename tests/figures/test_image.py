from __future__ import annotations

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.image import ink_heatmap, ink_percents


def test_ink_is_in_whole_percent() -> None:
    assert ink_percents(np.array([[0.0, 0.504], [1.0, 0.996]])) == [[0, 50], [100, 100]]


@pytest.mark.parametrize("shape", [(4,), (0, 4), (2, 3, 4)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match=r"`image` must be of shape \(rows, columns\)"):
        ink_percents(np.zeros(shape))


def test_rows_and_columns_count_from_one_and_settings_come_last() -> None:
    trace = ink_heatmap([[0, 100]], xaxis="x2", zmax=50)
    assert (trace["x0"], trace["y0"], trace["xaxis"], trace["zmax"]) == (1, 1, "x2", 50)
