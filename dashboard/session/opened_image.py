"""Test images that open: a gallery of them, and the ways to watch a network read the one that was chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from dashboard.parts.gallery import gallery
from dashboard.session import state
from dashboard.session.sheet import current_sheet
from dashboard.session.uses import why_not_inside, why_unreadable
from dashboard.session.ways import go
from lstm_core.arrays import FloatArray
from lstm_core.data.info import Split


def show_openable(test: Split, indices: Sequence[int], *, run_id: str, name: str, key: str) -> None:
    """The images in lines; a click on one offers the pages on which a run's network is watched reading it.

    Args:
        test: the images.
        indices: of those that are shown; at least one.
        run_id: of the run whose network reads.
        name: of the gallery, for screen readers.
        key: begins the keys of its widgets.
    """
    pictures = np.divide(test.images[list(indices)], 255, dtype=np.float32)
    labels = [f"Test image {index}, {test.called(int(test.labels[index]))}" for index in indices]
    # Other images are another gallery, in which none is chosen.
    at = gallery(pictures, labels, name=name, key=f"{key}-{run_id}-{hash(tuple(indices))}", wide=True)
    if at is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-ways"):
        st.caption(f"{labels[at]}:", width="content")
        for page, label, icon, about, why_not in (
            ("draw", "Open on Draw", "draw", "Watch it being read row by row", why_unreadable(run_id)),
            (
                "inside",
                "Look inside",
                "visibility",
                "Every gate and state of this network while it reads this image",
                why_not_inside(run_id),
            ),
        ):
            if st.button(
                label,
                icon=f":material/{icon}:",
                key=f"{key}-{page}",
                type="tertiary",
                disabled=bool(why_not),
                help=why_not or about,
            ):
                open_image(pictures[at], labels[at], run_id, f"pages/{page}.py")


def open_image(image: FloatArray, said: str, run_id: str, page: str) -> None:
    """Leave for ``page``, on which the network of a run reads ``image``.

    A drawing on the sheet is cleared, which *Undo* on Draw takes back.

    Args:
        image: ``(rows, columns)`` float32 in [0, 1].
        said: what it is.
        run_id: of the run.
        page: its file.
    """
    sheet = current_sheet()
    if sheet.strokes:
        sheet.clear()
    st.session_state[state.SOURCE] = "Draw"
    state.remember_linked_image(image, said)
    state.change_network(run_id)
    go(page)
