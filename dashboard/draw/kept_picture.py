"""The picture that a session brought, kept when its page is left, and what was found in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

if TYPE_CHECKING:
    from lstm_core.drawing.found_ink import FoundInk
    from lstm_core.drawing.picture_file import Box

_PICTURE = "draw-picture"
_FOUND = "draw-picture-found"
_MOST_FOUND = 4
"""What was found in a picture, in parts of it and with nothing left out, is kept so many times."""


@dataclass(frozen=True)
class KeptPicture:
    """A picture as it came.

    Attributes:
        name: of the file, or where it came from.
        content: of the file.
    """

    name: str
    content: bytes

    @property
    def key(self) -> str:
        """The same for the same picture, and for no other."""
        return hashlib.sha256(self.content).hexdigest()[:12]


def kept_picture() -> KeptPicture | None:
    """The picture that the session brought last; None when there is none."""
    return cast("KeptPicture | None", st.session_state.get(_PICTURE))


def keep_picture(picture: KeptPicture | None) -> None:
    """Remember a picture, or that there is none."""
    st.session_state[_PICTURE] = picture
    st.session_state[_FOUND] = {}


def found_in(picture: KeptPicture, box: Box, *, everything: bool) -> FoundInk:
    """What is found in a part of a picture; computed once.

    Raises:
        ImageRejected: the file is no picture that can be read.
    """
    from lstm_core.drawing.found_ink import find_ink
    from lstm_core.drawing.picture_file import decoded

    known: dict[object, FoundInk] = st.session_state.setdefault(_FOUND, {})
    asked = (picture.key, box, everything)
    if asked not in known:
        while len(known) >= _MOST_FOUND:
            known.pop(next(iter(known)))
        known[asked] = find_ink(decoded(picture.content, box=box), everything=everything)
    return known[asked]
