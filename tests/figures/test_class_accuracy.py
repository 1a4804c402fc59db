from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.class_accuracy import ClassAccuracyInfo, class_accuracy, class_accuracy_info
from lstm_core.figures.figure import Figure

Sent = Callable[[Figure], bytes]
SHARES = np.array([[0.0, 0.6, 0.3, 1.0], [0.5, 0.12345, 0.5, 0.5], [np.nan] * 4])


def test_info_is_exact() -> None:
    assert class_accuracy_info(SHARES) == ClassAccuracyInfo(
        [[0.0, 60.0, 30.0, 100.0], [50.0, 12.3, 50.0, 50.0], [None] * 4], [4, 3, None]
    )


def test_a_class_that_is_never_recognised_needs_no_row() -> None:
    assert class_accuracy_info(np.array([[0.0, 0.0], [0.0, 0.5]])).needed == [None, 2]


def test_every_class_with_images_has_its_mark(sent: Sent) -> None:
    figure = class_accuracy(SHARES)
    sent(figure)
    heatmap, marks = figure["data"]
    assert heatmap["z"][0] == [0.0, 60.0, 30.0, 100.0]
    assert (marks["x"], marks["y"]) == ([4, 3], [0, 1])


def test_what_is_sent_for_ten_digits_is_small(sent: Sent) -> None:
    assert len(sent(class_accuracy(np.linspace(0, 1, 280).reshape(10, 28)))) < 10_000


def test_other_shapes_are_named() -> None:
    with pytest.raises(InvalidValue, match="shares"):
        class_accuracy_info(np.zeros(3))
