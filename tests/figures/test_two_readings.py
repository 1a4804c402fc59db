from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.two_readings import Reading, two_readings, two_readings_info

Make = Callable[..., NDArray[np.float32]]
IMAGE = np.eye(28, dtype=np.float32)


@pytest.mark.parametrize("narrow", [False, True])
def test_two_drawings_stand_on_the_outside(
    narrow: bool, probabilities: Make, sent: Callable[[Figure], bytes]
):
    first, second = Reading("a", IMAGE, probabilities()), Reading("b", IMAGE[::-1], probabilities()[::-1])
    figure = two_readings(first, second, 5, narrow=narrow)
    assert len(sent(figure)) < 80_000
    names = [trace["name"] for trace in figure["data"]]
    wide = ["first drawing", "a", "second minus first", "b", "second drawing"]
    assert names == (["first drawing", "a", "second drawing", "b", "second minus first"] if narrow else wide)
    assert {(shape["y0"], shape["y1"]) for shape in figure["layout"]["shapes"]} == {(4.5, 5.5)}
    assert len(figure["layout"]["shapes"]) == 5


@pytest.mark.parametrize("narrow", [False, True])
def test_one_drawing_stands_once(narrow: bool, probabilities: Make, sent: Callable[[Figure], bytes]):
    one, other = (Reading(name, IMAGE, probabilities()) for name in ("one", "other"))
    figure = two_readings(one, other, 28, narrow=narrow)
    sent(figure)
    assert sorted(trace["name"] for trace in figure["data"]) == [
        "drawing",
        "one",
        "other",
        "second minus first",
    ]


def test_the_difference_is_second_less_first(probabilities: Make):
    first, second = Reading("a", IMAGE, probabilities()), Reading("b", IMAGE, probabilities()[::-1])
    info = two_readings_info(first, second)
    expected = np.round(100 * (second.probabilities.astype(float) - first.probabilities.astype(float)), 2)
    np.testing.assert_array_equal(info.difference.numbers, expected)


def test_readings_of_other_rows_are_named(probabilities: Make):
    with pytest.raises(InvalidValue, match="short"):
        two_readings_info(
            Reading("a", IMAGE, probabilities()), Reading("short", IMAGE[:9], probabilities()[:9])
        )
    with pytest.raises(InvalidValue, match="cursor"):
        two_readings(Reading("a", IMAGE, probabilities()), Reading("b", IMAGE, probabilities()), 29)
