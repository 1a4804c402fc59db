"""What differs between two readings, in words."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.lesson.in_words.switch import difference_in_words
from lstm_core.reading.percents import told_apart


def rows(*shares: tuple[float, float, float]) -> NDArray[np.float32]:
    return np.array(shares, np.float32)


def said(first: NDArray[np.float32], second: NDArray[np.float32]) -> str:
    return difference_in_words(
        np.ones((2, 4), np.float32), "without dropout", first, "with dropout 0.5", second
    )


def test_equal_readings_are_said_to_be_equal() -> None:
    reading = rows((0.2, 0.5, 0.3), (0.1, 0.8, 0.1))
    assert said(reading, reading.copy()) == (
        "On this digit nothing differs: both read it as 1, with the same probabilities after every row."
    )


def test_different_verdicts_come_first() -> None:
    assert said(rows((0.02, 0.96, 0.02), (0.04, 0.92, 0.04)), rows((0.2, 0.5, 0.3), (0.7, 0.1, 0.2))) == (
        "On this digit the verdicts differ: without dropout it reads as 1 (92.0\xa0%), with dropout 0.5 as 0 "
        "(70.0\xa0%). Without dropout the verdict settles at row 1; with dropout 0.5 it never does. "
        "They differ "
        "most after row 2: for class 1, 92.0\xa0% without dropout and 10.0\xa0% with dropout 0.5."
    )


def test_the_one_that_settles_first_is_named_first() -> None:
    assert said(rows((0.6, 0.2, 0.2), (0.04, 0.92, 0.04)), rows((0.04, 0.94, 0.02), (0.05, 0.9, 0.05))) == (
        "Both read this digit as 1. With dropout 0.5 the verdict settles at row 1, without dropout at row 2. "
        "At the end it is 92.0\xa0% sure without dropout and 90.0\xa0% sure with dropout 0.5. They "
        "differ most "
        "after row 1: for class 1, 20.0\xa0% without dropout and 94.0\xa0% with dropout 0.5."
    )


def test_verdicts_that_never_settle_are_not_said_to() -> None:
    text = said(rows((0.2, 0.5, 0.3), (0.2, 0.5, 0.3)), rows((0.2, 0.5, 0.3), (0.2, 0.6, 0.2)))
    assert "Neither of the two verdicts settles." in text


def test_what_is_the_same_is_said_once() -> None:
    text = said(rows((0.2, 0.5, 0.3), (0.05, 0.9, 0.05)), rows((0.3, 0.4, 0.3), (0.05, 0.9, 0.05)))
    assert "Both settle at row 2. Both are 90.0\xa0% sure at the end." in text


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((0.9819, 0.9743), ("98.2\xa0%", "97.4\xa0%")),
        ((0.98192, 0.98188), ("98.192\xa0%", "98.188\xa0%")),
        ((1.0, 0.99999), ("100\xa0%", "more than 99.9\xa0%")),
        ((0.0, 0.0001), ("0\xa0%", "less than 0.1\xa0%")),
        ((1e-9, 2e-9), ("less than 0.1\xa0%", "less than 0.1\xa0%")),
    ],
)
def test_two_shares_have_as_many_digits_as_tell_them_apart(
    pair: tuple[float, float], expected: tuple[str, str]
) -> None:
    assert told_apart(*pair) == expected
