"""A picture of digits: a file, one from the clipboard, or a photograph taken with the camera.

The picture stays until another comes or it is removed, also when the page is left. It is shown with the ink
that was found in it, and the person may frame the part that is read, or have nothing left out.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import streamlit as st

from dashboard.draw.brought import Brought, Weights, made_like_the_data
from dashboard.draw.cut_out import chosen_part, cut_out
from dashboard.draw.kept_picture import KeptPicture, found_in, keep_picture, kept_picture
from dashboard.parts.component import component
from dashboard.parts.messages import show_error
from dashboard.session import state
from lstm_core.errors import ImageRejected

MEGABYTES = 64
"""Of a picture; `picture_file.MAX_FILE_BYTES` is the same."""

WAY = "draw-upload-way"
CAMERA = "draw-camera"
EVERYTHING = "draw-leave-out"
_PASTE = "draw-paste"
_FILE, _CAMERA = "File", "Camera"
_ENDINGS = ["png", "jpg", "jpeg", "heic", "heif", "webp", "tif", "tiff", "gif", "bmp"]


def upload_picture(weights: Weights) -> list[Brought]:
    """A picture of any size, dark on light or light on dark, and how it was understood."""
    way = st.segmented_control(
        "Where the picture comes from",
        [_FILE, _CAMERA],
        default=_FILE,
        required=True,
        key=WAY,
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == _CAMERA:
        st.camera_input("Photograph of a digit", key=CAMERA, on_change=_take_from, args=(CAMERA,))
    else:
        st.file_uploader(
            "Picture",
            type=_ENDINGS,
            max_upload_size=MEGABYTES,
            key=state.UPLOAD,
            on_change=_take_from,
            args=(state.UPLOAD,),
            help="Dark on light, light on dark or in colour, any size. A photo of a sheet of paper works "
            "too; Ctrl + V pastes one.",
        )
        component(__file__, "paste", "../parts/buttons", "paste", markup=True)(
            key=_PASTE, on_pasted_change=_take_pasted, height="content"
        )
    picture = kept_picture()
    return [] if picture is None else _read(picture, weights)


def _read(picture: KeptPicture, weights: Weights) -> list[Brought]:
    if not _is_in_its_widget(picture):
        with st.container(horizontal=True, vertical_alignment="center", key="picture-name"):
            st.caption(f"`{picture.name.replace('`', '')}`")
            st.button("Remove", on_click=keep_picture, args=(None,), help="Forget this picture")
    key = f"cut-out-{picture.key}"
    part = chosen_part(key)
    left_out = st.session_state.get(EVERYTHING, True)
    try:
        whole = found_in(picture, (0.0, 0.0, 1.0, 1.0), everything=not left_out)
        found = found_in(picture, part, everything=not left_out)
    except ImageRejected as error:
        show_error(error)
        return []
    cut_out(whole if found is whole else found.placed_in(whole, part), part, key=key)
    st.toggle(
        "Leave out lines, frames and the desk",
        value=True,
        key=EVERYTHING,
        persist_state="session",
        help="Off: everything that stands out as much as the ink is read with it.",
    )
    return made_like_the_data(lambda apart: found.digits(apart=apart), weights)


def _is_in_its_widget(picture: KeptPicture) -> bool:
    """Whether the widget that it came with still shows it and can remove it."""
    shown = (st.session_state.get(key) for key in (state.UPLOAD, CAMERA))
    return any(file is not None and file.getvalue() == picture.content for file in shown)


def _take_from(key: str) -> None:
    """Keep the file that a widget has got, or none where the person removed it there."""
    file = st.session_state.get(key)
    keep_picture(None if file is None else KeptPicture(str(file.name), file.getvalue()))


def _take_pasted() -> None:
    """Keep the picture that the browser sent as a data address."""
    sent: Any = st.session_state.get(_PASTE, {}).get("pasted")
    if not isinstance(sent, str) or len(sent) > 2 * MEGABYTES * 2**20:
        return
    _, _, encoded = sent.partition(";base64,")
    try:
        keep_picture(KeptPicture("pasted", base64.b64decode(encoded, validate=True)))
    except binascii.Error:
        return
