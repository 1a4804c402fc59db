from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from lstm_core.data.augmentation import forms
from lstm_core.data.augmentation.forms import FORMS, add_forms, measure, stroke_cover
from lstm_core.data.augmentation.pen import change_edges, change_pen
from lstm_core.data.augmentation.recipes import KINDS, Kind, augment
from lstm_core.data.augmentation.warp import Affine, reframing, sample
from lstm_core.errors import InvalidValue

FloatArray = NDArray[np.float32]
STILL = Affine(rotation=0, scale=0, stretch=0, shear=0, shift=0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def lines(n: int, rows: int = 28, columns: int = 28, width: float = 1.4) -> FloatArray:
    """Upright strokes of half the given width in the middle of each image."""
    unit = min(rows, columns) / 28
    ends = np.array([[4, 14], [14, 13.5], [23, 14]]) * (rows / 28, columns / 28)
    points = np.broadcast_to(ends, (n, 1, 3, 2)).astype(np.float32)
    return stroke_cover(points, np.full(n, width * unit, np.float32), (rows, columns))


def ring(n: int, side: int = 28) -> FloatArray:
    row, column = np.indices((side, side)) - (side - 1) / 2
    distance = np.abs(np.hypot(row, column * 1.2) - 9 * side / 28)
    cover = np.clip(1.3 * side / 28 + 0.5 - distance, 0, 1)
    return np.broadcast_to(cover, (n, side, side)).astype(np.float32)


def noise(n: int, rows: int, columns: int) -> FloatArray:
    return rng(9).random((n, rows, columns)).astype(np.float32)


def digits() -> tuple[FloatArray, NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    data = load_digits()
    return (data.images[:200] / 16).astype(np.float32), data.target[:200].astype(np.int64)


def centre_of_mass(image: FloatArray) -> NDArray[np.float64]:
    return np.array(ndimage.center_of_mass(image))


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


@pytest.mark.parametrize("kind", ["affine", "handwriting"])
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


@pytest.mark.parametrize("label", [0, 1, 4, 7])
def test_forms_change_only_the_digit_they_belong_to(label: int) -> None:
    drawn = np.concatenate([ring(200), lines(200)])
    others = np.array([d for d in range(10) if d not in {f.label for f in FORMS}])
    labels = np.where(np.arange(400) % 2, label, others[np.arange(400) % len(others)])
    result = add_forms(drawn, labels, rng())
    np.testing.assert_array_equal(result[labels != label], drawn[labels != label])
    changed = (result != drawn).any((1, 2))[labels == label].mean()
    assert 0 < changed <= sum(f.share for f in FORMS if f.label == label) + 0.08


def test_forms_leave_the_given_images_alone() -> None:
    images = ring(50)
    before = images.copy()
    add_forms(images, np.zeros(50, np.int64), rng())
    np.testing.assert_array_equal(images, before)


def drawn_with(form_name: str, images: FloatArray, monkeypatch: pytest.MonkeyPatch) -> FloatArray:
    (form,) = [f for f in FORMS if f.strokes.__name__ == form_name]
    always = forms.Form(form.label, 1.0, form.strokes, form.width, form.erases)
    monkeypatch.setattr(forms, "FORMS", (always,))
    return add_forms(images, np.full(len(images), form.label), rng(4))


def test_a_slash_crosses_the_middle_of_a_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    slashed = drawn_with("slash", ring(60), monkeypatch)
    assert (slashed >= ring(60)).all()
    assert (slashed[:, 10:18, 10:18].max((1, 2)) > 0.9).mean() > 0.95
    rising = (slashed - ring(60))[:, :13, 15:].sum() + (slashed - ring(60))[:, 15:, :13].sum()
    falling = (slashed - ring(60))[:, :13, :13].sum() + (slashed - ring(60))[:, 15:, 15:].sum()
    assert rising > 3 * falling


def test_a_flag_hangs_left_of_the_top_and_a_foot_lies_under_the_stem(monkeypatch: pytest.MonkeyPatch) -> None:
    added = drawn_with("flag", lines(40), monkeypatch) - lines(40)
    assert (added[:, :14, :12].sum((1, 2)) > 1).all() and not added[:, :, 17:].any()
    added = drawn_with("foot", lines(40), monkeypatch) - lines(40)
    assert (added[:, 20:, :12].sum((1, 2)) > 2).all() and (added[:, 20:, 16:].sum((1, 2)) > 2).all()
    assert not added[:, :16].any()


def test_a_slanted_one_gets_no_foot(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = np.array([[4, 22], [14, 14], [23, 6]], np.float32)
    slanted = stroke_cover(ends[None, None], np.array([1.4], np.float32), (28, 28))
    np.testing.assert_array_equal(drawn_with("foot", slanted, monkeypatch), slanted)


def seven(barred: bool) -> FloatArray:
    strokes = [[[4, 7], [4, 13], [4, 19]], [[4, 19], [14, 15], [23, 12]]]
    if barred:
        strokes.append([[13, 10], [13, 16], [13, 21]])
    return stroke_cover(np.array([strokes], np.float32), np.array([1.3], np.float32), (28, 28))


def test_a_bar_crosses_the_stem_of_a_seven_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = np.repeat(seven(barred=False), 30, 0)
    added = drawn_with("bar", plain, monkeypatch) - plain
    assert (added[:, 9:19, :14].sum((1, 2)) > 1).all() and (added[:, 9:19, 17:].sum((1, 2)) > 1).all()
    barred = seven(barred=True)
    np.testing.assert_array_equal(drawn_with("bar", barred, monkeypatch), barred)


def four(closed: bool) -> FloatArray:
    arm = [[4, 17], [10, 12], [16, 6]] if closed else [[7, 7], [12, 7], [16, 6]]
    strokes = [arm, [[16, 6], [16, 14], [16, 21]], [[4, 17], [14, 17], [23, 17]]]
    return stroke_cover(np.array([strokes], np.float32), np.array([1.2], np.float32), (28, 28))


def holes(image: FloatArray) -> int:
    # Paper joined at its corners counts as one piece; the paper around the digit is not a hole.
    return int(ndimage.label(image < 0.5, np.ones((3, 3)))[1]) - 1


def test_a_closed_four_is_opened_and_an_open_one_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    closed, opened = four(closed=True), four(closed=False)
    assert holes(closed[0]) == 1 and holes(opened[0]) == 0
    result = drawn_with("opening", closed, monkeypatch)
    assert holes(result[0]) == 0
    assert result[0, 14:].sum() > 0.95 * closed[0, 14:].sum()
    again = drawn_with("opening", opened, monkeypatch)
    assert again.sum() > 0.95 * opened.sum()


@pytest.mark.parametrize("radius", [0.9, 1.4, 2.2])
def test_the_stroke_is_measured_as_wide_as_it_was_drawn(radius: float) -> None:
    np.testing.assert_allclose(measure(lines(1, width=radius)).radius, radius, rtol=0.15)


def test_stroke_cover_is_the_distance_to_the_line() -> None:
    points = np.array([[[[5, 3], [5, 10], [5, 17]]]], np.float32)
    cover = stroke_cover(points, np.array([1.25], np.float32), (12, 24))[0]
    row, column = np.indices((12, 24))
    distance = np.hypot(row - 5, column - np.clip(column, 3, 17))
    np.testing.assert_allclose(cover, np.clip(1.75 - distance, 0, 1), atol=1e-5)


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


def test_eight_by_eight_digits_stay_readable() -> None:
    images, labels = digits()
    result = augment(images, labels, "handwriting", rng())
    assert result.shape == images.shape
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(images, result, strict=True)]
    assert np.median(alike) > 0.7
