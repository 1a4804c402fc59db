"""More forms that people write: short level flags, wide feet, closed fours, long serifs, wide bars."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from lstm_core.data.augmentation.digit_forms import FORMS, Form, add_forms, stroke_cover
from lstm_core.data.augmentation.further_forms import FURTHER_FORMS
from lstm_core.data.augmentation.rarer_forms import RARER_FORMS
from tests.data.augmentation.images import FloatArray, lines, ring, rng


def drawn_with(form_name: str, images: FloatArray) -> FloatArray:
    (form,) = [f for f in FURTHER_FORMS if f.strokes.__name__ == form_name]
    always = Form(form.label, 1.0, form.strokes, form.width, form.erases)
    return add_forms(images, np.full(len(images), form.label), rng(4), (always,))


def holes(image: FloatArray) -> int:
    return int(ndimage.label(image < 0.5)[1]) - 1


def of_strokes(*strokes: list[tuple[float, float]]) -> FloatArray:
    """40 times the same image of straight strokes, (row, column) from end to end."""
    points = [[a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), b] for a, b in strokes]
    one = stroke_cover(np.array([points], np.float32), np.array([1.2], np.float32), (28, 28))
    return np.repeat(one, 40, 0)


FOUR = of_strokes([(6, 9), (15, 7)], [(15, 7), (15, 18)], [(6, 18), (23, 18)])
SEVEN = of_strokes([(5, 6), (5, 21)], [(5, 21), (23, 12)])
FIVE = of_strokes([(5, 10), (5, 19)], [(5, 10), (13, 10)], [(13, 10), (18, 19)], [(18, 19), (23, 8)])


def test_no_digit_takes_more_forms_than_half_of_its_images() -> None:
    for label in range(10):
        forms = (*FORMS, *RARER_FORMS, *FURTHER_FORMS)
        assert sum(form.share for form in forms if form.label == label) < 0.5


def test_a_level_flag_is_short_and_at_the_top_of_an_upright_one() -> None:
    added = drawn_with("level_flag", lines(60)) - lines(60)
    assert not added[:, :, 17:].any(), "it is left of the stem"
    longest = np.array([np.ptp(np.nonzero(image > 0.5)[1]) for image in added])
    lowest = np.array([np.nonzero(image > 0.5)[0].max() for image in added])
    assert (longest <= 8).all() and longest.min() >= 1
    assert (lowest <= 9).all()  # the tip is in row 4
    wide = of_strokes([(5, 18), (23, 6)])
    np.testing.assert_array_equal(drawn_with("level_flag", wide), wide)


def test_a_wide_foot_reaches_far_to_the_left_of_an_upright_one() -> None:
    added = drawn_with("wide_foot", lines(60)) - lines(60)
    low = added[:, 18:]
    left = np.array([np.nonzero(image > 0.5)[1].min() for image in low])
    right = np.array([np.nonzero(image > 0.5)[1].max() for image in low])
    assert (left <= 8).all() and (right >= 15).all()
    assert (added[:, :16].sum((1, 2)) > 4).all(), "it has a flag, too"


def test_a_four_is_closed_at_its_top_and_its_bar_crosses_the_stem() -> None:
    assert holes(FOUR[0]) == 0
    closed = drawn_with("closed_four", FOUR)
    assert all(holes(image) == 1 for image in closed)
    beyond = (closed - FOUR)[:, :, 21:]
    assert (beyond[:, 12:18].sum((1, 2)) > 1).mean() > 0.9
    upright = lines(40)
    np.testing.assert_array_equal(drawn_with("closed_four", upright), upright)


def test_a_long_serif_hangs_at_the_left_end_of_a_seven() -> None:
    added = drawn_with("long_serif", SEVEN) - SEVEN
    assert not added[:, :, 14:].any()
    lowest = np.array([np.nonzero(image > 0.5)[0].max() for image in added])
    assert (lowest >= 8).all() and (lowest <= 14).all()
    narrow = lines(40)
    np.testing.assert_array_equal(drawn_with("long_serif", narrow), narrow)


def test_a_cap_lies_across_the_top_of_a_five_and_beyond_its_corner() -> None:
    added = drawn_with("cap", FIVE) - FIVE
    assert not added[:, 12:].any()
    beyond = added[:, :, :9].sum((1, 2))
    assert (beyond > 0.5).mean() > 0.6


def test_a_blank_image_and_other_digits_take_none_of_them() -> None:
    images = ring(40)
    for label in (0, 2, 3, 6, 8, 9):
        np.testing.assert_array_equal(
            add_forms(images, np.full(40, label), rng(), FURTHER_FORMS), images, err_msg=str(label)
        )
