"""A picture in a file → ink, however it was lit; or → the pixels as they are."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from lstm_core.arrays import ByteArray, FloatArray
from lstm_core.drawing.bitmap import CONTRAST
from lstm_core.errors import ImageRejected, InvalidValue

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_FILE_PIXELS = 40_000_000
MAX_FILE_SIDE = 20_000
"""Of a picture in pixels: whatever its area, every row of it takes memory of its own."""

_MOST_MEMORY = 240_000_000
"""Bytes that decoding may take."""

_BYTES_OF_A_PIXEL: Mapping[str, int] = {"WEBP": 16}
"""By format, where it is more than the 4 of Pillow's widest pictures: WebP's decoder keeps several copies."""

_BYTES_OF_A_CHANNEL_IN_JPEG = 2
"""A JPEG that comes in several passes keeps the coefficients of all of them until the last."""

_MOST_JPEG_PASSES = 50
"""A few bytes make one more pass over the whole picture; real files have about ten."""

_STRIP_ROWS = 256
"""About so many rows at a time get colours and are made smaller, so that no large picture is there twice."""

# Uploads are reduced to this longest side before anything is computed on them.
_UPLOAD_SIDE = 800

# Weights of red, green and blue bytes in the brightness from 0 to 1, ITU-R BT.601.
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32) / np.float32(255)


def ink_from_rgba(pixels: ByteArray) -> FloatArray:
    """Separate ink from paper in a picture: dark on light or light on dark, evenly lit or not.

    Transparent parts are paper. Ink is what stands out most from the median of its surroundings, so it
    is found to be dark or light. The paper's brightness under it is estimated by a morphological closing
    wider than any stroke and taken out, and what is left is split into two classes by Ridler & Calvard
    (1978), "Picture thresholding using an iterative selection method".

    Args:
        pixels: ``(height, width, 4)`` uint8, red, green, blue and alpha (not premultiplied).

    Returns:
        ``(height, width)`` float32 ink; all zeros when the contrast is too small to be ink.

    Raises:
        InvalidValue: the array has another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or not pixels.size:
        raise InvalidValue("pixels", "(height, width, 4) uint8", (pixels.shape, str(pixels.dtype)))
    grey = _over_paper(pixels)
    small = _small(grey)
    around = Image.fromarray(np.round(small * 255).astype(np.uint8))
    median = around.filter(ImageFilter.MedianFilter(_window(small)))
    usual = np.asarray(median, np.float32) / np.float32(255)
    darker, lighter = np.clip(usual - small, 0, 1), np.clip(small - usual, 0, 1)
    if np.square(darker).sum() >= np.square(lighter).sum():
        paper = _closing(small, grey.shape)
        # Ink takes away a share of the light that falls on it.
        return _two_classes(np.clip((paper - grey) / np.maximum(paper, 0.25), 0, 1))
    board = 1 - _closing(1 - small, grey.shape)
    return _two_classes(np.clip(grey - board, 0, 1))


def _over_paper(pixels: ByteArray) -> FloatArray:
    """Brightness ``(height, width)`` in [0, 1] of a picture laid over paper.

    Where most is transparent, or what is opaque has one brightness, the opaque is the ink and the paper
    contrasts with it; otherwise the paper is as bright as most of what is opaque.
    """
    colour = pixels[..., :3].astype(np.float32) @ _LUMINANCE
    alpha = pixels[..., 3].astype(np.float32) / np.float32(255)
    opaque = colour[alpha > alpha.max() / 2]
    if not len(opaque):
        return np.zeros_like(colour)
    if len(opaque) == colour.size:
        return colour
    if len(opaque) < colour.size / 2 or np.ptp(opaque) < CONTRAST:
        paper = 1.0 if float((alpha * colour).sum() / alpha.sum()) < 0.5 else 0.0
    else:
        paper = float(np.median(opaque))
    return alpha * colour + (1 - alpha) * np.float32(paper)


def _small(grey: FloatArray) -> FloatArray:
    """Reduced so that the longest side is 48 at most."""
    scale = min(1.0, 48 / max(grey.shape))
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def _window(small: FloatArray) -> int:
    """Side of a window, odd, wider than any stroke: 0.4 of the longest side."""
    return max(3, round(0.4 * float(max(small.shape))) | 1)


