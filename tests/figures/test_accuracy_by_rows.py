from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.accuracy_by_rows import AccuracyByRowsInfo, accuracy_by_rows, accuracy_by_rows_info
from lstm_core.figures.figure import Figure

Sent = Callable[[Figure], bytes]


def test_info_is_exact() -> None:
    accuracies = np.array([0.1, 0.92, 0.5, 0.9, 0.95, 0.98765432], np.float64)
    assert accuracy_by_rows_info(accuracies) == AccuracyByRowsInfo(
        percents=[10.0, 92.0, 50.0, 90.0, 95.0, 98.765], needed=[(0.9, 4), (0.99, 6)]
    )


def test_a_row_counts_only_if_accuracy_stays_up() -> None:
    dips_at_row_3 = np.array([0.1, 1.0, 0.2, 1.0, 1.0])
    assert accuracy_by_rows_info(dips_at_row_3).needed == [(0.9, 4), (0.99, 4)]


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [0.3, 0.3, 0.3]])
def test_flat_accuracy_needs_one_row(sent: Sent, values: list[float]) -> None:
    assert accuracy_by_rows_info(np.array(values)).needed == [(0.9, 1), (0.99, 1)]
    sent(accuracy_by_rows(np.array(values)))


def test_final_value_and_rows_needed_are_written(sent: Sent) -> None:
    figure = accuracy_by_rows(np.linspace(0.1, 0.99, 28).astype(np.float32))
    sent(figure)
    (caption,) = figure["layout"]["annotations"]
    assert caption["text"].split("<br>") == [
        "final accuracy 99.00\xa0%",
        "90\xa0% of that from row 25 · 99\xa0% of that from row 28",
    ]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [25, 28]


@pytest.mark.parametrize("shape", [(0,), (2, 3)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="accuracies"):
        accuracy_by_rows_info(np.zeros(shape))
