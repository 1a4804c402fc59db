"""Pictures that the page carries in its own HTML."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray


def data_uri(image: NDArray[np.float32]) -> str:
    """``image`` as an address that carries its own PNG.

    Args:
        image: ``(height, width)`` of ink in [0, 1], shown in grey, or what `coloured` returns.
    """
    from lstm_core.drawing.png import png

    return "data:image/png;base64," + base64.b64encode(png(image)).decode()


def coloured(shares: NDArray[np.float32], stops: Sequence[Sequence[Any]]) -> NDArray[np.float32]:
    """``shares``, ``(height, width)`` in [0, 1], as ``(height, width, 3)`` red, green and blue in [0, 1].

    Args:
        shares: one pixel each.
        stops: a colour scale as in `theme.stops`.
    """
    from PIL import ImageColor

    at = [share for share, _ in stops]
    channels = zip(*(ImageColor.getrgb(colour) for _, colour in stops), strict=True)
    pixels = np.stack([np.interp(shares, at, channel) for channel in channels], axis=-1)
    return (pixels / 255).astype(np.float32)


def tag(ink: NDArray[np.float32], description: str, style: str) -> str:
    """An ``<img>`` of the CSS class ``style`` with ``description`` as its text alternative."""
    return f'<img class="{style}" src="{data_uri(ink)}" alt="{escape(description, quote=True)}">'
