"""Files of many formats become pictures, within bounds; what is no picture is named."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from lstm_core.drawing import picture_kinds
from lstm_core.drawing.normalise import normalise
from lstm_core.drawing.photograph import ink_from_file
from lstm_core.drawing.picture_file import MAX_FILE_PIXELS, SIDE, decoded
from lstm_core.errors import ImageRejected
from tests.drawing import deep_files
from tests.drawings import TWO, draw, nearly_same


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def grey(ink: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round((1 - ink) * 255).astype(np.uint8))


def heic(image: Image.Image) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(image.convert("RGB")).save(file, quality=90)
    return file.getvalue()


def deep(most: int) -> np.ndarray:
    """Dark ink on paper as colours from 0 to ``most``, the paper a little yellow."""
    paper = np.round((1 - INK)[..., None] * np.array([1.0, 0.98, 0.9]) * most)
    return paper.astype(np.uint16)


def opaque(colours: np.ndarray) -> np.ndarray:
    return np.concatenate([colours, np.full_like(colours[..., :1], 65_535)], axis=2)


INK = draw(TWO)
FILES = {
    "tiff": lambda: saved(grey(INK), "TIFF"),
    "tiff, compressed": lambda: saved(grey(INK).convert("RGB"), "TIFF", compression="tiff_lzw"),
    "tiff of floats": lambda: saved(Image.fromarray(1 - INK), "TIFF"),
    "tiff of floats beyond 1": lambda: saved(Image.fromarray(300 * (1 - INK) - 40), "TIFF"),
    "tiff of 32-bit integers": lambda: saved(Image.fromarray((1e6 * (1 - INK)).astype(np.int32)), "TIFF"),
    "tiff of lightness": lambda: saved(grey(INK).convert("RGB").convert("LAB"), "TIFF"),
    "tiff of 1 bit": lambda: saved(grey(INK).convert("1"), "TIFF"),
    "tiff of cmyk": lambda: saved(grey(INK).convert("CMYK"), "TIFF"),
    "png of 16 bits": lambda: saved(Image.fromarray((65_535 * (1 - INK)).astype(np.uint16)), "PNG"),
    "png of 16 bits, low": lambda: saved(Image.fromarray((200 * (1 - INK)).astype(np.uint16)), "PNG"),
    "png of 8 bits, low": lambda: saved(Image.fromarray(np.round(6 * (1 - INK)).astype(np.uint8)), "PNG"),
    "png of 16-bit colours": lambda: deep_files.png_of(deep(65_535)),
    "png of 16-bit colours, 12 used": lambda: deep_files.png_of(deep(4_095)),
    "png of 16-bit colours, low": lambda: deep_files.png_of(deep(200)),
    "png of 16-bit colours, low and between": lambda: deep_files.png_of(deep(300) + 400),
    "png of 16-bit colours with alpha, low": lambda: deep_files.png_of(opaque(deep(200))),
    "png of 16-bit grey with alpha, low": lambda: deep_files.png_of(opaque(deep(200)[..., :1])),
    "tiff of 16-bit colours, low": lambda: deep_files.tiff_of(deep(200)),
    "tiff of 16-bit colours, low, other order": lambda: deep_files.tiff_of(deep(200), order=">"),
    "tiff of 16-bit colours, low, compressed": lambda: deep_files.tiff_of(deep(200), deflate=True),
    "tiff of 16-bit colours with alpha, low": lambda: deep_files.tiff_of(opaque(deep(200))),
    "tiff of 16-bit colours in planes": lambda: deep_files.tiff_of(deep(65_535), planes=True),
    "tiff of 16-bit colours in planes, low": lambda: deep_files.tiff_of(deep(200), planes=True, order=">"),
    "tiff of 16-bit colours in planes, compressed": lambda: deep_files.tiff_of(
        deep(65_535), planes=True, deflate=True
    ),
    "jpeg of cmyk": lambda: saved(grey(INK).convert("CMYK"), "JPEG"),
    "heic": lambda: heic(grey(INK)),
    "ppm": lambda: saved(grey(INK).convert("RGB"), "PPM"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_known_format_and_depth_is_read(name: str):
    assert nearly_same(normalise(INK, 28, 28), normalise(ink_from_file(FILES[name]()), 28, 28), 0.2)


def test_of_16_bit_colours_every_level_counts_where_all_are_low():
    values = np.zeros((10, 300, 3), np.uint16)
    values[..., 0] = values[..., 1] = np.arange(300)
    values[..., 2] = 299
    for data in (deep_files.png_of(values), deep_files.tiff_of(values)):
        picture = decoded(data)
        np.testing.assert_allclose(picture.colours[4, :, 0], np.arange(300) / 299, atol=0.003)
        assert picture.faint == pytest.approx(299 / 65_535)
    clear = opaque(values)
    clear[:, :150, 3] = 0
    clear[:, :150, :3] = 65_535
    picture = decoded(deep_files.png_of(clear))
    assert picture.alpha is not None
    assert picture.alpha[0, :150].max() == 0 and picture.alpha[0, 150:].min() == 1
    np.testing.assert_allclose(picture.colours[4, 150:, 0], np.arange(150, 300) / 299, atol=0.003)


def test_of_16_bit_colours_the_upper_bytes_are_enough_where_they_tell_much():
    values = np.full((10, 300, 3), 65_535, np.uint16)
    values[..., 1] = np.arange(300) * 200
    colours = decoded(deep_files.png_of(values)).colours
    np.testing.assert_allclose(colours[4, :, 1], np.arange(300) * 200 / 65_535, atol=0.005)


def test_a_large_picture_of_16_bit_colours_is_made_smaller_as_others_are():
    values = np.zeros((4_200, 100, 3), np.uint16)
    values[:2_100] = 180
    picture = decoded(deep_files.png_of(values))
    assert max(picture.colours.shape) <= SIDE
    assert picture.colours[0, 0].min() == 1 and picture.colours[-1, 0].max() == 0


def test_a_large_photograph_is_decoded_at_a_fraction_of_its_size():
    picture = decoded(saved(Image.new("L", (8_000, 6_000), 255), "JPEG"))
    assert picture.colours.shape == (1_500, 2_000, 3)
    assert picture.size == (8_000, 6_000)


def test_a_photograph_that_lies_on_its_side_has_the_size_in_which_it_is_shown():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decoded(saved(Image.new("L", (80, 60), 255), "JPEG", exif=exif))
    assert picture.size == (60, 80)
    assert picture.colours.shape == (80, 60, 3)


def test_a_part_of_a_picture_is_taken_as_fine_as_the_file_has_it():
    levels = np.zeros((2_000, 4_000), np.uint8)
    levels[1_000:, 2_000:] = np.indices((1_000, 2_000)).sum(axis=0) % 2 * 255
    data = saved(Image.fromarray(levels), "PNG")
    whole, part = decoded(data), decoded(data, box=(0.5, 0.5, 1.0, 1.0))
    assert max(whole.colours.shape) == max(part.colours.shape) == SIDE
    assert part.colours.shape == (1_000, 2_000, 3)
    assert (whole.size, part.size) == ((4_000, 2_000), (2_000, 1_000))
    np.testing.assert_array_equal(part.colours[..., 0], levels[1_000:, 2_000:] / 255)


def test_transparency_is_kept_where_there_is_any():
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert decoded(saved(clear, "PNG")).alpha is not None
    assert decoded(saved(clear.convert("RGB"), "PNG")).alpha is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"hello", "it holds text"),
        (b"\x00\x01\x02\x03" * 9, "not a picture that the program can read"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG is a drawing program's file"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "SVG is a drawing program's file"),
        (b"<!DOCTYPE html><html>", "This is a web page"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"PK\x03\x04....", "zip archive"),
        (b"\x00\x00\x00\x20ftypmp42....", "a film"),
        (deep_files.tiff_of(np.ones((4, 4, 3)), floats=True), "a TIFF of a kind that is not read here"),
        (deep_files.tiff_of(np.ones((4, 4, 3)), floats=True, order=">"), "a TIFF of a kind that is not read"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, words: str):
    with pytest.raises(ImageRejected, match=words) as raised:
        decoded(data)
    assert "PNG, JPEG, HEIC, WebP, TIFF, GIF and BMP" in str(raised.value)


def test_heic_without_its_reader_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageRejected, match="HEIC cannot be read without the package pillow-heif"):
        decoded(heic(grey(INK)))


def test_a_damaged_heic_is_refused():
    data = heic(grey(INK))
    with pytest.raises(ImageRejected, match="damaged or cut short"):
        decoded(data[: len(data) // 2])


def test_no_picture_has_more_pixels_than_can_be_read():
    assert MAX_FILE_PIXELS >= 100_000_000
    assert picture_kinds.named(b"\xff\x0a").startswith("This is a JPEG XL picture")
