"""Grey pictures inside the page's own HTML."""

from __future__ import annotations

import base64
from html import escape

import numpy as np
from numpy.typing import NDArray


def data_uri(ink: NDArray[np.float32]) -> str:
    """``ink``, ``(height, width)`` in [0, 1], as an address that carries its own PNG."""
    from lstm_core.drawing import png

    return "data:image/png;base64," + base64.b64encode(png(ink)).decode()


def tag(ink: NDArray[np.float32], description: str, style: str) -> str:
    """An ``<img>`` of the CSS class ``style`` with ``description`` as its text alternative."""
    return f'<img class="{style}" src="{data_uri(ink)}" alt="{escape(description, quote=True)}">'
