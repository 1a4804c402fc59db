"""Distances in bitmaps of ink, against every pair of pixels."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import BoolArray, FloatArray
from lstm_core.drawing import bitmap


def by_every_pair(mask: BoolArray) -> FloatArray:
    """From every pixel the least distance to one that is False."""
    everywhere = np.argwhere(np.ones_like(mask))
    away = everywhere[:, None] - np.argwhere(~mask)[None]
    return np.sqrt((away**2).sum(axis=2).min(axis=1)).reshape(mask.shape).astype(np.float32)


def test_the_distance_field_is_that_to_the_nearest_pixel_of_paper() -> None:
    rng = np.random.default_rng(0)
    for shape in ((1, 9), (20, 13), (40, 60)):
        for density in (0.02, 0.3, 0.7, 0.98):
            mask = rng.random(shape) < density
            mask[0, 0] = False
            np.testing.assert_allclose(bitmap.distance_transform(mask), by_every_pair(mask), rtol=1e-6)


def test_a_single_pixel_of_paper_is_found_from_everywhere() -> None:
    mask = np.ones((41, 41), bool)
    mask[20, 20] = False
    distance = bitmap.distance_transform(mask)
    np.testing.assert_allclose(distance, by_every_pair(mask), rtol=1e-6)
    assert (distance[20, 20], distance[20, 27], distance.max()) == (0, 7, np.float32(np.hypot(20, 20)))
