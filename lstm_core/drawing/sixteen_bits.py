"""Colours of 16 bits, of which Pillow keeps the upper eight: the lower eight where the picture needs them.

Pillow has no colours of more than 8 bits a channel. Its decoders take the upper byte of each number, which
is nothing but black where the numbers are low, as 12 bits of a camera in a file of 16 are. Told that the
bytes are in the other order, they take the lower one.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from lstm_core.arrays import FloatArray

_OTHER_ORDER = {"16B": "16L", "16L": "16B", "16N": "16B" if sys.byteorder == "little" else "16L"}
_FEW = 64
"""A picture with fewer levels than this in its upper bytes is looked at with its lower ones."""

_ROWS = 256
"""So many rows at a time are computed."""

_BITS_PER_SAMPLE, _PLANAR = 258, 284
"""Tags of a TIFF."""


def decode_planes(image: Image.Image) -> None:
    """Before it is loaded: have a TIFF whose channels of 16 bits lie one after the other decoded as such.

    Pillow takes them for 8 bits.
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile) or image.tag_v2.get(_PLANAR) != 2:
        return
    if set(image.tag_v2.get(_BITS_PER_SAMPLE, (8,))) != {16}:
        return
    order = "L" if image.tag_v2.prefix == b"II" else "B"
    _change(image, lambda mode: f"{mode};16{order}" if mode in ("R", "G", "B", "A") else mode)


def is_deep(image: Image.Image) -> bool:
    """Before it is loaded: whether its colours have 16 bits."""
    return image.mode in ("RGB", "RGBA") and any(";16" in _mode(tile) for tile in getattr(image, "tile", ()))


def with_lower_bytes(upper: Image.Image, data: bytes) -> tuple[Image.Image, float]:
    """A picture whose highest number is low, in as many levels as eight bits can tell apart.

    Args:
        upper: the picture as Pillow decoded it, RGB or RGBA.
        data: contents of the file.

    Returns:
        The picture in levels from 0 to 255, with its alpha as it was, and what 255 stands for as a share of
        all that 16 bits can say; ``upper`` itself and 1 where its upper bytes tell enough.
    """
    levels = np.asarray(upper)
    if _brightest(levels) >= _FEW:
        return upper, 1.0
    lower = _lower(data)
    if lower is None or lower.size != upper.size:
        return upper, 1.0
    largest = max(
        _brightest(_joined(levels[top : top + _ROWS], lower, top), levels[top : top + _ROWS])
        for top in range(0, upper.height, _ROWS)
    )
    if largest == 0:
        return upper, 1.0
    scaled = upper.copy()
    for top in range(0, upper.height, _ROWS):
        strip = levels[top : top + _ROWS].copy()
        numbers = _joined(strip, lower, top)
        strip[..., :3] = np.round(np.minimum(numbers / largest, 1) * 255)
        scaled.paste(Image.fromarray(strip), (0, top))
    return scaled, largest / 65_535


def _joined(upper: np.ndarray, lower: Image.Image, top: int) -> FloatArray:
    """Both bytes of some rows as numbers from 0 to 65,535, ``(rows, columns, 3)``."""
    rows = np.asarray(lower.crop((0, top, lower.width, top + len(upper))))
    return upper[..., :3] * np.float32(256) + rows[..., :3]


def _brightest(numbers: np.ndarray, with_alpha: np.ndarray | None = None) -> float:
    """The largest of red, green and blue where the picture is not clear."""
    with_alpha = numbers if with_alpha is None else with_alpha
    colours = numbers[..., :3].max(axis=2)
    return float(colours.max() if with_alpha.shape[2] == 3 else (colours * (with_alpha[..., 3] > 0)).max())


def _lower(data: bytes) -> Image.Image | None:
    """The lower bytes as a picture; None where the decoder cannot give them."""
    with contextlib.suppress(ValueError, OSError), Image.open(io.BytesIO(data)) as image:
        decode_planes(image)
        grey = _mode(image.tile[0]) == "LA;16B"
        _change(image, _swapped)
        image.load()
        # Grey and alpha, two bytes each, came as four channels.
        return Image.merge("RGB", [image.getchannel(1)] * 3) if grey else image
    return None


def _swapped(mode: str) -> str:
    """How the lower bytes are asked for. Raises `ValueError` for what has another form."""
    if mode == "LA;16B":
        return "RGBA"
    channels, _, order = mode.partition(";")
    if channels not in ("RGB", "RGBA", "RGBX", "R", "G", "B", "A") or order not in _OTHER_ORDER:
        raise ValueError(f"no lower bytes in {mode}")
    return f"{channels};{_OTHER_ORDER[order]}"


def _change(image: Image.Image, change: Callable[[str], str]) -> None:
    """Have every part of a file decoded in another mode."""
    image.tile = [  # type: ignore[attr-defined]
        tile._replace(
            args=change(tile.args) if isinstance(tile.args, str) else (change(tile.args[0]), *tile.args[1:])
        )
        for tile in image.tile  # type: ignore[attr-defined]
    ]


def _mode(tile: ImageFile._Tile) -> str:
    """The decoder's name for how the numbers lie in the file."""
    return str(tile.args if isinstance(tile.args, str) else (tile.args or ("",))[0])
