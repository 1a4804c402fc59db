"""Thinner and thicker pens, and softer and harder edges."""

from __future__ import annotations

import numpy as np

from lstm_core.data.augmentation.pen import change_edges, change_pen
from tests.data.augmentation.images import lines, rng


def test_the_pen_gets_thinner_and_thicker() -> None:
    images = lines(300)
    ratio = change_pen(images, rng()).sum((1, 2)) / images[0].sum()
    assert ratio.min() < 0.8 and ratio.max() > 1.3


def test_a_hairline_survives_every_pen() -> None:
    assert (change_pen(lines(100, width=0.5), rng()).max((1, 2)) > 0.4).all()


def test_a_change_of_edges_keeps_black_black_and_paper_bare() -> None:
    block = np.zeros((50, 28, 28), np.float32)
    block[:, 8:20, 8:20] = 1
    result = change_edges(block, rng())
    np.testing.assert_allclose(result[:, 10:18, 10:18], 1, atol=1e-6)
    assert not result[:, :7].any() and not result[:, :, 22:].any()
