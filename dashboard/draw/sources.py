"""Three ways to bring a digit: draw it, pick one of the test images, upload a picture.

Each shows its controls and returns the image the network will see, ``(rows, columns)`` float32 in [0, 1],
or None while there is nothing to read.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import streamlit as st

from dashboard.draw.canvas import canvas
from dashboard.parts.messages import harmless, show_error
from dashboard.session import digits, state
from dashboard.session.sheet import SIZE, current_sheet
from lstm_core.errors import DataError, ImageRejected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.weights import LstmWeights

Image: TypeAlias = "NDArray[np.float32]"
Weights: TypeAlias = "Callable[[], LstmWeights]"
"""Loads the network that will read; called late, so that the canvas need not wait for it."""

PER_CLASS = 3
UPLOAD_MEGABYTES = 10


def draw_digit(weights: Weights) -> Image | None:
    """The canvas with its tools."""
    sheet = current_sheet()
    drawing = canvas(sheet, brush=st.session_state.get(state.BRUSH, 20))
    with st.container(horizontal=True, gap="xsmall", key="tools"):
        st.button(
            "Undo",
            on_click=sheet.undo,
            disabled=not sheet.can_undo,
            shortcut="Ctrl+Z",
            help="Remove the last stroke, or restore what you cleared (Ctrl + Z)",
        )
        st.button(
            "Clear",
            on_click=sheet.clear,
            disabled=not sheet.strokes,
            shortcut="Delete",
            help="Start with a blank sheet (Delete)",
        )
        with st.popover("Brush", help="How wide the brush is"):
            st.slider(
                "Brush width",
                8,
                40,
                20,
                format="%d px",
                key=state.BRUSH,
                persist_state="session",
                help="Any width works: the line is brought to a standard thickness before the "
                "network reads it.",
            )
        st.download_button(
            "Save",
            data=lambda: _png(drawing),
            file_name="digit.png",
            mime="image/png",
            on_click="ignore",
            disabled=not sheet.strokes,
            help="Download the drawing as a PNG picture",
        )
    if not sheet.strokes:
        return _linked_image(weights)
    from lstm_core.drawing.strokes import ink_from_fabric

    return _made_like_the_data(lambda: ink_from_fabric(drawing, (SIZE, SIZE)), weights)


def _linked_image(weights: Weights) -> Image | None:
    """The image that came with a link, for a network that reads images of its size."""
    linked = state.linked_image()
    if linked is None or linked.shape != (weights().rows, weights().columns):
        return None
    st.caption("This digit came with the link. Draw to replace it.")
    return linked


def _png(drawing: dict[str, object]) -> bytes:
    from lstm_core.drawing.png import png
    from lstm_core.drawing.strokes import ink_from_fabric

    return png(ink_from_fabric(drawing, (SIZE, SIZE)))


def pick_test_digit(weights: Weights) -> Image | None:
    """A gallery of test images of the size the network reads."""
    from dashboard.parts.gallery import gallery
    from lstm_core.data.info import Split

    info = digits.dataset_for(weights())
    if info is None:
        st.info("There are no test images of the size that this network reads.")
        return None
    try:
        with st.spinner("Reading the test images…"):
            test = digits.test_digits(info.name)
    except DataError as error:
        st.info(f"The gallery shows the test images of {info.title}, but they are not on this machine yet.")
        st.page_link(
            "pages/train.py", label="Download or upload them on the Train page", icon=":material/download:"
        )
        with st.expander("Where the program looked for them"):
            st.markdown(harmless(error))
        return None
    page = state.gallery_page()
    indices = digits.gallery_indices(test, PER_CLASS, page)
    pixels = Split(test.images[indices], test.labels[indices]).pixels()
    labels = [f"Digit {test.labels[index]}, test image {index}" for index in indices]
    chosen = gallery(
        pixels, labels, name=f"Test images of {info.title}", key=f"{state.GALLERY_CHOICE}-{info.name}-{page}"
    )
    st.button("Other digits", icon=":material/shuffle:", on_click=state.turn_gallery_page)
    return None if chosen is None else pixels[chosen]


def upload_picture(weights: Weights) -> Image | None:
    """A picture file of any size, dark on light or light on dark."""
    file = st.file_uploader(
        "Picture of one digit",
        type=["png", "jpg", "jpeg", "gif", "webp", "bmp"],
        max_upload_size=UPLOAD_MEGABYTES,
        key=state.UPLOAD,
        help="Dark on light or light on dark, any size. A photo of a sheet of paper works too.",
    )
    if file is None:
        return None
    from lstm_core.drawing.photograph import ink_from_file

    return _made_like_the_data(lambda: ink_from_file(file.getvalue()), weights)


def _made_like_the_data(ink: Callable[[], Image], weights: Weights) -> Image | None:
    from lstm_core.drawing.normalise import is_blank, normalise

    try:
        image = normalise(ink(), weights().rows, weights().columns)
    except ImageRejected as error:
        show_error(error)
        return None
    if is_blank(image):
        st.info("There is too little ink to read; a dot is not a digit.")
        return None
    return image


SOURCES = MappingProxyType({"Draw": draw_digit, "Gallery": pick_test_digit, "Upload": upload_picture})
