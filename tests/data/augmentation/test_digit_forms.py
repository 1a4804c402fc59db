"""Forms that people write a digit in: slashes, flags, feet, bars, open fours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from lstm_core.data.augmentation.digit_forms import FORMS, Form, add_forms, measure, stroke_cover
from tests.data.augmentation.images import FloatArray, lines, ring, rng


@pytest.mark.parametrize("label", [0, 1, 4, 7])
def test_forms_change_only_the_digit_they_belong_to(label: int) -> None:
    drawn = np.concatenate([ring(200), lines(200)])
    others = np.array([d for d in range(10) if d not in {f.label for f in FORMS}])
    labels = np.where(np.arange(400) % 2, label, others[np.arange(400) % len(others)])
    result = add_forms(drawn, labels, rng(), FORMS)
    np.testing.assert_array_equal(result[labels != label], drawn[labels != label])
    changed = (result != drawn).any((1, 2))[labels == label].mean()
    assert 0 < changed <= sum(f.share for f in FORMS if f.label == label) + 0.08


def test_forms_leave_the_given_images_alone() -> None:
    images = ring(50)
    before = images.copy()
    add_forms(images, np.zeros(50, np.int64), rng(), FORMS)
    np.testing.assert_array_equal(images, before)


def drawn_with(form_name: str, images: FloatArray) -> FloatArray:
    (form,) = [f for f in FORMS if f.strokes.__name__ == form_name]
    always = Form(form.label, 1.0, form.strokes, form.width, form.erases)
    return add_forms(images, np.full(len(images), form.label), rng(4), (always,))


def test_a_slash_crosses_the_middle_of_a_zero() -> None:
    slashed = drawn_with("slash", ring(60))
    assert (slashed >= ring(60)).all()
    assert (slashed[:, 10:18, 10:18].max((1, 2)) > 0.9).mean() > 0.95
    rising = (slashed - ring(60))[:, :13, 15:].sum() + (slashed - ring(60))[:, 15:, :13].sum()
    falling = (slashed - ring(60))[:, :13, :13].sum() + (slashed - ring(60))[:, 15:, 15:].sum()
    assert rising > 3 * falling


def test_a_flag_hangs_left_of_the_top_and_a_foot_lies_under_the_stem() -> None:
    added = drawn_with("flag", lines(40)) - lines(40)
    assert (added[:, :14, :12].sum((1, 2)) > 1).all() and not added[:, :, 17:].any()
    added = drawn_with("foot", lines(40)) - lines(40)
    assert (added[:, 20:, :12].sum((1, 2)) > 2).all() and (added[:, 20:, 16:].sum((1, 2)) > 2).all()
    assert not added[:, :16].any()


def test_a_slanted_one_gets_no_foot() -> None:
    ends = np.array([[4, 22], [14, 14], [23, 6]], np.float32)
    slanted = stroke_cover(ends[None, None], np.array([1.4], np.float32), (28, 28))
    np.testing.assert_array_equal(drawn_with("foot", slanted), slanted)


def seven(barred: bool) -> FloatArray:
    strokes = [[[4, 7], [4, 13], [4, 19]], [[4, 19], [14, 15], [23, 12]]]
    if barred:
        strokes.append([[13, 10], [13, 16], [13, 21]])
    return stroke_cover(np.array([strokes], np.float32), np.array([1.3], np.float32), (28, 28))


def test_a_bar_crosses_the_stem_of_a_seven_that_has_none() -> None:
    plain = np.repeat(seven(barred=False), 30, 0)
    added = drawn_with("bar", plain) - plain
    assert (added[:, 9:19, :14].sum((1, 2)) > 1).all() and (added[:, 9:19, 17:].sum((1, 2)) > 1).all()
    barred = seven(barred=True)
    np.testing.assert_array_equal(drawn_with("bar", barred), barred)


def four(closed: bool) -> FloatArray:
    arm = [[4, 17], [10, 12], [16, 6]] if closed else [[7, 7], [12, 7], [16, 6]]
    strokes = [arm, [[16, 6], [16, 14], [16, 21]], [[4, 17], [14, 17], [23, 17]]]
    return stroke_cover(np.array([strokes], np.float32), np.array([1.2], np.float32), (28, 28))


def holes(image: FloatArray) -> int:
    # Paper joined at its corners counts as one piece; the paper around the digit is not a hole.
    return int(ndimage.label(image < 0.5, np.ones((3, 3)))[1]) - 1


def test_a_closed_four_is_opened_and_an_open_one_left_open() -> None:
    closed, opened = four(closed=True), four(closed=False)
    assert holes(closed[0]) == 1 and holes(opened[0]) == 0
    result = drawn_with("opening", closed)
    assert holes(result[0]) == 0
    assert result[0, 14:].sum() > 0.95 * closed[0, 14:].sum()
    again = drawn_with("opening", opened)
    assert again.sum() > 0.95 * opened.sum()


@pytest.mark.parametrize("radius", [0.9, 1.4, 2.2])
def test_the_stroke_is_measured_as_wide_as_it_was_drawn(radius: float) -> None:
    np.testing.assert_allclose(measure(lines(1, width=radius)).radius, radius, rtol=0.15)


def test_stroke_cover_is_the_distance_to_the_line() -> None:
    points = np.array([[[[5, 3], [5, 10], [5, 17]]]], np.float32)
    cover = stroke_cover(points, np.array([1.25], np.float32), (12, 24))[0]
    row, column = np.indices((12, 24))
    distance = np.hypot(row - 5, column - np.clip(column, 3, 17))
    np.testing.assert_allclose(cover, np.clip(1.75 - distance, 0, 1), atol=1e-5)
