"""Images of few pixels, varied as finer ones."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_core.data.augmentation import finer, warp
from lstm_core.data.augmentation.finer import vary_finer
from lstm_core.data.augmentation.warp import Affine, framing
from tests.data.augmentation.images import FloatArray, digits, rng


def at_level(level: float, images: FloatArray, monkeypatch: pytest.MonkeyPatch) -> FloatArray:
    still = Affine(rotation=0, scale=0, stretch=0, shear=0, shift=0)
    monkeypatch.setattr(finer, "HAND", still)
    monkeypatch.setattr(finer, "LEVELS", (level, level))
    return vary_finer(images, rng())


def test_an_enlarged_image_is_smooth_and_keeps_what_is_even() -> None:
    even = np.ones((16, 8), np.float32)
    enlarging = finer._enlarging(8)
    np.testing.assert_allclose((enlarging @ even[:8])[8:-8], 1, atol=1e-6)
    ramp = enlarging @ np.arange(8, dtype=np.float32)
    np.testing.assert_allclose(ramp[8:-8], (np.arange(32)[8:-8] + 0.5) / 4 - 0.5, atol=1e-5)


def test_without_a_warp_and_at_half_level_an_image_is_nearly_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = digits()
    result = at_level(0.5, images, monkeypatch)
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(images, result, strict=True)]
    assert np.median(alike) > 0.97


def test_a_lower_level_makes_thicker_strokes(monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = digits()
    thick, thin = (at_level(level, images, monkeypatch).sum((1, 2)) for level in (0.3, 0.6))
    assert (thick > thin).all()
    assert thick.mean() > 1.2 * thin.mean()


def test_digits_move_and_lean_by_parts_of_a_pixel_and_stay_readable() -> None:
    images, _ = digits()
    result = vary_finer(images, rng())
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(images, result, strict=True)]
    assert 0.75 < np.median(alike) < 0.97
    moved = framing(result)[1] - framing(images)[1]
    assert 0.15 < moved.std() < 0.8


def test_blocks_are_counted_to_the_last_bit_as_numpy_takes_means() -> None:
    """What a kind does to a seed's images never changes, and it was counted so."""
    blocks = rng().random((9, 8, finer.FINENESS, 5, finer.FINENESS), dtype=np.float32)
    np.testing.assert_array_equal(finer._counted(blocks), blocks.mean((2, 4), dtype=np.float32))


def test_a_few_images_at_a_time_are_varied_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = digits()
    expected = vary_finer(images, rng())
    monkeypatch.setattr(warp, "_NEARBY_PIXELS", 1)
    np.testing.assert_array_equal(vary_finer(images, rng()), expected)
