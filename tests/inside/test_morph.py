"""One image turning into another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lstm_core.arrays import FloatArray
from lstm_core.drawing.stroke_digits import stroke_digit
from lstm_core.errors import InvalidValue
from lstm_core.inside.morph import fade, morph

THREE, TWO = stroke_digit(3, 28, 28), stroke_digit(2, 28, 28)
images = arrays.arrays(np.float32, (6, 5), elements=st.floats(0, 1, width=32))


def centre(image: FloatArray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


@given(start=images, end=images, share=st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_both_ends_are_the_originals_and_every_stop_is_an_image(
    start: FloatArray, end: FloatArray, share: float
):
    way = morph(start, end)
    assert np.array_equal(way.at(0.0), start)
    assert np.array_equal(way.at(1.0), end)
    between = way.at(share)
    assert between.shape == start.shape
    assert between.dtype == np.float32
    assert between.min() >= 0
    assert between.max() <= 1


def test_the_ends_are_approached_without_a_jump():
    way = morph(THREE, TWO)
    assert np.abs(way.at(0.001) - THREE).max() < 0.02
    assert np.abs(way.at(0.999) - TWO).max() < 0.02


def test_a_spot_that_moves_is_half_way_at_half_the_share():
    start, end = np.zeros((15, 15), np.float32), np.zeros((15, 15), np.float32)
    start[2:5, 2:5] = end[10:13, 8:11] = 1.0
    moving = morph(start, end).at(0.5)
    np.testing.assert_allclose(centre(moving), (7.0, 6.0), atol=0.05)
    assert moving[7, 6] > 0.9
    faded = fade(start, end, 0.5)
    assert faded[7, 6] == 0.0
    assert faded[3, 3] == faded[11, 9] == 0.5


def test_ink_goes_from_one_amount_to_the_other():
    amounts = [float(morph(THREE, TWO).at(share).sum()) for share in (0.25, 0.5, 0.75)]
    between = [(1 - share) * THREE.sum() + share * TWO.sum() for share in (0.25, 0.5, 0.75)]
    np.testing.assert_allclose(amounts, between, rtol=0.05)


def test_an_image_turns_into_itself_by_staying():
    np.testing.assert_allclose(morph(THREE, THREE).at(0.5), THREE, atol=1e-6)


def test_of_bare_paper_nothing_can_move_so_it_fades():
    blank = np.zeros_like(THREE)
    np.testing.assert_array_equal(morph(blank, THREE).at(0.5), fade(blank, THREE, 0.5))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_named(share: float):
    with pytest.raises(InvalidValue, match="share"):
        morph(THREE, TWO).at(share)


def test_images_of_two_sizes_are_refused():
    with pytest.raises(InvalidValue, match="end"):
        morph(THREE, TWO[:8])
    with pytest.raises(InvalidValue, match="start"):
        morph(THREE[0], TWO)
