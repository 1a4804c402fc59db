"""A picture as it was understood: its ink is marked, and a frame stands around the part that is read."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.parts.component import component

if TYPE_CHECKING:
    from lstm_core.drawing.found_ink import FoundInk
    from lstm_core.drawing.picture_file import Box

_SHOWN = 560
"""Longest side, in pixels, of the picture that is sent to the browser."""

_INK = (232, 89, 12)
_LEFT_OUT = (59, 130, 196)
"""Red, green and blue; the same as in `cut_out.css`."""

_LEAST = 0.01


def cut_out(whole: FoundInk, box: Box, *, key: str) -> None:
    """Show a picture with what was found in it.

    Args:
        whole: what was found, in the whole picture.
        box: the part that is read, as `chosen_part` has it.
        key: of the widget; another picture needs another.
    """
    component(__file__, "cut_out", "../parts/buttons", "cut_out", markup=True)(
        data={
            "picture": _address(whole.picture, "JPEG"),
            "marks": _address(_marks(whole), "PNG"),
            "leftOut": bool(whole.left_out.any()),
            "box": list(box),
            "alt": "The picture that is read, with the ink that was found marked in it",
        },
        default={"box": None},
        on_box_change=lambda: None,
        key=key,
    )


def chosen_part(key: str) -> Box:
    """The part of the picture that the person framed, of the widget ``key``; at first all of it."""
    sent = st.session_state.get(key, {}).get("box")
    if isinstance(sent, list | tuple) and len(sent) == 4 and all(_is_share(side) for side in sent):
        left, top, right, bottom = map(float, sent)
        if right - left > _LEAST and bottom - top > _LEAST:
            return left, top, right, bottom
    return 0.0, 0.0, 1.0, 1.0


def _is_share(number: Any) -> bool:
    return type(number) in (int, float) and 0 <= number <= 1


def _marks(found: FoundInk) -> Any:
    """``(rows, columns, 4)`` bytes: the ink in one colour, what was left out in another, the rest clear."""
    import numpy as np

    painted = np.zeros((*found.kept.shape, 4), np.uint8)
    painted[found.left_out] = (*_LEFT_OUT, 150)
    painted[found.kept] = (*_INK, 230)
    return painted


def _address(pixels: Any, kind: str) -> str:
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((_SHOWN, _SHOWN))
    file = io.BytesIO()
    image.save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
