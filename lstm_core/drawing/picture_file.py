"""A picture in a file → its colours as numbers, within bounded memory.

Everything about file formats is here: which are read, how large they may be, how many bits a pixel has, how a
photograph is turned. What cannot be read is named (see `picture_kinds`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lstm_core.arrays import FloatArray
from lstm_core.drawing.picture_kinds import named, opened_heif
from lstm_core.drawing.sixteen_bits import decode_planes, is_deep, with_lower_bytes
from lstm_core.errors import ImageRejected

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF")
"""What Pillow is asked to read; HEIC has a reader of its own."""

KNOWN = "PNG, JPEG, HEIC, WebP, TIFF, GIF and BMP"

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_FILE_PIXELS = 110_000_000
# Pillow warns from fewer pixels on. Here they are counted before anything is decoded.
Image.MAX_IMAGE_PIXELS = MAX_FILE_PIXELS

MAX_FILE_SIDE = 30_000
"""Of a picture in pixels: whatever its area, every row of it takes memory of its own."""

SIDE = 2_000
"""No picture is looked at with a longer side than this."""

_MOST_MEMORY = 450_000_000
"""Bytes that decoding may take."""

_BYTES_OF_A_PIXEL: Mapping[str, int] = MappingProxyType({"WEBP": 16, "AVIF": 16, "HEIF": 9})
"""By format, where it is more than the 4 of Pillow's widest pictures: these decoders keep several copies."""

_BYTES_OF_A_CHANNEL_IN_JPEG = 2
"""A JPEG that comes in several passes keeps the coefficients of all of them until the last."""

_MOST_JPEG_PASSES = 50
"""A few bytes make one more pass over the whole picture; real files have about ten."""

_MOST_REDUCED = 16_000_000
"""Pixels of a reduced picture from which a part is cut."""

_SIXTEEN_BITS = 65_535.0
_OPAQUE = 0.99

_STRIP_ROWS = 256
"""About so many rows at a time get colours and are made smaller, so that no large picture is there twice."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of a picture's width and height, from 0 to 1."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Picture:
    """What a file shows.

    Attributes:
        colours: ``(height, width, 3)`` float32 in [0, 1], red, green and blue; the brightest is 1.
        alpha: ``(height, width)`` float32 in [0, 1], 1 where the picture is opaque; None where all of it is.
        faint: how bright the brightest was in the file, as a share of what its numbers could say.
        size: width and height of what is shown in pixels of the file; None where there was no file.
    """

    colours: FloatArray
    alpha: FloatArray | None = None
    faint: float = 1.0
    size: tuple[int, int] | None = None


def decoded(data: bytes, *, side: int = SIDE, box: Box = WHOLE) -> Picture:
    """The picture in a file, or a part of it, reduced so that no side is longer than ``side`` pixels.

    A photograph is turned as its EXIF orientation says; of an animation the first picture is taken.

    Args:
        data: contents of the file.
        side: the most pixels in a row or column of the result.
        box: the part that is wanted, of the picture as it is shown.

    Raises:
        ImageRejected: the file is too large, damaged or not a picture of a known format.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ImageRejected(
            f"The file has {len(data) / 2**20:.1f} MB; at most {MAX_FILE_BYTES // 2**20} MB can be read. "
            "Save the picture smaller and try again."
        )
    try:
        with opened_heif(data) or Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _taken(image, data, side, box)
    except ImageRejected:
        raise
    except UnidentifiedImageError as error:
        raise ImageRejected(f"{named(data)} The program can read {KNOWN}.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRejected(
            f"The picture has more than {MAX_FILE_PIXELS // 10**6} megapixels. Save it smaller and try again."
        ) from error
    except Exception as error:  # decoders raise almost anything on damaged bytes
        raise ImageRejected("The picture is damaged or cut short. Export or upload it again.") from error


def _taken(image: Image.Image, data: bytes, side: int, box: Box) -> Picture:
    _check_size(image, data)
    size = image.size
    share = max(box[2] - box[0], box[3] - box[1])
    wanted = max(1, round(side / share))
    # A JPEG can be decoded at a fraction of its size; other formats ignore this.
    image.draft(None, (wanted, wanted))
    reduced, most = _reduced(image, wanted, data)
    reduced.info = image.info
    ImageOps.exif_transpose(reduced, in_place=True)
    width, height = reduced.size
    left, top = int(box[0] * width), int(box[1] * height)
    right, bottom = max(left + 1, round(box[2] * width)), max(top + 1, round(box[3] * height))
    part = reduced.crop((left, top, right, bottom))
    part.thumbnail((side, side), Image.Resampling.BOX)
    across, down = size[::-1] if (width > height) != (size[0] > size[1]) else size
    in_file = round((box[2] - box[0]) * across), round((box[3] - box[1]) * down)
    return replace(_picture(np.asarray(part, np.float32), most), size=in_file)


