"""Three ways to bring digits: draw them, pick one of the test images, bring a picture.

Each shows its controls and returns the digits as the network will see them, none while there is nothing to
read.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.draw.brought import Brought, Weights, made_like_the_data
from dashboard.draw.canvas import canvas
from dashboard.draw.upload import upload_picture
from dashboard.parts.messages import harmless
from dashboard.parts.quantities import plain
from dashboard.session import digits, state
from dashboard.session.sheet import SIZE, current_sheet
from lstm_core.errors import DataError

if TYPE_CHECKING:
    from lstm_core.drawing.digits_of_ink import DigitInk

PER_CLASS = 3

ERASER = "draw-eraser"
"""Whether the eraser is in the hand, not the pen."""


def draw_digit(weights: Weights) -> list[Brought]:
    """The canvas with its tools."""
    sheet = current_sheet()
    erasing = st.session_state.get(ERASER, False)
    brush = st.session_state.get(state.BRUSH, 20)
    drawing = canvas(sheet, brush=round(1.5 * brush) if erasing else brush, erasing=erasing)
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
        st.button(
            "Eraser",
            key="draw-eraser-button",
            on_click=_take_the_other,
            type="primary" if erasing else "secondary",
            disabled=not sheet.strokes and not erasing,
            help="Draw with the pen again" if erasing else "Rub out what you draw over",
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
    return made_like_the_data(lambda apart: _digits(drawing, apart), weights)


def _take_the_other() -> None:
    """The eraser instead of the pen, or the pen instead of the eraser."""
    st.session_state[ERASER] = not st.session_state.get(ERASER, False)


def _digits(drawing: dict[str, object], apart: bool) -> list[DigitInk]:
    from lstm_core.drawing.digits_of_ink import digits_of
    from lstm_core.drawing.strokes import ink_from_fabric

    return digits_of(ink_from_fabric(drawing, (SIZE, SIZE)), apart=apart)


def _linked_image(weights: Weights) -> list[Brought]:
    """The image that came with a link or from another page, for a network that reads images of its size."""
    linked = state.linked_image()
    if linked is None or linked.shape != (weights().rows, weights().columns):
        return []
    what = plain(state.linked_image_said()) or "This digit came with the link"
    st.caption(f"{what}. Draw to replace it.")
    return [Brought(linked)]


def _png(drawing: dict[str, object]) -> bytes:
    from lstm_core.drawing.png import png
    from lstm_core.drawing.strokes import ink_from_fabric

    return png(ink_from_fabric(drawing, (SIZE, SIZE)))


def pick_test_digit(weights: Weights) -> list[Brought]:
    """A gallery of test images of the size the network reads."""
    from dashboard.parts.gallery import gallery
    from lstm_core.data.info import Split, things_of

    info = digits.dataset_for(weights())
    if info is None:
        st.info("There are no test images of the size that this network reads.")
        return []
    try:
        with st.spinner("Reading the test images…"):
            test = digits.test_digits(info.name, info.fingerprint)
    except DataError as error:
        st.info(f"The gallery shows the test images of {info.title}, but they are not on this machine yet.")
        st.page_link(
            "pages/train.py", label="Download or upload them on the Train page", icon=":material/download:"
        )
        with st.expander("Where the program looked for them"):
            st.markdown(harmless(error))
        return []
    page = state.gallery_page()
    indices = digits.gallery_indices(test, PER_CLASS, page)
    pixels = Split(test.images[indices], test.labels[indices]).pixels()
    thing = info.thing.capitalize()
    labels = [f"{thing} {info.names[test.labels[index]]}, test image {index}" for index in indices]
    chosen = gallery(
        pixels, labels, name=f"Test images of {info.title}", key=f"{state.GALLERY_CHOICE}-{info.name}-{page}"
    )
    st.button(
        f"Other {things_of(info.class_names)}", icon=":material/shuffle:", on_click=state.turn_gallery_page
    )
    return [] if chosen is None else [Brought(pixels[chosen])]


SOURCES = MappingProxyType({"Draw": draw_digit, "Gallery": pick_test_digit, "Upload": upload_picture})
