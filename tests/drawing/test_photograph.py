"""Pictures and photographs become ink, and what is no picture is refused."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lstm_core.drawing.normalise import is_blank, normalise
from lstm_core.drawing.photograph import ink_from_file, ink_from_rgba, pixels_from_file
from lstm_core.drawing.picture_file import MAX_FILE_BYTES, MAX_FILE_SIDE
from lstm_core.drawing.png import png
from lstm_core.errors import ImageRejected, InvalidValue
from tests.drawings import DIGITS, FOUR, SEVEN, TWO, draw, nearly_same


def rgba(grey: np.ndarray, alpha: np.ndarray | float = 1.0) -> np.ndarray:
    levels = np.dstack([grey, grey, grey, np.broadcast_to(np.float32(alpha), grey.shape)])
    return np.round(levels * 255).astype(np.uint8)


def file_of(grey: np.ndarray, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.round(grey * 255).astype(np.uint8)).save(file, kind, **options)
    return file.getvalue()


def png_of_zeros(width: int, height: int, depth: int = 8, colour: int = 0, *, rows: bool = True) -> bytes:
    """A PNG whose pixels are all zero, without its pixels in memory; without ``rows`` they are left out."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    squeezed = zlib.compressobj()
    row = bytes(1 + width * depth * {0: 1, 2: 3, 6: 4}[colour] // 8)
    content = b"".join(squeezed.compress(row) for _ in range(height if rows else 0)) + squeezed.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


MEASURE = """
import io, resource, sys
import numpy as np
from PIL import Image, features
from lstm_core.drawing.photograph import ink_from_file, ink_from_rgba
from lstm_core.errors import ImageRejected

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def file_of(noise):
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()

ink_from_file(file_of(np.random.default_rng(0).integers(0, 255, (900, 900), np.uint8)))
content = sys.stdin.buffer.read()
before = peak()
try:
    ink_from_file(content)
    print("read")
except ImageRejected as error:
    print(error)
print((peak() - before) // 1024)
"""


def megabytes_for(content: bytes) -> tuple[str, int]:
    """What comes of reading a picture in a process of its own, and how much memory it takes there."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=content,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    said, megabytes = done.stdout.decode().splitlines()
    return said, int(megabytes)


def large(kind: str, side: int, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(file, kind, **options)
    return file.getvalue()


def photograph(kind: str) -> bytes:
    """12 megapixels of paper with a digit and noise."""
    ink = np.zeros((3000, 4000), np.float32)
    ink[1000:1280, 1500:1780] = draw(TWO)
    noise = np.random.default_rng(0).normal(0, 0.01, (3000, 1000)).astype(np.float32)
    grey = np.clip(0.85 - 0.7 * ink + np.tile(noise, 4), 0, 1)
    file = io.BytesIO()
    Image.fromarray(np.round(grey * 255).astype(np.uint8)).convert("RGB").save(file, kind, compress_level=1)
    return file.getvalue()


class TestPictures:
    @pytest.mark.parametrize("name", DIGITS)
    def test_dark_on_light_and_light_on_dark_read_the_same(self, name: str) -> None:
        ink = draw(DIGITS[name])
        dark, light = ink_from_rgba(rgba(1 - ink)), ink_from_rgba(rgba(ink))
        assert nearly_same(normalise(light, 28, 28), normalise(dark, 28, 28), 0.1)
        assert nearly_same(normalise(ink, 28, 28), normalise(dark, 28, 28), 0.1)

    @pytest.mark.parametrize("ink_level", [0.0, 1.0])
    def test_strokes_on_transparent_ground_are_ink_whatever_their_colour(self, ink_level: float) -> None:
        ink = draw(FOUR)
        read = ink_from_rgba(rgba(np.full_like(ink, ink_level), ink))
        assert nearly_same(normalise(ink, 28, 28), normalise(read, 28, 28), 0.1)

    def test_transparent_corners_of_a_picture_are_paper(self) -> None:
        ink = draw(TWO)
        alpha = np.ones_like(ink)
        alpha[:25, :25] = alpha[-25:, -25:] = 0
        pixels = rgba(0.9 - 0.8 * ink, alpha)
        pixels[alpha == 0] = 0
        assert nearly_same(normalise(ink, 28, 28), normalise(ink_from_rgba(pixels), 28, 28), 0.1)

    def test_a_colour_as_bright_as_half_grey_is_ink(self) -> None:
        ink = draw(TWO)
        pixels = rgba(1 - ink)
        pixels[..., 2] = 255
        assert nearly_same(normalise(ink, 28, 28), normalise(ink_from_rgba(pixels), 28, 28), 0.1)

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
        assert ink.ndim == 2 and np.isfinite(ink).all()

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

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_a_photograph_is_turned_as_its_exif_says(self, kind: str) -> None:
        ink = draw(TWO)
        exif = Image.Exif()
        exif[0x0112] = 6  # shown turned by 90° clockwise
        read = ink_from_file(file_of(np.rot90(1 - ink), kind, exif=exif))
        assert nearly_same(normalise(ink, 28, 28), normalise(read, 28, 28), 0.15)

    @pytest.mark.parametrize("inverted", [False, True])
    def test_pixels_are_taken_as_they_are_with_ink_bright(self, inverted: bool) -> None:
        image = normalise(draw(TWO), 28, 28)
        pixels = pixels_from_file(png(1 - image if inverted else image))
        assert pixels.dtype == np.float32
        np.testing.assert_allclose(pixels, image, atol=0.003)

    @pytest.mark.parametrize("inverted", [False, True])
    @pytest.mark.parametrize("levels", [(0, 1), (0, 3), (30, 255), (30, 60), (90, 160)])
    def test_faint_and_hazy_pixels_are_stretched(self, levels: tuple[int, int], inverted: bool) -> None:
        image = normalise(draw(TWO), 28, 28)
        low, high = reversed(levels) if inverted else levels
        steps = np.round(low + (high - low) * image).astype(np.uint8)
        pixels = pixels_from_file(png((steps / 255).astype(np.float32)))
        np.testing.assert_allclose(pixels, image, atol=0.51 / (levels[1] - levels[0]))

    def test_sixteen_bits_with_low_values_are_stretched(self) -> None:
        image = normalise(draw(TWO), 28, 28)
        file = io.BytesIO()
        Image.fromarray((255 * image).astype(np.uint16)).save(file, "PNG")
        np.testing.assert_allclose(pixels_from_file(file.getvalue()), image, atol=0.01)

    @pytest.mark.parametrize("level", [0, 128, 255])
    def test_pixels_of_one_shade_are_rejected(self, level: int) -> None:
        with pytest.raises(ImageRejected, match="one shade only"):
            pixels_from_file(png(np.full((28, 28), level / 255, np.float32)))

    @pytest.mark.parametrize("middle", [8, 128])
    def test_faint_noise_is_rejected(self, middle: int) -> None:
        noise = np.random.default_rng(1).integers(-8, 9, (28, 28))
        with pytest.raises(ImageRejected, match="nearly of one shade"):
            pixels_from_file(png(((middle + noise) / 255).astype(np.float32)))

    def test_pixels_of_what_is_no_picture_are_rejected(self) -> None:
        with pytest.raises(ImageRejected, match="not a picture"):
            pixels_from_file(b"hello")

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
    def test_a_truncated_picture_is_rejected(self, kind: str) -> None:
        data = file_of(np.random.default_rng(0).random((80, 80)), kind)
        with pytest.raises(ImageRejected, match=r"damaged or cut short|not a picture"):
            ink_from_file(data[: len(data) // 2])

    def test_too_many_bytes_are_rejected_unread(self) -> None:
        with pytest.raises(ImageRejected, match="at most 64 MB"):
            ink_from_file(bytes(MAX_FILE_BYTES + 1))

    @pytest.mark.parametrize("side", [12_000, 29_000])
    def test_a_decompression_bomb_is_rejected_by_its_header(self, side: int) -> None:
        with pytest.raises(ImageRejected, match="megapixels"):
            ink_from_file(png_of_zeros(side, side, rows=False))

    @pytest.mark.parametrize("size", [(1, 40_000_000), (MAX_FILE_SIDE + 1, 1), (1_000, 31_000)])
    def test_a_picture_with_an_endless_side_is_rejected_by_its_header(self, size: tuple[int, int]) -> None:
        with pytest.raises(ImageRejected, match="at most 30,000 on a side"):
            ink_from_file(png_of_zeros(*size, rows=False))

    def test_a_picture_with_a_long_side_is_read(self) -> None:
        assert not ink_from_file(png_of_zeros(1, MAX_FILE_SIDE)).any()

    @pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("WEBP", "RGB")])
    def test_formats_that_take_more_memory_may_have_fewer_pixels(self, kind: str, mode: str) -> None:
        file = io.BytesIO()
        side = 5_600 if kind == "WEBP" else 7_600
        Image.new(mode, (side, side)).save(file, kind, **({"progressive": True} if kind == "JPEG" else {}))
        with pytest.raises(ImageRejected, match=f"of this kind of {kind} at most"):
            ink_from_file(file.getvalue())

    def test_a_picture_that_comes_in_endless_passes_is_rejected(self) -> None:
        data = file_of(draw(TWO), "JPEG", progressive=True)
        at = data.rindex(b"\xff\xda")
        with pytest.raises(ImageRejected, match="too many progressive passes"):
            ink_from_file(data[:at] + 60 * data[at:-2] + data[-2:])

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(lambda: png_of_zeros(1, 40_000_000, rows=False), id="thin"),
            pytest.param(lambda: png_of_zeros(10_000, 10_000, 8, 6), id="rgba"),
            pytest.param(lambda: png_of_zeros(10_000, 10_000, 16, 0), id="grey-16"),
            pytest.param(lambda: png_of_zeros(30_000, 3_000, 8, 6), id="wide"),
            pytest.param(lambda: large("JPEG", 8_500, progressive=True, subsampling=0), id="progressive"),
            pytest.param(lambda: large("JPEG", 10_000), id="jpeg"),
            pytest.param(lambda: large("WEBP", 5_200, method=0), id="webp"),
        ],
    )
    def test_no_picture_takes_more_than_700_megabytes(self, content: Any) -> None:
        _, megabytes = megabytes_for(content())
        assert megabytes < 700

    @pytest.mark.slow
    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_a_photograph_of_12_megapixels_takes_less_than_300_megabytes(self, kind: str) -> None:
        said, megabytes = megabytes_for(photograph(kind))
        assert said == "read"
        assert megabytes < 300

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
