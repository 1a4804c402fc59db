"""Augmentation as a whole: shapes, ranges, seeds, and what stays."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from lstm_core.data.augmentation.recipes import KINDS, Kind, augment
from lstm_core.data.datasets import load
from lstm_core.errors import InvalidValue
from tests.data.augmentation.images import digits, noise, ring, rng


def test_none_returns_the_images_as_they_are() -> None:
    images = noise(3, 28, 28)
    assert augment(images, np.arange(3), "none", rng()) is images


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (20, 12), (56, 56)])
def test_augmented_images_keep_shape_type_and_range(kind: Kind, shape: tuple[int, int]) -> None:
    images = noise(40, *shape)
    before = images.copy()
    result = augment(images, np.arange(40) % 10, kind, rng())
    assert result.shape == images.shape and result.dtype == np.float32
    assert result.min() >= 0 and result.max() <= 1
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("kind", ["affine", "handwriting", "handwriting-2", "handwriting-3"])
def test_the_same_seed_augments_alike_and_another_one_differently(kind: Kind) -> None:
    images, labels = ring(20), np.zeros(20, np.int64)
    first = augment(images, labels, kind, rng(1))
    np.testing.assert_array_equal(first, augment(images, labels, kind, rng(1)))
    assert np.abs(first - augment(images, labels, kind, rng(2))).max() > 0.1
    assert np.abs(first[0] - first[1]).max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_blank_images_stay_blank(kind: Kind) -> None:
    blank = np.zeros((10, 28, 28), np.float32)
    assert not augment(blank, np.arange(10), kind, rng()).any()


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_batch_stays_empty(kind: Kind) -> None:
    assert augment(np.zeros((0, 28, 28), np.float32), np.zeros(0, np.int64), kind, rng()).shape == (0, 28, 28)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(InvalidValue, match=r"augmentation.*handwriting.*mirror"):
        augment(noise(1, 8, 8), np.zeros(1, np.int64), cast(Any, "mirror"), rng())


def test_images_and_labels_of_different_number_are_refused() -> None:
    with pytest.raises(InvalidValue, match="images"):
        augment(noise(2, 8, 8), np.zeros(3, np.int64), "affine", rng())


def test_eight_by_eight_digits_stay_readable() -> None:
    images, labels = digits()
    result = augment(images, labels, "handwriting", rng())
    assert result.shape == images.shape
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(images, result, strict=True)]
    assert np.median(alike) > 0.7


@pytest.mark.parametrize(
    ("kind", "ink"),
    [
        ("affine", [0.28096, 0.33754, 0.37237, 0.24904]),
        ("handwriting", [0.30731, 0.35084, 0.42755, 0.31965]),
    ],
)
def test_what_earlier_runs_were_trained_with_stays_as_it_was(kind: Kind, ink: list[float]) -> None:
    """A run keeps its key for ever, so a kind of augmentation keeps what it does; new ideas get new names."""
    train = load("digits").train
    varied = augment(train.pixels()[:64], train.labels[:64], kind, rng(7))
    np.testing.assert_allclose(varied[[0, 1, 5, 40]].mean((1, 2)), ink, atol=2e-5)


def test_other_characters_than_digits_keep_their_form_whatever_their_label() -> None:
    images = ring(40)
    zero, five = (augment(images, np.full(40, label), "handwriting", rng(2), False) for label in (0, 5))
    np.testing.assert_array_equal(zero, five)
    zero, five = (augment(images, np.full(40, label), "handwriting", rng(2)) for label in (0, 5))
    assert not np.array_equal(zero, five)  # some zeros get a slash
