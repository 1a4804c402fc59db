"""Zeros with a low ring on a long steep stroke."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from lstm_core.data.augmentation.digit_forms import measure
from lstm_core.data.augmentation.struck_zeros import SHARE, strike_zeros
from tests.data.augmentation.images import lines, ring, rng


def test_the_stated_share_of_zeros_is_rewritten_and_nothing_else() -> None:
    images, labels = ring(4000), np.arange(4000) % 10
    before = images.copy()
    result = strike_zeros(images, images, labels, rng(1))
    changed = (result != images).any((1, 2))
    assert abs(changed[labels == 0].mean() - SHARE) < 0.04
    assert not changed[labels != 0].any()
    np.testing.assert_array_equal(images, before)


def test_the_stroke_ends_well_above_and_below_a_ring_that_became_lower() -> None:
    images = ring(1000)
    result = strike_zeros(images, images, np.zeros(1000, np.int64), rng(2))
    struck = result[(result != images).any((1, 2))]
    assert len(struck) > 60
    rows = np.arange(28)
    widest = struck.sum(2)
    for image, across in zip(struck, widest, strict=True):
        inked = rows[across > 0.5]
        ring_rows = rows[across > 5]  # the stroke alone is less wide
        assert len(ring_rows) < 19, "the ring was 20 rows high"
        assert inked[0] < ring_rows[0] and inked[-1] > ring_rows[-1]
        assert measure(image[None]).height[0] > measure(image[None]).width[0]


def test_its_stroke_is_about_as_bold_as_before_and_most_rings_stay_open() -> None:
    images = ring(1000)
    result = strike_zeros(images, images, np.zeros(1000, np.int64), rng(3))
    struck = result[(result != images).any((1, 2))]
    np.testing.assert_allclose(measure(struck).radius.mean(), measure(images).radius[0], rtol=0.2)
    holes = [int(ndimage.label(image < 0.5)[1]) - 1 for image in struck]
    assert np.mean([count >= 1 for count in holes]) > 0.95


def test_what_other_forms_made_of_an_image_gives_way_to_the_stroke() -> None:
    plain = ring(400)
    formed = plain * 0.5
    result = strike_zeros(plain, formed, np.zeros(400, np.int64), rng(4))
    struck = (result != formed).any((1, 2))
    assert 0 < struck.sum() < 100
    assert (result[struck].max((1, 2)) > 0.9).all()


def test_what_has_no_room_inside_or_no_ink_stays_as_it_is() -> None:
    for images in (lines(300), np.zeros((300, 28, 28), np.float32)):
        zeros = np.zeros(300, np.int64)
        np.testing.assert_array_equal(strike_zeros(images, images, zeros, rng()), images)
