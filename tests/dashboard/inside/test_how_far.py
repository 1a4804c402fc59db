"""The headline of "how far", in sentences that are true of the rows."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dashboard.inside.how_far import needed_in_words
from lstm_core.data.info import Dataset, Split
from lstm_core.figures.class_accuracy import class_accuracy_info
from lstm_core.inside.reading_study import accuracy_by_class, read_all
from lstm_core.pretrained.small_networks import small_weights
from lstm_core.reading.verdict import first_ink


def test_the_first_and_the_last_digit_are_named_with_their_rows() -> None:
    assert needed_in_words({"0": 12, "1": 9, "2": 15}) == (
        "Digit <b>1</b> is recognised earliest: from row 9 on, its accuracy is at least half of what it is "
        "after the last row. Digit <b>2</b> takes longest, until row 15."
    )


def test_digits_that_share_a_place_are_all_named() -> None:
    said = needed_in_words({"0": 9, "1": 9, "2": 15, "5": 15, "7": 15})
    assert said.startswith(
        "Digits <b>0</b> and <b>1</b> are recognised earliest: from row 9 on, their accuracy"
    )
    assert said.endswith("Digits <b>2</b>, <b>5</b> and <b>7</b> take longest, until row 15.")


def test_without_a_first_and_a_last_nothing_is_made_up() -> None:
    assert needed_in_words({"3": 9, "4": 9}).startswith("Every digit needs as many rows: from row 9 on")
    assert needed_in_words({"A": 9, "b<": 7}, "letter").startswith("Letter <b>b&lt;</b> is recognised")
    assert needed_in_words({}) == "No digit is recognised after the last row."


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "last-row"])
def test_no_digit_is_recognised_on_blank_rows(mnist: Dataset, name: str) -> None:
    test = Split(mnist.test.images[:2000], mnist.test.labels[:2000])
    probabilities = read_all(small_weights(name), test)
    shares = accuracy_by_class(probabilities, test.labels, test.images)
    needed = {label: row for label, row in enumerate(class_accuracy_info(shares).needed) if row is not None}
    inked = first_ink(test.images)
    for label, row in needed.items():
        with_ink = np.mean(inked[test.labels == label] < row)
        assert with_ink >= 0.5 * shares[label, -1], f"{label} at row {row}"
    rows = [
        int(row)
        for row in re.findall(
            r"row (\d+)", needed_in_words({str(label): row for label, row in needed.items()})
        )
    ]
    assert min(rows) > 1
