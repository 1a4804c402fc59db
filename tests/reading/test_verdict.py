"""The verdict of a reading, on sequences of rows worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.reading.trace import softmax
from lstm_core.reading.verdict import (
    SETTLED_MARGIN,
    SETTLED_RATIO,
    Stage,
    Verdict,
    closest_rival,
    sentence,
    settled_in_words,
    settled_rows,
    verdict,
    what_settled_means,
    with_article,
)

SURE, UNSURE = 0.91, 0.4
"""Of ten classes: the others have 0.01 or 0.067 each, so that the lead is 91 times or 6 times."""


def probabilities(labels: list[int], classes: int = 10, peaks: float | list[float] = SURE) -> np.ndarray:
    """One row a label, which gets its peak; the others share the rest."""
    peak = np.broadcast_to(peaks, len(labels))
    rows = np.repeat(((1 - peak) / (classes - 1))[:, None], classes, axis=1)
    rows[np.arange(len(labels)), labels] = peak
    return rows.astype(np.float32)


def image(rows: int, first_ink: int = 1) -> np.ndarray:
    """Ink in the middle column from row ``first_ink`` on, counted from 1."""
    pixels = np.zeros((rows, 3), np.float32)
    pixels[first_ink - 1 :, 1] = 1
    return pixels


def said(labels: list[int], peaks: float | list[float] = SURE, first_ink: int = 1) -> str:
    return sentence(verdict(probabilities(labels, peaks=peaks), image(len(labels), first_ink)))


def test_a_verdict_settles_where_its_lead_begins_to_last() -> None:
    peaks = [SURE, SURE, SURE, SURE, UNSURE, SURE, SURE]
    read = verdict(probabilities([2, 2, 3, 2, 3, 3, 3], peaks=peaks), image(7))
    assert (read.label, read.settled_at_row) == (3, 6)
    assert read.confidence == pytest.approx(SURE)


def test_nothing_settles_before_there_is_ink() -> None:
    assert verdict(probabilities([7] * 28), image(28, first_ink=6)).settled_at_row == 6


def test_a_lead_that_is_lost_at_the_end_did_not_settle() -> None:
    read = verdict(probabilities([7] * 5, peaks=[SURE] * 4 + [UNSURE]), image(5))
    assert read.settled_at_row is None
    assert settled_in_words(read) == "did not settle"


def test_an_image_without_ink_settles_nothing_and_looked_like_nothing() -> None:
    read = verdict(probabilities([1] * 4), np.zeros((4, 3), np.float32))
    assert (read.settled_at_row, read.stages) == (None, ())


def test_a_label_that_appears_in_the_last_row_only_settles_there() -> None:
    read = verdict(probabilities([1] * 27 + [4]), image(28))
    assert (read.label, read.settled_at_row) == (4, 28)
    assert read.stages == (Stage(1, 1), Stage(28, 4))


def test_a_single_row_is_a_whole_reading() -> None:
    assert verdict(probabilities([5]), image(1)).settled_at_row == 1


def test_of_equal_probabilities_the_lowest_class_counts() -> None:
    read = verdict(np.full((3, 10), 0.1), image(3))
    assert (read.label, read.runner_up) == (0, 1)


def test_the_margin_is_the_ratio_in_logits() -> None:
    below, above = (softmax(np.array([[SETTLED_MARGIN + nudge, 0.0, -9.0]])) for nudge in (-1e-6, 1e-6))
    assert verdict(below, image(1)).settled_at_row is None
    assert verdict(above, image(1)).settled_at_row == 1
    assert math.exp(SETTLED_MARGIN) == pytest.approx(SETTLED_RATIO)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40), st.integers(1, 40))
def test_every_reading_agrees_with_a_search_from_the_end(rows: list[tuple[int, bool]], ink: int) -> None:
    labels = [label for label, _ in rows]
    found = verdict(
        probabilities(labels, peaks=[SURE if sure else UNSURE for _, sure in rows]), image(len(rows), ink)
    )
    settled = None
    for row in range(len(rows), 0, -1):
        if row < ink or rows[row - 1] != (labels[-1], True):
            break
        settled = row
    assert (found.label, found.settled_at_row) == (labels[-1], settled)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 30))
def test_stages_are_the_opinions_that_lasted(labels: list[int], ink: int) -> None:
    found = verdict(probabilities(labels), image(len(labels), ink))
    wanted: list[Stage] = []
    for at in range(ink - 1, len(labels)):
        begins = at == ink - 1 or labels[at - 1] != labels[at]
        lasts = at + 1 == len(labels) or labels[at + 1] == labels[at]
        if begins and lasts and (not wanted or wanted[-1].label != labels[at]):
            wanted.append(Stage(at + 1, labels[at]))
    assert list(found.stages) == wanted


def test_many_readings_settle_as_each_by_itself() -> None:
    rng = np.random.default_rng(0)
    many = softmax(6 * rng.standard_normal((200, 4, 3)).astype(np.float32))
    images = (rng.random((200, 4, 2)) > 0.6).astype(np.float32)
    alone = [verdict(one, pixels).settled_at_row or 0 for one, pixels in zip(many, images, strict=True)]
    assert settled_rows(many, images).tolist() == alone
    assert len(set(alone)) == 5


@pytest.mark.parametrize("bad", [np.zeros((0, 10)), np.zeros((28, 0)), np.zeros(10), np.full((2, 3), np.nan)])
def test_what_is_not_a_table_of_probabilities_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(InvalidValue, match="probabilities"):
        verdict(bad, image(2))


def test_an_image_of_other_rows_is_refused() -> None:
    with pytest.raises(InvalidValue, match="image"):
        verdict(probabilities([1, 2]), image(3))
    with pytest.raises(InvalidValue, match="images"):
        settled_rows(probabilities([1, 2])[None], image(3)[None])
    with pytest.raises(InvalidValue, match="probabilities"):
        settled_rows(probabilities([1, 2]), image(2)[None])


def test_the_sentence_tells_the_whole_way() -> None:
    assert said([0, 0, 1, 1, 7, 7, 3, 3], first_ink=3) == (
        "Reads as 3, settled at row 7; it looked like a 1 from row 3, then a 7 from row 5, then a 3 from "
        "row 7"
    )


def test_one_opinion_all_along_is_said_shortly() -> None:
    assert said([1] * 6, first_ink=4) == "Reads as 1, settled at row 4; it looked like a 1 from row 4 on"


def test_looks_of_a_single_row_are_left_out_and_that_is_said() -> None:
    assert said([8, 8, 2, 8, 3, 3]) == (
        "Reads as 3, settled at row 5; it looked mostly like an 8 from row 1, then a 3 from row 5"
    )
    assert said([2, 2, 8, 2, 2]).endswith("; it looked mostly like a 2 from row 1 on")
    assert said([1, 1, 2, 2, 1, 1, 4, 5, 5, 3, 3]).endswith(
        ", after changing its mind 4 times, passing opinions aside, the last time at row 10, from a 5 to a 3"
    )


def test_more_than_three_stages_are_counted() -> None:
    assert said([1, 1, 2, 2, 1, 1, 5, 5, 3, 3]) == (
        "Reads as 3, settled at row 9, after changing its mind 4 times, the last time at row 9, "
        "from a 5 to a 3"
    )


def test_a_verdict_that_did_not_settle_says_so_with_both_probabilities() -> None:
    rows = np.full((2, 10), 0.03)
    rows[:, [3, 8]] = 0.56, 0.2
    assert sentence(verdict(rows, image(2))) == (
        "Reads as 3, but did not settle: 56.0\xa0% for 3, 20.0\xa0% for 8; it looked like a 3 from row 1 on"
    )


def test_probabilities_that_would_look_equal_get_more_digits() -> None:
    found = Verdict(3, 0.48124, 8, 0.48121, None, ())
    assert sentence(found) == "No clear digit: 48.124\xa0% for 3, 48.121\xa0% for 8"


def test_a_digit_that_is_less_probable_than_all_others_together_is_not_called_read() -> None:
    said = sentence(Verdict(3, 0.142, 8, 0.121, None, (Stage(5, 2), Stage(17, 3))))
    assert (
        said == "No clear digit: 14.2\xa0% for 3, 12.1\xa0% for 8; it looked like a 2 from row 5, then a "
        "3 from row 17"
    )
    assert [Verdict(3, share, 8, 0.1, None, ()).is_clear for share in (0.499, 0.5)] == [False, True]


@pytest.mark.parametrize(
    ("label", "words"),
    [(0, "a 0"), (1, "a 1"), (8, "an 8"), (9, "a 9"), (11, "an 11"), (18, "an 18"), (80, "an 80")],
)
def test_the_article_fits_the_spoken_number(label: int, words: str) -> None:
    found = Verdict(3, 0.9, 1, 0.0, 2, (Stage(1, label), Stage(2, 3)))
    assert f"looked like {words} from row 1" in sentence(found)


def test_classes_that_are_no_digits_are_called_by_their_names():
    image = np.ones((3, 2), np.float32)
    probabilities = np.array([[0.1, 0.9], [0.1, 0.9], [0.99, 0.01]], np.float32)
    found = verdict(probabilities, image, ("A", "B"))
    assert found.called(found.label) == "A"
    assert (
        sentence(found) == "Reads as A, settled at row 3; it looked like a B from row 1, then an A from row 3"
    )
    unclear = verdict(np.full((3, 3), 1 / 3, np.float32), image, ("shoe", "bag", "hat"))
    third = "33.3\N{NO-BREAK SPACE}%"
    assert sentence(unclear).startswith(f"No clear class: {third} for shoe, {third} for bag")
    assert "the letter stays at least" in what_settled_means(("A", "B"))
    assert what_settled_means() == what_settled_means(tuple("0123456789"))


@pytest.mark.parametrize(
    ("name", "said"), [("F", "an F"), ("U", "a U"), ("egg", "an egg"), ("fox", "a fox"), ("8", "an 8")]
)
def test_a_name_has_the_article_that_is_spoken(name: str, said: str):
    assert with_article(name) == said


def test_the_closest_rival_is_the_one_most_probable_after_any_row_with_ink() -> None:
    probabilities = np.array([[0.1, 0.8, 0.1], [0.5, 0.2, 0.3], [0.9, 0.06, 0.04]], np.float32)
    image = np.array([[0], [1], [1]], np.float32)
    assert closest_rival(probabilities, image, 0) == 2, "the first row is blank"
    assert closest_rival(probabilities, np.ones_like(image), 0) == 1
    assert closest_rival(probabilities, image, 2) == 0
