"""Distances in bitmaps of ink, against SciPy."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from lstm_core.drawing import bitmap


def test_the_distance_field_equals_scipys() -> None:
    rng = np.random.default_rng(0)
    for shape in ((1, 9), (20, 13), (40, 60)):
        for density in (0.02, 0.3, 0.7, 0.98):
            mask = rng.random(shape) < density
            mask[0, 0] = False
            np.testing.assert_allclose(
                bitmap.distance_transform(mask), ndimage.distance_transform_edt(mask), rtol=1e-6
            )


def test_a_limited_distance_field_is_exact_up_to_the_limit() -> None:
    mask = np.ones((41, 41), bool)
    mask[20, 20] = False
    exact, limited = bitmap.distance_transform(mask), bitmap.distance_transform(mask, limit=7)
    np.testing.assert_array_equal(limited[exact <= 7], exact[exact <= 7])
    assert (limited[exact > 7] > 7).all()