def _picture(values: FloatArray, most: float) -> Picture:
    """Numbers from 0 to ``most``, of brightness or of red, green, blue, as a picture; alpha goes to 255."""
    alpha: FloatArray | None = None
    if values.ndim == 2:
        values = values / np.float32(most)
        colours = np.repeat((values - min(0.0, float(values.min())))[..., None], 3, axis=2)
    else:
        colours, alpha = values[..., :3] / np.float32(most), values[..., 3] / np.float32(255)
        if alpha.min() > _OPAQUE:
            alpha = None
    brightest = float((colours if alpha is None else colours * (alpha > 0)[..., None]).max())
    if 0 < brightest < 1:
        colours = colours / np.float32(brightest)
    return Picture(np.clip(colours, 0, 1, dtype=np.float32), alpha, min(1.0, brightest))


def _check_size(image: Image.Image, data: bytes) -> None:
    """Raises `ImageRejected` when decoding would take too much memory or time, before it begins."""
    size = f"The picture is {image.width} × {image.height} pixels"
    pixels = image.width * image.height
    if pixels > MAX_FILE_PIXELS:
        raise ImageRejected(
            f"{size}; at most {MAX_FILE_PIXELS // 10**6} megapixels can be read. "
            "Save it smaller and try again."
        )
    if max(image.size) > MAX_FILE_SIDE:
        raise ImageRejected(
            f"{size}; at most {MAX_FILE_SIDE:,} on a side can be read. Cut the digit out and try again."
        )
    kind = image.format or ""
    of_a_pixel = _BYTES_OF_A_PIXEL.get(kind, 4 if len(image.getbands()) > 1 else 2)
    if kind in ("JPEG", "MPO"):
        # One that comes in a single pass is decoded at a fraction of its size.
        in_passes = bool(image.info.get("progressive"))
        of_a_pixel = _BYTES_OF_A_CHANNEL_IN_JPEG * len(image.getbands()) if in_passes else 1
        # Of a marker's two bytes the picture's own data never holds the first without a zero after it.
        if data.count(b"\xff\xda") > _MOST_JPEG_PASSES:
            raise ImageRejected(
                "This JPEG has too many progressive passes. Save it as a normal JPEG or PNG and try again."
            )
    if pixels * of_a_pixel > _MOST_MEMORY:
        most = _MOST_MEMORY // of_a_pixel // 10**6
        raise ImageRejected(
            f"{size}; of this kind of {kind} at most {most} megapixels can be read. "
            "Save it smaller, or as a JPEG, and try again."
        )


def _reduced(image: Image.Image, side: int, data: bytes) -> tuple[Image.Image, float]:
    """The picture with its longest side at most about ``2 * side``, and the largest number that could be in
    it.

    It is made smaller strip by strip by averaging whole blocks, which is how Pillow makes thumbnails too.
    Grey of more than 8 bits becomes floats, all else red, green, blue and alpha. Of colours of 16 bits in
    ``data`` the lower bytes are looked at where the upper ones are nearly black, if there is memory for both.
    """
    decode_planes(image)
    deep_colours = is_deep(image) and 2 * 4 * image.width * image.height <= _MOST_MEMORY
    image.load()
    stands_for = 1.0
    if deep_colours:
        image, stands_for = with_lower_bytes(image, data)
    block = max(
        1, max(image.size) // (2 * side), math.ceil(math.sqrt(image.width * image.height / _MOST_REDUCED))
    )
    deep = image.mode[0] in "IF"
    if block == 1 and not deep:
        return _in_colours(image), 255.0 / stands_for
    size = -(-image.width // block), -(-image.height // block)
    reduced = Image.new("F" if deep else "RGBA", size)
    step = max(1, _STRIP_ROWS // block) * block
    largest = 0.0
    for top in range(0, image.height, step):
        strip = image.crop((0, top, image.width, min(top + step, image.height)))
        if deep:
            found = np.nan_to_num(np.asarray(strip, np.float32), posinf=0.0, neginf=0.0)
            largest = max(largest, float(np.ptp(found)), float(found.max()))
            rows = Image.fromarray(_block_means(found, block))
        else:
            rows = _in_colours(strip).reduce(block)
        reduced.paste(rows, (0, top // block))
    if not deep:
        return reduced, 255.0 / stands_for
    return reduced, _SIXTEEN_BITS if image.mode.startswith("I;16") else largest or 1.0


def _block_means(values: FloatArray, block: int) -> FloatArray:
    """The means of blocks of ``block`` × ``block``; those at the right and lower rim may be smaller."""
    rows = np.arange(0, values.shape[0], block)
    columns = np.arange(0, values.shape[1], block)
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=0), columns, axis=1)
    heights = np.diff(np.append(rows, values.shape[0]))
    widths = np.diff(np.append(columns, values.shape[1]))
    return np.asarray(sums / (heights[:, None] * widths), np.float32)


def _in_colours(strip: Image.Image) -> Image.Image:
    """Red, green, blue and alpha, whatever the file has."""
    if strip.mode == "LAB":
        strip = strip.getchannel(0)
    if strip.mode in ("CMYK", "YCbCr", "HSV"):
        strip = strip.convert("RGB")
    return strip.convert("RGBA")
