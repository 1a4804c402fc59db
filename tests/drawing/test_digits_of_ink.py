"""Several digits are told apart, one drawn in several strokes is not."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.drawing.digits_of_ink import MOST_DIGITS, digits_of
from lstm_core.errors import ImageRejected
from tests.drawings import FOUR, SEVEN, TWO, draw


def side_by_side(*digits: list[np.ndarray], side: float = 90, apart: float = 85) -> np.ndarray:
    ink = np.zeros((280, 280), np.float32)
    for place, digit in enumerate(digits):
        ink = np.maximum(ink, draw(digit, side=side, at=(15 + place * apart, 100), pen=12))
    return ink


def lines(*strokes: list[tuple[float, float]]) -> list[np.ndarray]:
    return [np.array(stroke) for stroke in strokes]


ONE_DIGIT = {
    "two": TWO,
    "seven with its bar": SEVEN,
    "five with its upper stroke apart": lines(
        [(0.25, 0.1), (0.2, 0.45), (0.55, 0.5), (0.6, 0.8), (0.1, 0.95)], [(0.4, 0.0), (0.7, 0.0)]
    ),
    "four in two strokes that do not meet": lines(
        [(0.1, 0.0), (0.0, 0.55), (0.42, 0.55)], [(0.62, 0.1), (0.6, 1.0)]
    ),
    "one with a foot apart": lines([(0.3, 0.0), (0.3, 0.8)], [(0.05, 0.95), (0.55, 0.95)]),
}


@pytest.mark.parametrize("name", ONE_DIGIT)
def test_a_digit_of_several_strokes_is_one(name: str):
    ink = draw(ONE_DIGIT[name], pen=12)
    (digit,) = digits_of(ink)
    left, top, right, bottom = digit.box
    rows, columns = np.nonzero(ink >= 0.5)
    assert (left, top) == pytest.approx((columns.min(), rows.min()), abs=5)
    assert (right, bottom) == pytest.approx((columns.max() + 1, rows.max() + 1), abs=5)
    assert not digit.touching


def test_digits_side_by_side_come_from_left_to_right_each_with_its_own_ink():
    ink = side_by_side(TWO, FOUR, SEVEN)
    found = digits_of(ink)
    assert [digit.box[0] for digit in found] == sorted(digit.box[0] for digit in found)
    assert len(found) == 3
    assert sum(float(digit.ink.sum()) for digit in found) == pytest.approx(float(ink.sum()), rel=0.02)


def test_digits_on_two_lines_come_line_by_line():
    ink = np.zeros((280, 280), np.float32)
    for at in ((20, 20), (150, 30), (25, 160), (150, 150)):
        ink = np.maximum(ink, draw(TWO, side=90, at=at, pen=12))
    boxes = [digit.box for digit in digits_of(ink)]
    assert [(box[1] > 130, box[0] > 100) for box in boxes] == [
        (False, False), (False, True), (True, False), (True, True)
    ]  # fmt: skip


def test_what_is_much_wider_than_high_may_be_two_that_touch():
    (digit,) = digits_of(side_by_side(TWO, FOUR, apart=62))
    assert digit.touching


def test_specks_are_no_digits():
    ink = draw(TWO)
    ink[5:8, 5:8] = 1
    assert len(digits_of(ink)) == 1


def test_bare_paper_has_no_digit():
    assert digits_of(np.zeros((40, 40), np.float32)) == []


def test_a_page_of_writing_is_refused_with_what_to_do():
    ink = np.zeros((700, 700), np.float32)
    for row in range(5):
        for column in range(5):
            ink[20 + 130 * row : 110 + 130 * row, 40 + 130 * column : 52 + 130 * column] = 1
    with pytest.raises(ImageRejected, match=f"25 pieces of writing; at most {MOST_DIGITS}"):
        digits_of(ink)


def test_what_stands_apart_is_one_where_it_is_asked_for_as_one():
    ink = side_by_side(TWO, FOUR, SEVEN)
    (one,) = digits_of(ink, apart=False)
    rows, columns = np.nonzero(ink >= 0.5)
    assert one.box == pytest.approx((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1), abs=2)
    assert float(one.ink.sum()) == pytest.approx(float(ink.sum()), rel=0.02)
    assert not one.touching, "a wide sign is no two digits"
    assert not digits_of(np.zeros((280, 280), np.float32), apart=False)
