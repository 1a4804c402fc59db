"""A picture in a file → ink, whatever it shows besides; or → the pixels of an image like the data."""

from __future__ import annotations

import numpy as np

from lstm_core.arrays import ByteArray, FloatArray
from lstm_core.drawing.bitmap import CONTRAST
from lstm_core.drawing.found_ink import find_ink, over_paper
from lstm_core.drawing.picture_file import Picture, decoded
from lstm_core.errors import ImageRejected, InvalidValue

# Weights of red, green and blue in the brightness, ITU-R BT.601.
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)

_LARGEST_IMAGE = 800
"""Longest side of a picture that may be an image as the data sets have them."""

_NEARLY_FULL = 0.9
"""Images whose brightness goes over less than this share of what it could are stretched."""

_PLAIN_SHARE, _LEVEL = 0.4, 0.15
"""Of a faint image so much must be paper, within this share of its own range, or it is no digit."""


def ink_from_file(data: bytes) -> FloatArray:
    """Read a file with a picture of something written as ink (see `found_ink.find_ink`).

    Args:
        data: contents of a PNG, JPEG, HEIC, WebP, TIFF, GIF or BMP file.

    Returns:
        ``(height, width)`` float32 ink of the part of the picture where it is; all zeros when there is none.

    Raises:
        ImageRejected: the file is too large, damaged or not a picture of a known format.
    """
    return find_ink(decoded(data)).ink


def ink_from_rgba(pixels: ByteArray) -> FloatArray:
    """Separate ink from what else a picture shows: dark on light, light on dark or coloured, in any light.

    Args:
        pixels: ``(height, width, 4)`` uint8, red, green, blue and alpha (not premultiplied). Transparent
            parts are paper.

    Returns:
        ``(height, width)`` float32 ink of the part where it is; all zeros when nothing stands out enough.

    Raises:
        InvalidValue: the array has another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or not pixels.size:
        raise InvalidValue("pixels", "(height, width, 4) uint8", (pixels.shape, str(pixels.dtype)))
    shares = pixels.astype(np.float32) / np.float32(255)
    return find_ink(Picture(shares[..., :3], None if pixels[..., 3].min() == 255 else shares[..., 3])).ink


def pixels_from_file(data: bytes) -> FloatArray:
    """Read a file that holds an image as the data sets do, pixel by pixel, with nothing moved or scaled.

    Ink is bright, as in MNIST; where the rim is nearer to the brightest, the rim is paper and the picture is
    inverted. An image that is faint, grey or hazy is stretched so that its paper is 0 and its ink 1.

    Args:
        data: contents of a PNG, JPEG, HEIC, WebP, TIFF, GIF or BMP file.

    Returns:
        ``(height, width)`` float32 in [0, 1], ink 1. Pictures with a side above 800 are reduced.

    Raises:
        ImageRejected: the file is too large, damaged or not a picture of a known format; or it has one shade
            only, or a faint pattern that is no digit.
    """
    picture = decoded(data, side=_LARGEST_IMAGE)
    grey = np.asarray(over_paper(picture) @ _LUMINANCE, np.float32)
    paper = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    darkest, brightest = float(grey.min()), float(grey.max())
    if brightest - darkest < 1e-3:
        raise ImageRejected(
            f"The image has one shade only, {_in_percent(brightest * picture.faint)} of white: "
            "there is no digit on it."
        )
    inverted = paper - darkest > brightest - paper
    ink = paper - grey if inverted else grey - paper
    full = float(ink.max())
    range_in_file = (brightest - darkest) * picture.faint
    if range_in_file < CONTRAST and np.mean(np.abs(ink) < _LEVEL * full) < _PLAIN_SHARE:
        raise ImageRejected(
            f"The image is nearly of one shade, from {_in_percent(darkest * picture.faint)} to "
            f"{_in_percent(brightest * picture.faint)} of white, and no digit can be told from it. "
            "Save it with more contrast."
        )
    untouched = picture.faint == 1 and full > _NEARLY_FULL and min(paper, 1 - paper) < 0.02
    if untouched:
        return np.clip(1 - grey if inverted else grey, 0, 1, dtype=np.float32)
    return np.clip(ink / np.float32(full), 0, 1, dtype=np.float32)


def _in_percent(share: float) -> str:
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
