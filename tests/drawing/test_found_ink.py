"""What was written is found in pictures of many kinds, and what else they show is left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lstm_core.drawing.digits_of_ink import digits_of
from lstm_core.drawing.found_ink import FoundInk, find_ink
from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.picture_file import Picture
from lstm_core.errors import ImageRejected
from tests.drawings import DIGITS, FOUR, SEVEN, TWO, draw, nearly_same

WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)


def picture(ink: np.ndarray, paper: tuple[float, ...] = WHITE, pen: tuple[float, ...] = BLACK) -> np.ndarray:
    """Colours ``(height, width, 3)`` of ink on paper."""
    return (np.asarray(paper) * (1 - ink[..., None]) + np.asarray(pen) * ink[..., None]).astype(np.float32)


def find(colours: np.ndarray, **options: bool) -> FoundInk:
    return find_ink(Picture(np.clip(colours, 0, 1).astype(np.float32)), **options)


def reads_like(found: FoundInk, ink: np.ndarray, share: float = 0.2) -> bool:
    """Whether the network would see the same."""
    return nearly_same(normalise(ink, 28, 28), normalise(found.ink, 28, 28), share)


COLOURS = {
    "yellow on white": (WHITE, (1.0, 1.0, 0.0)),
    "red on green as bright": ((0.0, 0.51, 0.0), (1.0, 0.0, 0.0)),
    "blue on orange": ((0.9, 0.5, 0.1), (0.1, 0.2, 0.7)),
    "white on red": ((0.7, 0.1, 0.1), WHITE),
    "light grey on white": (WHITE, (0.8, 0.8, 0.8)),
    "grey on black": (BLACK, (0.4, 0.4, 0.4)),
}


@pytest.mark.parametrize("name", COLOURS)
def test_ink_is_told_from_paper_by_its_colour(name: str):
    ink = draw(TWO)
    assert reads_like(find(picture(ink, *COLOURS[name])), ink)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [3, 12, 22])
def test_a_frame_around_a_digit_is_left_out(width: int, dark: bool):
    ink = draw(FOUR)
    sheet = Image.fromarray(np.round(ink * 255).astype(np.uint8))
    ImageDraw.Draw(sheet).rectangle((15, 15, 264, 264), outline=255, width=width)
    framed = np.asarray(sheet, np.float32) / 255
    found = find(picture(framed, *((WHITE, BLACK) if dark else (BLACK, WHITE))))
    assert reads_like(found, ink)
    assert found.left_out[20 if width > 5 else 16, 140]
    assert not found.kept[16, 140]


def test_a_frame_is_read_too_when_nothing_is_to_be_left_out():
    sheet = Image.fromarray(np.round(draw(FOUR) * 255).astype(np.uint8))
    ImageDraw.Draw(sheet).rectangle((15, 15, 264, 264), outline=255, width=8)
    found = find(picture(np.asarray(sheet, np.float32) / 255), everything=True)
    assert found.kept[18, 140] and not found.left_out.any()


def test_a_row_of_boxes_is_left_out():
    ink = np.zeros((200, 560), np.float32)
    ink[:, 125:405] = draw(SEVEN, side=80, at=(50, 60), pen=8)[:200]
    sheet = Image.fromarray(np.round(ink * 255).astype(np.uint8))
    for box in range(4):
        ImageDraw.Draw(sheet).rectangle((20 + 130 * box, 30, 150 + 130 * box, 170), outline=255, width=3)
    assert reads_like(find(picture(np.asarray(sheet, np.float32) / 255)), ink)


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize("dark", [False, True])
def test_a_fat_brush_is_ink_and_not_the_paper_between_its_strokes(name: str, dark: bool):
    ink = draw(DIGITS[name], pen=44)
    assert reads_like(find(picture(ink, *((WHITE, BLACK) if dark else (BLACK, WHITE)))), ink)


def test_a_note_on_a_desk_is_paper():
    ink = draw(TWO, side=90, at=(95, 90), pen=8)
    colours = np.full((280, 280, 3), (0.4, 0.28, 0.18), np.float32)
    colours[70:210, 75:190] = (0.95, 0.88, 0.35)
    assert reads_like(find(colours * (1 - 0.85 * ink[..., None])), ink, 0.25)


@pytest.mark.parametrize("name", DIGITS)
def test_a_picture_cut_close_around_a_digit_is_read(name: str):
    ink = draw(DIGITS[name], pen=24)
    rows, columns = np.nonzero(ink > 0.5)
    cut = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert reads_like(find(picture(cut)), ink)


def test_a_circle_around_a_digit_is_left_out():
    ink = draw(SEVEN, side=90, at=(100, 95), pen=10)
    sheet = Image.fromarray(np.round(ink * 255).astype(np.uint8))
    ImageDraw.Draw(sheet).ellipse((20, 20, 260, 260), outline=255, width=10)
    assert reads_like(find(picture(np.asarray(sheet, np.float32) / 255)), ink)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_desk_at_the_edge_is_left_out(side: str):
    ink = draw(TWO, side=150, at=(75, 65), pen=12)
    colours = picture(ink, (0.86, 0.86, 0.86), (0.18, 0.18, 0.18))
    parts: dict[str, Any] = {
        "left": np.s_[:, :40],
        "right": np.s_[:, -40:],
        "top": np.s_[:40],
        "bottom": np.s_[-40:],
    }
    colours[parts[side]] = 0.15
    assert reads_like(find(colours), ink)


def test_a_finger_at_the_edge_is_left_out():
    ink = draw(TWO, side=140, at=(90, 60), pen=12)
    sheet = Image.fromarray(np.round(picture(ink, (0.9, 0.9, 0.88)) * 255).astype(np.uint8))
    ImageDraw.Draw(sheet).ellipse((-50, 210, 60, 250), fill=(200, 150, 120), outline=(120, 80, 60), width=3)
    assert reads_like(find(np.asarray(sheet, np.float32) / 255), ink)


@pytest.mark.parametrize("level", [0.25, 0.45, 0.75])
@pytest.mark.parametrize("squares", [False, True])
def test_rules_and_squares_are_left_out(squares: bool, level: float):
    ink = draw(SEVEN, pen=12)
    colours = np.ones((280, 280, 3), np.float32)
    colours[7::28] = level
    if squares:
        colours[:, 7::28] = level
    found = find(colours * (1 - ink[..., None]) + 0.1 * ink[..., None])
    assert reads_like(found, ink, 0.3)


def test_the_edge_of_a_shadow_across_a_digit_is_no_ink():
    ink = draw(TWO)
    colours = picture(ink, (0.92, 0.92, 0.92), (0.4, 0.4, 0.4))
    colours[:, 140:] *= 0.5
    assert reads_like(find(colours), ink)


@pytest.mark.parametrize(("wide", "whole"), [(0, True), (2, True), (4, True), (14, False)])
def test_a_crack_as_the_edge_of_a_shadow_leaves_cuts_no_digit_and_a_gap_does(wide: int, whole: bool):
    ink = np.kron(draw(TWO), np.ones((2, 2), np.float32))
    ink[:, 280 - wide // 2 : 280 + wide // 2] = 0.2
    assert (len(digits_of(ink)) == 1) == whole


def test_a_small_digit_on_a_page_is_found_where_it_is():
    page = np.zeros((2000, 1500), np.float32)
    small = draw(SEVEN, side=60, at=(100, 100), pen=6)
    page[700:980, 400:680] = small
    found = find(picture(page, (0.96, 0.96, 0.96), (0.12, 0.12, 0.12)))
    assert reads_like(found, small, 0.3)
    (digit,) = found.digits()
    left, top, _, bottom = digit.box
    assert (left, top) == pytest.approx((497, 797), abs=6)
    assert bottom - top == pytest.approx(66, abs=8)


def test_a_digit_of_a_few_pixels_is_refused_with_what_to_do():
    page = np.ones((60, 60, 3), np.float32)
    page[30, 30:34] = page[30:35, 33] = 0
    with pytest.raises(ImageRejected, match="only 5 pixels high or wide here"):
        find(page).digits()


@pytest.mark.parametrize("level", [0.0, 0.4, 1.0])
def test_an_even_picture_has_no_ink(level: float):
    found = find(np.full((60, 80, 3), level, np.float32))
    assert not found.ink.any() and not found.kept.any() and found.digits() == []


def test_noise_and_a_slope_of_light_are_not_ink():
    noise = np.random.default_rng(0).normal(0, 0.01, (200, 200, 1))
    paper = np.linspace(0.5, 0.9, 200)[:, None, None] + noise
    assert is_blank(normalise(find(np.repeat(paper, 3, axis=2)).ink, 28, 28))


def test_what_is_found_in_a_part_is_shown_in_the_whole():
    ink = draw(TWO)
    colours = picture(ink)
    whole = find(colours)
    part = find(colours[:140]).placed_in(whole, (0.0, 0.0, 1.0, 0.5))
    assert part.kept.shape == whole.kept.shape
    assert part.kept[:140].any() and not part.kept[145:].any()


def test_two_digits_on_an_uneven_board_are_both_found():
    ink = np.maximum(draw(TWO, side=80, at=(40, 100), pen=7), draw(SEVEN, side=80, at=(150, 100), pen=7))
    y, x = np.mgrid[0:1:280j, 0:1:280j]
    board = (0.75 + 0.25 * (x + y))[..., None] * np.array([0.16, 0.27, 0.22])
    noise = np.random.default_rng(0).normal(0, 0.012, (280, 280, 3))
    assert len(find(board * (1 - ink[..., None]) + 0.88 * ink[..., None] + noise).digits()) == 2
