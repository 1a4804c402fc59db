"""Drawings become images like those of the data sets, however and wherever they were drawn."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from lstm_core.drawing import bitmap
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.photograph import MAX_FILE_BYTES, ink_from_file, ink_from_rgba, pixels_from_file
from lstm_core.drawing.png import png
from lstm_core.drawing.strokes import (
    MAX_STROKE_COMMANDS,
    ink_from_fabric,
    ink_from_strokes,
    strokes_from_fabric,
)
from lstm_core.errors import ImageRejected, InvalidValue

CANVAS = (280, 280)

# Digits as polylines in a unit box, y downward.
TWO = [np.array([(0.1, 0.2), (0.4, 0.0), (0.7, 0.15), (0.65, 0.4), (0.0, 1.0), (0.75, 0.95)])]
FOUR = [
    np.array([(0.35, 0.0), (0.0, 0.6), (0.75, 0.6)]),
    np.array([(0.6, 0.2), (0.55, 1.0)]),
]
SEVEN = [np.array([(0.0, 0.1), (0.7, 0.0), (0.3, 1.0)]), np.array([(0.15, 0.5), (0.65, 0.5)])]
DIGITS = {"two": TWO, "four": FOUR, "seven": SEVEN}


def draw(
    digit: list[np.ndarray], *, side: float = 180, at: tuple[float, float] = (60, 50), pen: float = 20
) -> np.ndarray:
    return ink_from_strokes([stroke * side + at for stroke in digit], pen, CANVAS)


def rgba(grey: np.ndarray, alpha: np.ndarray | float = 1.0) -> np.ndarray:
    levels = np.dstack([grey, grey, grey, np.broadcast_to(np.float32(alpha), grey.shape)])
    return np.round(levels * 255).astype(np.uint8)


def file_of(grey: np.ndarray, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.round(grey * 255).astype(np.uint8)).save(file, kind, **options)
    return file.getvalue()


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference as a share of the mean ink; images one pixel apart have about 0.8."""
    return float(np.abs(one - other).mean() / one.mean())


