"""Affine warps, the wobble, and framing anew, against SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from lstm_core.data.augmentation import warp
from lstm_core.data.augmentation.warp import Affine, reframing, sample
from tests.data.augmentation.images import FloatArray, digits, lines, noise, rng

STILL = Affine(rotation=0, scale=0, stretch=0, shear=0, shift=0)


def centre_of_mass(image: FloatArray) -> NDArray[np.float64]:
    return np.array(ndimage.center_of_mass(image))


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (11, 17)])
def test_a_warp_of_no_strength_changes_nothing(shape: tuple[int, int]) -> None:
    images = noise(4, *shape)
    positions = STILL.positions(images.shape, rng())
    np.testing.assert_allclose(sample(images, positions), images, atol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (11, 17)])
def test_the_bilinear_warp_equals_scipys(shape: tuple[int, int]) -> None:
    images = noise(25, *shape)
    positions = Affine(shift=4).positions(images.shape, rng(3))
    ours = sample(images, positions)
    grid = positions.reshape(25, 2, *shape).astype(np.float64)
    for image, place, got in zip(images, grid, ours, strict=True):
        origin = place[:, 0, 0]
        down, right = (place[:, -1, 0] - origin) / (shape[0] - 1), (place[:, 0, -1] - origin) / (shape[1] - 1)
        matrix = np.stack([down, right], 1)
        expected = ndimage.affine_transform(image, matrix, origin, order=1, mode="grid-constant")
        np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("few", [1, 3, 25])
def test_a_few_images_at_a_time_are_read_as_all_at_once(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    images = noise(25, 11, 17)
    positions = Affine(shift=4).positions(images.shape, rng(3))
    expected = sample(images, positions)
    monkeypatch.setattr(warp, "_NEARBY_PIXELS", few * 11 * 17)
    assert len(list(warp.nearby(images.shape))) == -(-25 // few)
    np.testing.assert_array_equal(sample(images, positions), expected)


@pytest.mark.parametrize(
    ("strength", "matrix"),
    [
        ({"rotation": 0.25}, lambda a: [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]),
        ({"scale": 0.18}, lambda s: [[np.exp(s), 0], [0, np.exp(s)]]),
        ({"stretch": 0.08}, lambda s: [[np.exp(s), 0], [0, np.exp(-s)]]),
        ({"shear": 0.25}, lambda s: [[1, 0], [s, 1]]),
    ],
)
def test_each_strength_bounds_its_own_change(strength: dict[str, float], matrix: Any) -> None:
    still = {"rotation": 0.0, "scale": 0.0, "stretch": 0.0, "shear": 0.0, "shift": 0.0}
    positions = Affine(**(still | strength)).positions((200, 28, 28), rng(5)).reshape(200, 2, 28, 28)
    down = positions[:, :, 1, 0] - positions[:, :, 0, 0]
    right = positions[:, :, 0, 1] - positions[:, :, 0, 0]
    got = np.stack([down, right], 2)
    (limit,) = strength.values()
    allowed = np.array([matrix(v) for v in np.linspace(-limit, limit, 4001)])
    nearest = np.abs(got[:, None] - allowed).max((2, 3)).min(1)
    assert nearest.max() < 2e-4
    assert np.abs(got - np.eye(2)).max() > 0.8 * np.abs(np.array(matrix(limit)) - np.eye(2)).max()


@pytest.mark.parametrize("side", [8, 28, 56])
def test_lengths_grow_with_the_image(side: int) -> None:
    still = Affine(rotation=0, scale=0, stretch=0, shear=0, shift=1.5)
    shape = (300, side, side)
    moved = still.positions(shape, rng()) - STILL.positions(shape, rng())
    assert 1.4 < np.abs(moved).max() * 28 / side <= 1.5 + 1e-4


def test_the_wobble_is_smooth_and_as_strong_as_asked() -> None:
    shape = (400, 28, 28)
    wobbly = Affine(rotation=0, scale=0, stretch=0, shear=0, shift=0, wobble=0.5)
    moved = (wobbly.positions(shape, rng()) - STILL.positions(shape, rng())).reshape(400, 2, 28, 28)
    np.testing.assert_allclose(moved.std(0), 0.5, atol=0.12)
    assert np.abs(np.diff(moved, axis=2)).max() < 0.5


def test_reframing_brings_back_the_longest_side_and_the_centre_of_mass() -> None:
    before = lines(1)
    wide = before.copy()
    wide[:, 22:25, 1:27] = 1
    frame = reframing(before, wide)
    again = sample(wide, STILL.positions(wide.shape, rng(), frame))
    np.testing.assert_allclose(centre_of_mass(again[0]), centre_of_mass(before[0]), atol=0.3)
    across = again[0].max(0).sum()
    assert abs(across - before[0].max(1).sum()) < 1.0


def test_reframing_of_unchanged_images_is_no_change() -> None:
    images, _ = digits()
    frame = reframing(images, images)
    np.testing.assert_allclose(frame.ratio, 1, atol=1e-6)
    np.testing.assert_allclose(frame.shift, 0, atol=1e-5)