def _closing(small: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Brightness of the bare paper, of size ``shape``: what is dark and narrow in ``small`` vanishes."""
    from scipy import ndimage

    window = _window(small)
    closed = ndimage.grey_closing(np.pad(small, window - 1, mode="edge"), window)
    closed = closed[window - 1 : 1 - window, window - 1 : 1 - window]
    smooth = Image.fromarray(np.ascontiguousarray(closed))
    return np.asarray(smooth.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _two_classes(ink: FloatArray) -> FloatArray:
    """Stretch the contrast so that the class of paper becomes 0 and that of ink 1, edges in between."""
    count, bounds = np.histogram(ink, bins=256, range=(0, 1))
    value = (bounds[:-1] + bounds[1:]) / 2
    threshold = float(ink.max()) / 2
    paper = full = 0.0
    for _ in range(20):
        above = value > threshold
        if not count[above].sum() or not count[~above].sum():
            return np.zeros_like(ink)
        paper = float(np.average(value[~above], weights=count[~above]))
        full = float(np.average(value[above], weights=count[above]))
        threshold = (paper + full) / 2
    if full - paper < CONTRAST:
        return np.zeros_like(ink)
    soft = 0.7 * (full - paper)
    return np.clip((ink - threshold) / np.float32(soft) + 0.5, 0, 1, dtype=np.float32)


def ink_from_file(data: bytes) -> FloatArray:
    """Read a file with a picture of a digit as ink (see `ink_from_rgba`).

    Args:
        data: contents of a PNG, JPEG, GIF, WebP or BMP file.

    Returns:
        ``(height, width)`` float32 ink, no side longer than 800: larger pictures are reduced.

    Raises:
        ImageRejected: the file is too large, damaged or not an image of a known format.
    """
    return ink_from_rgba(_decoded(data))


def pixels_from_file(data: bytes) -> FloatArray:
    """Read a file that holds an image as the data sets do, pixel by pixel, with nothing normalised.

    Args:
        data: contents of a PNG, JPEG, GIF, WebP or BMP file. Ink is bright, as in MNIST; where most of
            the rim is bright, the rim is paper and the picture is inverted.

    Returns:
        ``(height, width)`` float32 in [0, 1], ink 1. Pictures with a side above 800 are reduced.

    Raises:
        ImageRejected: the file is too large, damaged or not an image of a known format.
    """
    grey = _over_paper(_decoded(data))
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return np.clip(1 - grey if np.median(rim) > 0.5 else grey, 0, 1, dtype=np.float32)


def _decoded(data: bytes) -> ByteArray:
    """The picture in a file as ``(height, width, 4)`` bytes, no side longer than `_UPLOAD_SIDE`.

    A photograph is turned as its EXIF orientation says; of an animation the first picture is taken.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ImageRejected(
            f"The file has {len(data) / 2**20:.1f} MB; at most {MAX_FILE_BYTES // 2**20} MB can be read. "
            "Save the picture smaller and try again."
        )
    known = ", ".join(FORMATS)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, data)
            # A JPEG can be decoded at a fraction of its size; other formats ignore this.
            image.draft(None, (_UPLOAD_SIDE, _UPLOAD_SIDE))
            rgba = _reduced(image)
            rgba.thumbnail((_UPLOAD_SIDE, _UPLOAD_SIDE), Image.Resampling.BOX)
            rgba.info = image.info
            ImageOps.exif_transpose(rgba, in_place=True)
    except ImageRejected:
        raise
    except UnidentifiedImageError as error:
        raise ImageRejected(
            f"This file is not a picture that the program can read. It can read {known}."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRejected(
            f"The picture has more than {MAX_FILE_PIXELS // 10**6} megapixels. Save it smaller and try again."
        ) from error
    except Exception as error:  # decoders raise almost anything on damaged bytes
        raise ImageRejected("The picture is damaged or cut short. Export or upload it again.") from error
    return np.asarray(rgba)


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
    of_a_pixel = _BYTES_OF_A_PIXEL.get(image.format or "", 4)
    if image.format == "JPEG":
        of_a_pixel = _BYTES_OF_A_CHANNEL_IN_JPEG * len(image.getbands())
        # Of a marker's two bytes the picture's own data never holds the first without a zero after it.
        if data.count(b"\xff\xda") > _MOST_JPEG_PASSES:
            raise ImageRejected(
                "This JPEG has too many progressive passes. Save it as a normal JPEG or PNG and try again."
            )
    if pixels * of_a_pixel > _MOST_MEMORY:
        most = _MOST_MEMORY // of_a_pixel // 10**6
        raise ImageRejected(
            f"{size}; of this kind of {image.format} at most {most} megapixels can be read. "
            "Save it smaller, or as a PNG, and try again."
        )


def _reduced(image: Image.Image) -> Image.Image:
    """The picture in red, green, blue and alpha, its longest side at most about twice `_UPLOAD_SIDE`.

    It is made smaller strip by strip by averaging whole blocks, which is how Pillow makes thumbnails too.
    """
    image.load()
    block = max(1, max(image.size) // (2 * _UPLOAD_SIDE))
    if block == 1:
        return _eight_bit(image).convert("RGBA")
    height = -(-image.height // block)
    reduced = Image.new("RGBA", (-(-image.width // block), height))
    step = max(1, _STRIP_ROWS // block) * block
    for top in range(0, image.height, step):
        strip = image.crop((0, top, image.width, min(top + step, image.height)))
        reduced.paste(_eight_bit(strip).convert("RGBA").reduce(block), (0, top // block))
    return reduced


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits, which Pillow would clip instead; other pictures as they are."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