def nearly_same(one: np.ndarray, other: np.ndarray, share: float) -> bool:
    """Alike within ``share``, also when rounding puts the centre of mass one pixel elsewhere."""
    moved = (np.roll(other, (y, x), axis=(0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1))
    return min(apart(one, each) for each in moved) < share


class TestNormalise:
    def test_the_longest_side_fills_twenty_of_twenty_eight_pixels(self) -> None:
        image = normalise(draw(FOUR), 28, 28)
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert image.shape == (28, 28) and image.dtype == np.float32
        assert rows[-1] - rows[0] + 1 == 20
        assert 12 <= columns[-1] - columns[0] + 1 <= 18

    @pytest.mark.parametrize("name", DIGITS)
    def test_the_centre_of_mass_comes_to_the_middle_within_half_a_pixel(self, name: str) -> None:
        image = normalise(draw(DIGITS[name]), 28, 28)
        y, x = ndimage.center_of_mass(image)
        assert abs(y - 14) <= 0.5 and abs(x - 14) <= 0.5

    def test_grey_levels_reach_full_ink_and_bare_paper(self) -> None:
        image = normalise(draw(TWO), 28, 28)
        assert image.min() == 0 and image.max() > 0.98
        assert 0.08 < image.mean() < 0.18

    @pytest.mark.parametrize("name", DIGITS)
    @pytest.mark.parametrize("at", [(30, 30), (90, 45), (61.3, 77.7)])
    def test_the_place_of_the_drawing_does_not_matter(self, name: str, at: tuple[float, float]) -> None:
        assert nearly_same(
            normalise(draw(DIGITS[name], at=at), 28, 28), normalise(draw(DIGITS[name]), 28, 28), 0.1
        )

    @given(shift=st.tuples(st.integers(-40, 30), st.integers(-30, 40)))
    @settings(max_examples=25, deadline=None)
    def test_whole_pixels_of_shift_change_nothing_at_all(self, shift: tuple[int, int]) -> None:
        # The grid on which specks are looked for stays put, and the digit is one piece wherever it is.
        ink = draw(TWO)
        np.testing.assert_array_equal(normalise(np.roll(ink, shift, (0, 1)), 28, 28), normalise(ink, 28, 28))

    @pytest.mark.parametrize("name", DIGITS)
    @pytest.mark.parametrize("side", [90, 130, 220])
    def test_the_size_of_the_drawing_does_not_matter(self, name: str, side: float) -> None:
        digit = DIGITS[name]
        small = normalise(draw(digit, side=side, at=(25, 25), pen=14), 28, 28)
        assert nearly_same(small, normalise(draw(digit), 28, 28), 0.2)

    @pytest.mark.parametrize("name", DIGITS)
    @pytest.mark.parametrize("pen", [6, 10, 28, 40])
    def test_thin_and_thick_pens_come_out_alike(self, name: str, pen: float) -> None:
        usual = normalise(draw(DIGITS[name]), 28, 28)
        other = normalise(draw(DIGITS[name], pen=pen), 28, 28)
        assert nearly_same(usual, other, 0.3)
        assert other.mean() == pytest.approx(usual.mean(), rel=0.12)

    @pytest.mark.parametrize("pen", [6, 14, 20, 28])
    def test_strokes_are_as_wide_as_in_mnist(self, pen: float) -> None:
        line = [np.array([(0.0, 0.0), (0.0, 1.0)])]
        image = normalise(draw(line, at=(140, 45), pen=pen), 28, 28)
        # The ink of a row across an upright line is the width of the line.
        assert image[10:18].sum(axis=1).mean() == pytest.approx(2.5, abs=0.35)

    def test_faint_ink_counts_as_full_ink(self) -> None:
        ink = draw(SEVEN)
        np.testing.assert_allclose(
            normalise(ink * np.float32(0.4), 28, 28), normalise(ink, 28, 28), atol=0.02
        )

    def test_specks_beside_the_digit_are_left_out(self) -> None:
        ink = draw(TWO)
        dirty = ink.copy()
        dirty[2:6, 2:6] = dirty[270:274, 268:271] = 1
        np.testing.assert_array_equal(normalise(dirty, 28, 28), normalise(ink, 28, 28))

    def test_a_second_stroke_apart_from_the_first_is_kept(self) -> None:
        apart_strokes = [np.array([(0.0, 0.0), (0.0, 1.0)]), np.array([(0.5, 0.0), (0.5, 0.3)])]
        image = normalise(draw(apart_strokes), 28, 28)
        assert ndimage.label(image > 0.3)[1] == 2

    @pytest.mark.parametrize("size", [(28, 28), (40, 20), (8, 8), (32, 32), (12, 9), (1, 1), (3, 2)])
    def test_any_number_of_rows_and_columns_works(self, size: tuple[int, int]) -> None:
        image = normalise(draw(FOUR), *size)
        assert image.shape == size and image.dtype == np.float32
        assert image.min() >= 0 and image.max() <= 1

    def test_a_wide_dash_fits_too(self) -> None:
        dash = [np.array([(0.0, 0.0), (1.0, 0.0)])]
        image = normalise(draw(dash, at=(40, 140)), 28, 28)
        columns = np.flatnonzero(image.any(axis=0))
        assert columns[-1] - columns[0] + 1 == 20

    @given(st.integers(0, 2**32 - 1))
    @settings(max_examples=25, deadline=None)
    def test_whatever_comes_in_stays_an_image(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        shape = tuple(rng.integers(1, 60, 2))
        ink = (rng.random(shape) ** rng.integers(1, 30)).astype(np.float32)
        for size in ((28, 28), (8, 8)):
            image = normalise(ink, *size)
            assert image.shape == size and np.isfinite(image).all()
            assert image.min() >= 0 and image.max() <= 1

    @pytest.mark.parametrize(
        "ink", [np.zeros((0, 5)), np.zeros(5), np.full((4, 4), np.nan), np.full((4, 4), np.inf)]
    )
    def test_what_is_not_ink_is_refused(self, ink: np.ndarray) -> None:
        with pytest.raises(InvalidValue, match="ink"):
            normalise(ink.astype(np.float32), 28, 28)

    def test_a_field_without_rows_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="at least 1 × 1"):
            normalise(draw(TWO), 0, 28)


class TestSmallFields:
    """The recipe of the 8 × 8 UCI digits."""

    @pytest.mark.parametrize("name", DIGITS)
    def test_ink_is_counted_in_sixteenths_and_fills_every_row(self, name: str) -> None:
        image = normalise(draw(DIGITS[name]), 8, 8)
        np.testing.assert_array_equal(image * 16, np.round(image * 16))
        assert image.any(axis=1).all()
        assert not image[:, 0].any() or not image[:, 7].any()

    def test_slant_is_taken_out(self) -> None:
        upright = [np.array([(0.0, 0.0), (0.0, 1.0)])]
        slanted = [np.array([(0.5, 0.0), (0.0, 1.0)])]
        one, other = (normalise(draw(line), 8, 8) for line in (upright, slanted))
        assert np.abs(one - other).mean() < 0.06

    def test_the_digits_of_the_data_set_come_back(self) -> None:
        datasets = pytest.importorskip("sklearn.datasets")
        images = datasets.load_digits().images[:100].astype(np.float32) / 16
        errors = []
        for image in images:
            large = Image.fromarray(image).resize((160, 160), Image.Resampling.BICUBIC)
            errors.append(np.abs(normalise(np.clip(np.asarray(large), 0, 1), 8, 8) - image).mean())
        # A blank answer would be off by the mean ink, 0.31.
        assert np.mean(errors) < 0.13


class TestBlank:
    @pytest.mark.parametrize("size", [(28, 28), (8, 8)])
    def test_an_empty_canvas_is_blank(self, size: tuple[int, int]) -> None:
        image = normalise(np.zeros(CANVAS, np.float32), *size)
        assert image.shape == size and is_blank(image)

    def test_specks_alone_are_blank(self) -> None:
        ink = np.zeros(CANVAS, np.float32)
        ink[40:43, 50:53] = ink[200, 100] = 1
        assert is_blank(normalise(ink, 28, 28))

    @pytest.mark.parametrize("pen", [8, 20, 40])
    def test_a_tap_of_the_pen_is_blank(self, pen: float) -> None:
        tap = ink_from_strokes([np.array([(100.0, 100.0), (100.04, 100.0)])], pen, CANVAS)
        assert tap.max() == 1
        assert is_blank(normalise(tap, 28, 28))

    def test_a_haze_is_blank(self) -> None:
        assert is_blank(normalise(draw(TWO) * np.float32(0.05), 28, 28))

    def test_a_digit_is_not_blank(self) -> None:
        assert not is_blank(normalise(draw(TWO), 28, 28))


def test_the_distance_field_equals_scipys() -> None:
    rng = np.random.default_rng(0)
    for shape in ((1, 9), (20, 13), (40, 60)):
        for density in (0.02, 0.3, 0.7, 0.98):
            mask = rng.random(shape) < density
            mask[0, 0] = False
            np.testing.assert_allclose(
                bitmap._distance(mask), ndimage.distance_transform_edt(mask), rtol=1e-6
            )


def test_a_limited_distance_field_is_exact_up_to_the_limit() -> None:
    mask = np.ones((41, 41), bool)
    mask[20, 20] = False
    exact, limited = bitmap._distance(mask), bitmap._distance(mask, limit=7)
    np.testing.assert_array_equal(limited[exact <= 7], exact[exact <= 7])
    assert (limited[exact > 7] > 7).all()


class TestStrokes:
    def test_a_line_has_round_caps_and_the_width_of_the_pen(self) -> None:
        ink = ink_from_strokes([np.array([(60.0, 100.0), (160.0, 100.0)])], 20, (200, 220))
        assert ink.shape == (200, 220) and ink.dtype == np.float32
        assert ink[:, 110].sum() == pytest.approx(20, abs=0.5)
        assert ink.sum() == pytest.approx(100 * 20 + np.pi * 10**2, rel=0.02)
        assert ink[100, 51] == 1 and ink[92, 51] == 0

    def test_the_middle_of_a_line_lies_on_its_points(self) -> None:
        ink = ink_from_strokes([np.array([(30.0, 50.0), (90.0, 50.0)])], 10, (100, 120))
        # Pixel i covers i … i + 1, so the pixel centres' mean is half a pixel less than the coordinate.
        y, x = ndimage.center_of_mass(ink)
        assert (y + 0.5, x + 0.5) == pytest.approx((50, 60), abs=0.2)

    def test_every_stroke_may_have_its_own_pen(self) -> None:
        strokes = [np.array([(20.0, 20.0), (20.0, 180.0)]), np.array([(120.0, 20.0), (120.0, 180.0)])]
        ink = ink_from_strokes(strokes, [6, 30], (200, 200))
        assert ink[100, :70].sum() == pytest.approx(6, abs=0.5)
        assert ink[100, 70:].sum() == pytest.approx(30, abs=0.5)

    def test_no_strokes_are_no_ink(self) -> None:
        assert not ink_from_strokes([], 20, CANVAS).any()

    @pytest.mark.parametrize(
        ("strokes", "width"),
        [([np.zeros((3, 2))], 0), ([np.zeros((3, 2))], [1, 2]), ([np.zeros((3, 3))], 2), ([np.zeros(4)], 2)],
    )
    def test_impossible_strokes_are_refused(self, strokes: list[np.ndarray], width: Any) -> None:
        with pytest.raises(InvalidValue):
            ink_from_strokes(strokes, width, CANVAS)


def fabric(path: list[list[Any]], /, **changes: Any) -> dict[str, Any]:
    """A drawing as Fabric 7 reports it, unedited: the place is the centre of the path."""
    points = np.array([[command[-2], command[-1]] for command in path], float)
    left, top = (points.min(axis=0) + points.max(axis=0)) / 2
    stroke = {"type": "Path", "originX": "center", "originY": "center", "left": left, "top": top}
    stroke |= {"strokeWidth": 20, "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False, "flipY": False}
    return {"version": "7.4.0", "objects": [stroke | {"path": path} | changes], "background": "#fff"}


LINE = [["M", 100, 50], ["L", 100, 150]]


class TestFabric:
    def test_lines_become_polylines_with_the_pen_s_width(self) -> None:
        [(points, width)] = strokes_from_fabric(fabric([["M", 10, 20], ["L", 30, 40], ["L", 50, 20]]))
        np.testing.assert_allclose(points, [(10, 20), (30, 40), (50, 20)])
        assert width == 20

    def test_a_quadratic_curve_passes_through_its_middle(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric([["M", 0, 0], ["Q", 50, 100, 100, 0]], originX="left"))
        np.testing.assert_allclose(points[len(points) // 2], (50, 50), atol=0.01)
        np.testing.assert_allclose(points[:, 1], 2 * points[:, 0] * (1 - points[:, 0] / 100), atol=1e-9)

    def test_a_moved_stroke_comes_where_it_is_shown(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric(LINE, left=120, top=90))
        np.testing.assert_allclose(points, [(120, 40), (120, 140)])

    def test_a_stroke_turned_a_quarter_lies(self) -> None:
        [(points, _)] = strokes_from_fabric(fabric(LINE, angle=90))
        np.testing.assert_allclose(points, [(150, 100), (50, 100)], atol=1e-9)

    def test_a_scaled_stroke_has_a_scaled_pen(self) -> None:
        [(points, width)] = strokes_from_fabric(fabric(LINE, scaleX=0.5, scaleY=0.5))
        np.testing.assert_allclose(points, [(100, 75), (100, 125)])
        assert width == 10

    def test_every_move_starts_a_stroke(self) -> None:
        assert len(strokes_from_fabric(fabric([*LINE, ["M", 1, 1], ["L", 2, 2]], originX="left"))) == 2

    def test_an_empty_canvas_has_no_strokes(self) -> None:
        assert strokes_from_fabric({"objects": []}) == []
        assert not ink_from_fabric({"objects": []}, CANVAS).any()

    def test_drawing_from_json_equals_drawing_the_strokes(self) -> None:
        ink = ink_from_fabric(json.loads(json.dumps(fabric(LINE))), CANVAS)
        np.testing.assert_array_equal(
            ink, ink_from_strokes([np.array([(100.0, 50), (100, 150)])], 20, CANVAS)
        )

    @pytest.mark.parametrize(
        "bad",
        [
            {},
            None,
            [],
            {"objects": None},
            {"objects": [{"type": "rect"}]},
            {"objects": [None]},
            fabric([["L", 1, 2]], left=0, top=0),
            fabric([["M", 1, 2], ["Q", 1, 2]]),
            fabric([["M", 1, 2], ["A", 1, 2]]),
            fabric(LINE, path=[[]]),
            fabric(LINE, path="M 1 2"),
            fabric(LINE, path=[["M", "x", 2]]),
            fabric(LINE, path=[["M", float("nan"), 2]]),
            fabric(LINE, path=[["M", 1e300, 2]]),
            fabric(LINE, strokeWidth=0),
            fabric(LINE, strokeWidth="wide"),
            fabric(LINE, left=float("inf")),
            fabric(LINE, scaleX=0),
            fabric(LINE, angle=None),
        ],
    )
    def test_malformed_drawings_are_rejected(self, bad: Any) -> None:
        with pytest.raises(ImageRejected, match="draw again"):
            strokes_from_fabric(bad)

    def test_endless_drawings_are_rejected(self) -> None:
        with pytest.raises(ImageRejected, match="too many strokes"):
            strokes_from_fabric(fabric([["M", 0, 0]] + [["L", 1, 1]] * MAX_STROKE_COMMANDS))


class TestPictures:
    @pytest.mark.parametrize("name", DIGITS)
    def test_dark_on_light_and_light_on_dark_read_the_same(self, name: str) -> None:
        ink = draw(DIGITS[name])
        dark, light = ink_from_rgba(rgba(1 - ink)), ink_from_rgba(rgba(ink))
        np.testing.assert_allclose(dark, light, atol=0.02)
        np.testing.assert_allclose(dark, ink, atol=0.2)
        assert nearly_same(normalise(ink, 28, 28), normalise(dark, 28, 28), 0.1)

    @pytest.mark.parametrize("ink_level", [0.0, 1.0])
    def test_strokes_on_transparent_ground_are_ink_whatever_their_colour(self, ink_level: float) -> None:
        ink = draw(FOUR)
        np.testing.assert_allclose(ink_from_rgba(rgba(np.full_like(ink, ink_level), ink)), ink, atol=0.2)

    def test_transparent_corners_of_a_picture_are_paper(self) -> None:
        ink = draw(TWO)
        alpha = np.ones_like(ink)
        alpha[:25, :25] = alpha[-25:, -25:] = 0
        pixels = rgba(0.9 - 0.8 * ink, alpha)
        pixels[alpha == 0] = 0
        np.testing.assert_allclose(ink_from_rgba(pixels), ink, atol=0.2)

    def test_a_colour_as_bright_as_half_grey_is_ink(self) -> None:
        ink = draw(TWO)
        pixels = rgba(1 - ink)
        pixels[..., 2] = 255
        np.testing.assert_allclose(ink_from_rgba(pixels), ink, atol=0.2)

    @pytest.mark.parametrize("direction", [0.0, 1.0, 2.5, 4.0])
    def test_a_photograph_with_uneven_light_and_noise_reads_like_the_drawing(self, direction: float) -> None:
        ink = draw(SEVEN)
        y, x = np.mgrid[-1:1:280j, -1:1:280j]
        light = 0.6 + 0.2 * (x * np.cos(direction) + y * np.sin(direction))
        noise = np.random.default_rng(0).normal(0, 0.015, ink.shape)
        photograph = np.clip(light * (1 - 0.6 * ink) + noise, 0, 1)
        read = ink_from_file(file_of(photograph, "JPEG", quality=80))
        assert nearly_same(normalise(ink, 28, 28), normalise(read, 28, 28), 0.25)

    @pytest.mark.parametrize("level", [0.0, 0.4, 1.0])
    def test_an_even_picture_has_no_ink(self, level: float) -> None:
        assert not ink_from_rgba(rgba(np.full((60, 80), level))).any()

    def test_a_transparent_picture_has_no_ink(self) -> None:
        assert not ink_from_rgba(np.zeros((30, 30, 4), np.uint8)).any()

    def test_noise_and_a_slope_of_light_are_not_ink(self) -> None:
        noise = np.random.default_rng(0).normal(0, 0.01, (200, 200))
        paper = np.linspace(0.5, 0.9, 200)[:, None] + noise
        assert is_blank(normalise(ink_from_rgba(rgba(np.clip(paper, 0, 1))), 28, 28))

    @pytest.mark.parametrize("shape", [(1, 1), (1, 40), (50, 2), (3, 3)])
    def test_tiny_and_narrow_pictures_do_no_harm(self, shape: tuple[int, int]) -> None:
        grey = np.random.default_rng(0).random(shape)
        ink = ink_from_rgba(rgba(grey))
        assert ink.shape == shape and np.isfinite(ink).all()

    @pytest.mark.parametrize("pixels", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 4), np.float32)])
    def test_what_is_not_rgba_bytes_is_refused(self, pixels: Any) -> None:
        with pytest.raises(InvalidValue, match="pixels"):
            ink_from_rgba(pixels)


class TestFiles:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
    @pytest.mark.parametrize("inverted", [False, True])
    def test_every_known_format_is_read(self, kind: str, inverted: bool) -> None:
        ink = draw(TWO)
        read = ink_from_file(file_of(ink if inverted else 1 - ink, kind))
        assert nearly_same(normalise(ink, 28, 28), normalise(read, 28, 28), 0.15)

    @pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_pixel_is_read(self, mode: str) -> None:
        ink = draw(FOUR)
        grey = Image.fromarray(np.round((1 - ink) * 255).astype(np.uint8))
        if mode == "I;16":
            grey = Image.fromarray(np.round((1 - ink) * 65535).astype(np.uint16))
        file = io.BytesIO()
        grey.convert(mode).save(file, "PNG")
        assert nearly_same(normalise(ink, 28, 28), normalise(ink_from_file(file.getvalue()), 28, 28), 0.2)

    def test_a_large_picture_is_reduced(self) -> None:
        ink = np.asarray(Image.fromarray(draw(SEVEN)).resize((2000, 1600)))
        read = ink_from_file(file_of(1 - np.clip(ink, 0, 1), "JPEG"))
        assert read.shape == (640, 800)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_a_photograph_is_turned_as_its_exif_says(self, kind: str) -> None:
        ink = draw(TWO)
        exif = Image.Exif()
        exif[0x0112] = 6  # shown turned by 90° clockwise
        read = ink_from_file(file_of(np.rot90(1 - ink), kind, exif=exif))
        assert nearly_same(normalise(ink, 28, 28), normalise(read, 28, 28), 0.15)

    def test_our_own_png_comes_back(self) -> None:
        image = normalise(draw(TWO), 28, 28)
        with Image.open(io.BytesIO(png(image))) as saved:
            assert saved.size == (28, 28) and saved.mode == "L"
            np.testing.assert_allclose(np.asarray(saved) / 255, image, atol=0.003)
        assert nearly_same(image, normalise(ink_from_file(png(image)), 28, 28), 0.35)

    @pytest.mark.parametrize("inverted", [False, True])
    def test_pixels_are_taken_as_they_are_with_ink_bright(self, inverted: bool) -> None:
        image = normalise(draw(TWO), 28, 28)
        pixels = pixels_from_file(png(1 - image if inverted else image))
        assert pixels.dtype == np.float32
        np.testing.assert_allclose(pixels, image, atol=0.003)

    def test_pixels_of_what_is_no_picture_are_rejected(self) -> None:
        with pytest.raises(ImageRejected, match="not a picture"):
            pixels_from_file(b"hello")

    @pytest.mark.parametrize(
        "data", [b"", b"hello", b"%PDF-1.7 ...", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
    )
    def test_what_is_no_picture_is_rejected(self, data: bytes) -> None:
        with pytest.raises(ImageRejected, match=r"not a picture.*PNG, JPEG"):
            ink_from_file(data)

    def test_a_format_off_the_list_is_rejected(self) -> None:
        with pytest.raises(ImageRejected, match="not a picture"):
            ink_from_file(file_of(draw(TWO), "TIFF"))

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
    def test_a_truncated_picture_is_rejected(self, kind: str) -> None:
        data = file_of(np.random.default_rng(0).random((80, 80)), kind)
        with pytest.raises(ImageRejected, match=r"damaged or cut short|not a picture"):
            ink_from_file(data[: len(data) // 2])

    def test_too_many_bytes_are_rejected_unread(self) -> None:
        with pytest.raises(ImageRejected, match="at most 10 MB"):
            ink_from_file(bytes(MAX_FILE_BYTES + 1))

    @pytest.mark.parametrize("side", [7_000, 10_000, 60_000])
    def test_a_decompression_bomb_is_rejected_by_its_header(self, side: int) -> None:
        def chunk(kind: bytes, content: bytes) -> bytes:
            return (
                struct.pack(">I", len(content))
                + kind
                + content
                + struct.pack(">I", zlib.crc32(kind + content))
            )

        header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))
        with pytest.raises(ImageRejected, match="megapixels"):
            ink_from_file(data + chunk(b"IEND", b""))

    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def test_damaged_bytes_give_ink_or_a_rejection_and_nothing_else(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP"]))
        file = bytearray(file_of(draw(TWO)[::4, ::4], kind))
        for _ in range(data.draw(st.integers(1, 8))):
            file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
        try:
            ink = ink_from_file(bytes(file))
        except ImageRejected:
            return
        assert np.isfinite(ink).all() and ink.min() >= 0 and ink.max() <= 1
