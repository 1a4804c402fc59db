"""The one door to streamlit-drawable-canvas.

What is particular about version 0.13, all of it met here and nowhere else:

- Only the strokes travel (`return_image_data` stays off); `drawing.strokes` makes the ink of them.
- A canvas takes up its `initial_drawing` when it is mounted and whenever that changes, which starts its
  history over. So what it was given is kept beside what it sent back (`sheet.Sheet.laid_out`), and undo
  and clear put a new canvas, with another `key`, in its place.
- It waits 200 ms after a stroke before sending it, and has a toolbar of its own; `pen.js` mends both.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from dashboard.parts.component import component
from dashboard.session.sheet import PAPER, SIZE, Sheet

LABEL = (
    "Drawing sheet: draw one digit with the mouse, a pen or a finger. "
    "With the keyboard, take one from Gallery or Upload, above."
)

INK = "#FFFFFF"
"""White on black, as the network sees it, in a light and in a dark page."""


def canvas(sheet: Sheet, *, brush: int, erasing: bool = False, label: str = LABEL) -> dict[str, Any]:
    """Show a sheet, keep its strokes up to date and return them as a Fabric.js drawing.

    Args:
        sheet: one of the session's sheets; its strokes are laid out again when the page was left and is back.
        brush: width of the pen or the eraser in pixels of the sheet.
        erasing: whether strokes take ink away; they have the colour of the paper then.
        label: says what it is to people who do not see it.
    """
    key = f"{sheet.name}-{sheet.edition}"
    if key not in st.session_state:
        sheet.laid_out = sheet.strokes
    with st.container(key="sheet", width=SIZE, height=SIZE, border=False, gap=None):
        result = st_canvas(
            width=SIZE,
            height=SIZE,
            stroke_width=brush,
            stroke_color=PAPER if erasing else INK,
            background_color=PAPER,
            initial_drawing={"objects": sheet.laid_out},
            key=key,
        )
        component(__file__, "pen")(
            data={"brush": brush, "ink": INK, "label": label, "edition": key},
            key="pen",
            height=0,
        )
    sheet.drawn((result.json_data or {}).get("objects", []))
    return {"objects": sheet.strokes}
