"""What the Draw page's session remembers, and what several pages share, typed.

Other modules keep their own keys at their top.

Streamlit forgets a widget's value when its page is left, unless ``persist_state="session"`` is asked
for. What must last and is no widget's value (the strokes on the sheet, the image last read) is kept
here, under keys of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


# Keys of widgets.
BRUSH = "draw-brush"
SOURCE = "draw-source"
UPLOAD = "draw-upload"
GALLERY_CHOICE = "draw-gallery-choice"

FOLLOWED_RUN = "train-followed"
"""Where the identifier of the run that Train shows is kept; empty for the form."""

# Keys of what is kept besides.
_GALLERY_PAGE = "gallery-page"
_LAST_IMAGE = "last-image"
_DRAWN = "last-image-drawn"
_LINKED_IMAGE = "linked-image"
_LINKED_SAID = "linked-image-said"
_NETWORK = "network"
_NETWORK_NOTE = "network-note"
_NETWORK_BEFORE = "network-before"


def last_image() -> NDArray[np.float32] | None:
    """The image read last, ``(rows, columns)`` float32 in [0, 1]; None when nothing was read yet."""
    return cast("NDArray[np.float32] | None", st.session_state.get(_LAST_IMAGE))


def remember_image(image: NDArray[np.float32], *, drawn: bool) -> None:
    """Keep ``image``, ``(rows, columns)`` float32 in [0, 1], as the one read last.

    Args:
        drawn: whether it was made from the strokes on the sheet.
    """
    st.session_state[_LAST_IMAGE] = image
    st.session_state[_DRAWN] = drawn


def last_image_was_drawn() -> bool:
    """Whether the image read last was made from the strokes on the sheet."""
    return cast(bool, st.session_state.get(_DRAWN, False))


def last_image_was_chosen() -> bool:
    """Whether it is known to have come from elsewhere: a gallery, a picture, a link."""
    return st.session_state.get(_DRAWN) is False


def linked_image() -> NDArray[np.float32] | None:
    """The image that came with a link or from another page, ``(rows, columns)`` float32 in [0, 1]."""
    return cast("NDArray[np.float32] | None", st.session_state.get(_LINKED_IMAGE))


def linked_image_said() -> str:
    """What the image of `linked_image` is, where it was opened on another page; nothing for one of a link."""
    return cast(str, st.session_state.get(_LINKED_SAID, ""))


def remember_linked_image(image: NDArray[np.float32], said: str = "") -> None:
    """Keep the image that came with a link, or was opened on another page as ``said``; it is also the one
    read last."""
    st.session_state[_LINKED_IMAGE] = image
    st.session_state[_LINKED_SAID] = said
    remember_image(image, drawn=False)


def network() -> str:
    """The key in `networks.networks` of the network that reads; empty for the one that ships."""
    return cast(str, st.session_state.get(_NETWORK, ""))


def choose_network(key: str, note: str = "") -> None:
    """Let the network under ``key`` in `networks.networks` read; ``note`` says why, if nobody asked."""
    st.session_state[_NETWORK] = key
    st.session_state[_NETWORK_NOTE] = note
    forget_network_before()


def change_network(key: str) -> None:
    """As `choose_network`, from where it cannot be seen which network reads; the one before is remembered."""
    before = network()
    if key != before:
        choose_network(key)
        st.session_state[_NETWORK_BEFORE] = before


def network_before() -> str | None:
    """The key of the network that read before `change_network`; None when it is known which one reads."""
    return cast("str | None", st.session_state.get(_NETWORK_BEFORE))


def forget_network_before() -> None:
    """It is known which network reads."""
    st.session_state.pop(_NETWORK_BEFORE, None)


def network_note() -> str:
    """Why another network reads than was chosen; empty otherwise."""
    return cast(str, st.session_state.get(_NETWORK_NOTE, ""))


def gallery_page() -> int:
    """Which page of the gallery is open, from 0."""
    return cast(int, st.session_state.get(_GALLERY_PAGE, 0))


def turn_gallery_page() -> None:
    """Open the next page of the gallery."""
    st.session_state[_GALLERY_PAGE] = gallery_page() + 1
