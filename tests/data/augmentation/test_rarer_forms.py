"""Forms that fewer people write: long flags, curled feet, slashes that leave the ring, tails, open eights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import ndimage

from lstm_core.data.augmentation.digit_forms import FORMS, Form, add_forms, stroke_cover
from lstm_core.data.augmentation.rarer_forms import RARER_FORMS
from tests.data.augmentation.images import FloatArray, lines, ring, rng


def drawn_with(form_name: str, images: FloatArray) -> FloatArray:
    (form,) = [f for f in RARER_FORMS if f.strokes.__name__ == form_name]
    always = Form(form.label, 1.0, form.strokes, form.width, form.erases)
    return add_forms(images, np.full(len(images), form.label), rng(4), (always,))


def holes(image: FloatArray) -> int:
    return int(ndimage.label(image < 0.5, np.ones((3, 3)))[1]) - 1


def test_no_digit_takes_more_forms_than_there_are_images_of_it() -> None:
    for label in range(10):
        assert sum(form.share for form in (*FORMS, *RARER_FORMS) if form.label == label) < 0.5


def test_a_long_flag_hangs_from_the_top_of_a_one_and_is_never_level() -> None:
    added = drawn_with("long_flag", lines(60)) - lines(60)
    assert not added[:, :, 17:].any()
    longest = np.array([np.ptp(np.nonzero(image > 0.5)[1]) for image in added])
    lowest = np.array([np.nonzero(image > 0.5)[0].max() for image in added])
    assert (longest >= 4).all() and longest.max() >= 9
    assert (lowest >= 8).all()  # the tip is in row 4
    assert (lowest <= 21).all()


def test_a_leaving_slash_has_ink_outside_of_the_ring() -> None:
    row, column = np.indices((28, 28)) - 13.5
    outside = np.hypot(row, column * 1.2) > 11.5
    added = np.maximum(drawn_with("leaving_slash", ring(60)) - ring(60), 0)
    ends = added * outside
    assert (ends.sum((1, 2)) > 2).all()
    rising = ends[:, :13, 15:].sum() + ends[:, 15:, :13].sum()
    assert rising > 20 * (ends[:, :11, :11].sum() + ends[:, 17:, 17:].sum())


def test_a_tail_leaves_the_top_of_the_ring_to_the_right() -> None:
    added = drawn_with("tail", ring(40)) - ring(40)
    assert (added[:, :14, 15:].sum((1, 2)) > 2).all()
    assert not added[:, 16:].any() and not added[:, :, :11].any()


def test_a_curled_foot_turns_up_at_its_left_end() -> None:
    added = drawn_with("curled_foot", lines(40)) - lines(40)
    left = added[:, :, :11]
    assert (left[:, 20:].sum((1, 2)) > 4).all()
    assert (left[:, 17:22].sum((1, 2)) > 1).mean() > 0.8


def eight() -> FloatArray:
    turn = np.linspace(0, 2 * np.pi, 9)
    loops = []
    for middle in (9.0, 18.5):
        circle = np.stack([middle - 4.7 * np.cos(turn), 13.5 + 4 * np.sin(turn)], 1)
        loops += [[a, (a + b) / 2, b] for a, b in pairwise(circle)]
    return stroke_cover(np.array([loops], np.float32), np.array([1.1], np.float32), (28, 28))


def test_an_eight_is_opened_in_its_upper_half_only() -> None:
    closed = eight()
    assert holes(closed[0]) == 2
    opened = drawn_with("gap", np.repeat(closed, 40, 0))
    assert np.mean([holes(image) == 1 for image in opened]) > 0.9
    np.testing.assert_array_equal(opened[:, 15:], np.repeat(closed, 40, 0)[:, 15:])
    assert (opened.sum((1, 2)) > 0.8 * closed.sum()).all()
