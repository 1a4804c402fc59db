"""The verdict of a reading, on sequences of rows worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.reading.verdict import Verdict, sentence, verdict


def probabilities(labels: list[int], classes: int = 10, peak: float = 0.7) -> np.ndarray:
    """One row a label, which gets ``peak``; the others share the rest."""
    rows = np.full((len(labels), classes), (1 - peak) / (classes - 1), np.float32)
    rows[np.arange(len(labels)), labels] = peak
    return rows


def test_the_row_after_the_last_other_label_is_where_it_settled() -> None:
    read = verdict(probabilities([2, 2, 3, 2, 3, 3, 3]))
    assert read == Verdict(3, read.confidence, settled_at_row=5, previous_label=2, previous_row=4)
    assert read.confidence == pytest.approx(0.7)


def test_the_same_label_from_the_first_row_has_nothing_before_it() -> None:
    read = verdict(probabilities([7] * 28))
    assert read == Verdict(7, read.confidence, 1, None, None)


def test_a_label_that_appears_in_the_last_row_only_settled_there() -> None:
    read = verdict(probabilities([1] * 27 + [4]))
    assert (read.label, read.settled_at_row, read.previous_label, read.previous_row) == (4, 28, 1, 27)


def test_a_single_row_is_a_whole_reading() -> None:
    assert verdict(probabilities([5])).settled_at_row == 1


def test_of_equal_probabilities_the_lowest_class_counts() -> None:
    assert verdict(np.full((3, 10), 0.1)).label == 0


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_every_reading_agrees_with_a_search_from_the_end(labels: list[int]) -> None:
    read = verdict(probabilities(labels))
    settled = len(labels)
    while settled > 1 and labels[settled - 2] == labels[-1]:
        settled -= 1
    assert (read.label, read.settled_at_row) == (labels[-1], settled)
    if settled == 1:
        assert read.previous_label is None and read.previous_row is None
    else:
        assert read.previous_row == settled - 1
        assert read.previous_label == labels[settled - 2]


@pytest.mark.parametrize("bad", [np.zeros((0, 10)), np.zeros((28, 0)), np.zeros(10), np.full((2, 3), np.nan)])
def test_what_is_not_a_table_of_probabilities_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        verdict(bad)


def test_the_sentence_names_the_label_the_row_and_what_it_looked_like_before() -> None:
    said = sentence(Verdict(3, 0.99, settled_at_row=17, previous_label=2, previous_row=16))
    assert said == "Reads as 3, settled at row 17; until row 16 it looked like a 2"


def test_the_sentence_is_short_when_nothing_came_before() -> None:
    assert sentence(Verdict(1, 0.99, 1, None, None)) == "Reads as 1, settled at row 1"


def test_a_digit_that_is_less_probable_than_all_others_together_is_not_called_read() -> None:
    said = sentence(Verdict(3, 0.142, settled_at_row=17, previous_label=2, previous_row=16))
    assert said == (
        "No clear digit: 14.2 % for 3, the most probable from row 17 on; until row 16 it looked like a 2"
    )
    assert [Verdict(3, share, 1, None, None).is_clear for share in (0.499, 0.5)] == [False, True]


@pytest.mark.parametrize(
    ("label", "words"),
    [(0, "a 0"), (1, "a 1"), (8, "an 8"), (9, "a 9"), (11, "an 11"), (18, "an 18"), (80, "an 80")],
)
def test_the_article_fits_the_spoken_number(label: int, words: str) -> None:
    assert sentence(Verdict(3, 0.9, 2, label, 1)).endswith(f"looked like {words}")
