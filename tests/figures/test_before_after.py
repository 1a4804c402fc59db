from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.before_after import before_after, before_after_info
from lstm_core.figures.figure import Figure

Make = Callable[..., NDArray[np.float32]]
IMAGE = np.eye(28, dtype=np.float32)


def test_the_difference_is_after_less_before(probabilities: Make):
    before, after = probabilities(), probabilities()[::-1]
    info = before_after_info(IMAGE, before, after)
    expected = np.round(100 * (after.astype(float) - before.astype(float)), 2)
    np.testing.assert_array_equal(info.difference.numbers, expected)
    assert info.image.numbers[3][3] == 100
    np.testing.assert_allclose(info.before.numbers, 100 * before, atol=0.005)


@pytest.mark.parametrize("narrow", [False, True])
def test_four_panels_in_their_order(narrow: bool, probabilities: Make, sent: Callable[[Figure], bytes]):
    figure = before_after(IMAGE, probabilities(), probabilities(), narrow=narrow)
    assert len(sent(figure)) < 60_000
    assert [trace["name"] for trace in figure["data"]] == ["as read", "before", "after", "difference"]
    assert len({trace["yaxis"] for trace in figure["data"]}) == (2 if narrow else 1)


def test_a_reading_that_stops_early_ends_where_it_stopped(probabilities: Make):
    figure = before_after(IMAGE[:10], probabilities(), probabilities()[:10])
    assert [len(trace["z"]) for trace in figure["data"]] == [10, 28, 10, 10]
    assert figure["layout"]["yaxis"]["range"] == [28.5, 0.5]


def test_readings_of_other_classes_are_refused(probabilities: Make):
    with pytest.raises(InvalidValue, match="second"):
        before_after(IMAGE, probabilities(), probabilities(classes=3))
