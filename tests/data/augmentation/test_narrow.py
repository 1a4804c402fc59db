"""Digits pressed together from the sides."""

from __future__ import annotations

import numpy as np

from lstm_core.data.augmentation.digit_forms import measure
from lstm_core.data.augmentation.narrow import NARROWEST, SHARES, make_narrow
from lstm_core.data.augmentation.warp import framing
from tests.data.augmentation.images import lines, ring, rng


def test_the_stated_share_of_the_digits_named_is_changed_and_no_other() -> None:
    images, labels = ring(4000), np.arange(4000) % 10
    changed = (make_narrow(images, labels, rng(1)) != images).any((1, 2))
    for label in range(10):
        share = changed[labels == label].mean()
        assert abs(share - SHARES.get(label, 0)) < 0.06, label
        assert (share > 0) == (label in SHARES)


def test_a_narrow_digit_is_as_high_and_its_stroke_as_wide_as_before() -> None:
    images = ring(800)
    result = make_narrow(images, np.full(800, 9), rng(2))
    before, after = measure(images[:1]), measure(result[(result != images).any((1, 2))])
    assert len(after.top) > 100
    np.testing.assert_allclose(after.height, before.height[0], atol=1)
    assert after.width.max() < 0.95 * before.width[0]
    assert ((after.width + 1) / (after.height + 1)).min() > 0.95 * NARROWEST
    np.testing.assert_allclose(after.radius, before.radius[0], rtol=0.2)


def test_the_middle_of_mass_stays_and_the_given_images_are_left_alone() -> None:
    images = np.roll(ring(300), 4, axis=2)
    before = images.copy()
    result = make_narrow(images, np.full(300, 9), rng(3))
    np.testing.assert_array_equal(images, before)
    np.testing.assert_allclose(framing(result)[1], framing(images)[1], atol=0.6)


def test_what_is_narrow_already_is_not_made_narrower() -> None:
    images = lines(300)
    np.testing.assert_allclose(make_narrow(images, np.full(300, 9), rng()), images, atol=1e-5)
