"""Drawings become images like those of the data sets, however and wherever they were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.strokes import (
    ink_from_strokes,
)
from lstm_core.errors import InvalidValue
from tests.drawings import CANVAS, DIGITS, FOUR, SEVEN, TWO, draw, nearly_same


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
