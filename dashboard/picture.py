"""Pictures that the page carries in its own HTML."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray


def data_uri(ink: NDArray[np.float32]) -> str:
    """``ink``, ``(height, width)`` in [0, 1], in grey, as an address that carries its own PNG."""
    from lstm_core.drawing import png

    return _address(png(ink))


def coloured(shares: NDArray[np.float32], stops: Sequence[Sequence[Any]]) -> str:
    """``shares``, ``(height, width)`` in [0, 1], in colour, as an address that carries its own PNG.

    Args:
        shares: one pixel each.
        stops: a colour scale as in `theme.stops`.
    """
    from PIL import Image, ImageColor

    at = [float(share) for share, _ in stops]
    channels = zip(*(ImageColor.getrgb(str(colour)) for _, colour in stops), strict=True)
    pixels = np.stack([np.interp(shares, at, channel) for channel in channels], axis=-1)
    file = io.BytesIO()
    Image.fromarray(np.round(pixels).astype(np.uint8)).save(file, "PNG")
    return _address(file.getvalue())


def _address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def tag(ink: NDArray[np.float32], description: str, style: str) -> str:
    """An ``<img>`` of the CSS class ``style`` with ``description`` as its text alternative."""
    return f'<img class="{style}" src="{data_uri(ink)}" alt="{escape(description, quote=True)}">'
