"""A radio group of small pictures, drawn by `gallery.js`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.parts.component import component
from dashboard.parts.picture import data_uri


def gallery(
    pictures: NDArray[np.float32],
    labels: Sequence[str],
    *,
    name: str,
    key: str,
    chosen: int | None = None,
    on_choose: Callable[[int], None] | None = None,
    captions: Sequence[str] = (),
    wide: bool = False,
) -> int | None:
    """Show ``pictures`` and return the index of the chosen one, None before the first choice.

    Args:
        pictures: ``(n, rows, columns)`` float32 in [0, 1].
        labels: ``n`` text alternatives.
        name: what is chosen here, for screen readers.
        key: of the widget.
        chosen: with ``on_choose``, which is marked as chosen; without, the one chosen here is.
        on_choose: takes the index of a picture when it is chosen, before the page runs.
        captions: ``n`` words to be seen below the pictures, which then fill the width of the page.
        wide: whether small pictures fill the width of their place, as many as there are in a line.
    """
    count, rows, columns = pictures.shape
    if on_choose is None:
        chosen = _chosen(key, count)
    result = component(__file__, "gallery", "gallery", markup=True)(
        data={
            "sprite": data_uri(pictures.reshape(count * rows, columns)),
            "labels": list(labels),
            "size": rows,
            "captions": list(captions),
            "wide": wide,
            "name": name,
            "chosen": chosen,
        },
        default={"chosen": None},
        on_chosen_change=lambda: _tell(key, count, on_choose),
        key=key,
    )
    index: int | None = result.chosen
    return index


def _tell(key: str, count: int, on_choose: Callable[[int], None] | None) -> None:
    index = _chosen(key, count)
    if on_choose is not None and index is not None:
        on_choose(index)


def _chosen(key: str, count: int) -> int | None:
    """What the browser sent, if it is one of ``count`` pictures."""
    sent = st.session_state.get(key, {}).get("chosen")
    return sent if type(sent) is int and 0 <= sent < count else None
