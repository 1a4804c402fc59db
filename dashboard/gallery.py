"""A radio group of small pictures, drawn by `gallery.js`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.picture import data_uri


def gallery(pictures: NDArray[np.float32], labels: Sequence[str], *, name: str, key: str) -> int | None:
    """Show ``pictures`` and return the index of the chosen one, None before the first choice.

    Args:
        pictures: ``(n, rows, columns)`` float32 in [0, 1].
        labels: ``n`` text alternatives.
        name: what is chosen here, for screen readers.
        key: of the widget.
    """
    chosen = st.session_state.get(key, {}).get("chosen")
    count, rows, columns = pictures.shape
    result = _component()(
        data={
            "sprite": data_uri(pictures.reshape(count * rows, columns)),
            "labels": list(labels),
            "size": rows,
            "name": name,
            "chosen": chosen,
        },
        default={"chosen": None},
        on_chosen_change=lambda: None,
        key=key,
    )
    index: int | None = result.chosen
    return index


@cache
def _component() -> Any:
    here = Path(__file__)
    return st.components.v2.component(
        "row_by_row_gallery",
        html='<div class="gallery" role="radiogroup"></div>',
        css=here.with_name("gallery.css").read_text(encoding="utf-8"),
        js=here.with_name("gallery.js").read_text(encoding="utf-8"),
    )
