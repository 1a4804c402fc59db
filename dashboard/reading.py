"""What a reading looks like: what the network sees, its verdict, and how it came to it row by row."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.evolution import show_evolution

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.trace import Trace
    from lstm_core.verdict import Verdict

_INVITATIONS = {
    "Draw": ("A blank sheet", "Draw any digit from 0 to 9 on it, as you would on paper."),
    "Gallery": ("Pick a digit", "Each is one of the images that networks are tested with."),
    "Upload": ("Bring a picture", "Of one digit, dark on light or light on dark, of any size."),
}

_DOUBT = "This does not look much like a digit; the verdict is only the nearest one."


def show_seen(image: NDArray[np.float32] | None, rows: int, columns: int, settled: int | None) -> None:
    """The image as the network gets it, ``(rows, columns)`` in [0, 1], or an empty field.

    Args:
        image: None while there is none.
        rows, columns: size of the network's images.
        settled: the row, counted from 1, from which the verdict was settled; its upper edge is marked.
    """
    size = f"{rows} × {columns} pixels"
    if image is None:
        field = f'<div class="pixels" role="img" aria-label="{size}, still empty"></div>'
    else:
        from dashboard import picture

        field = picture.tag(image, f"The digit as the network sees it, {size}", "pixels")
    mark = f'<div class="settled" style="top: {100 * (settled - 1) / rows:.2f}%"></div>' if settled else ""
    note = f'<span class="mark"></span> settled at row {settled}' if settled else size
    st.html(
        f'<figure class="seen" style="--rows: {rows}; --columns: {columns}">'
        f'<div class="field">{field}<div class="lattice"></div>{mark}</div>'
        f"<figcaption>What the network sees<small>{note}</small></figcaption></figure>",
        width=280,
    )


def show_invitation(source: str) -> None:
    """Stands where the verdict will be, while ``source``, a key of `sources.SOURCES`, brings nothing."""
    headline, detail = _INVITATIONS[source]
    st.html(
        f'<div class="verdict invitation"><p role="status"><span class="headline">{headline}</span>'
        f'<span class="detail">{detail}</span></p>'
        '<p class="detail">The network reads from top to bottom, one row of pixels at a time, and says after '
        "every row what it looks like so far. Its verdict will stand here, and the rows below.</p></div>"
    )


def show_verdict(verdict: Verdict, probabilities: NDArray[np.float32], *, unfamiliar: bool) -> None:
    """The verdict in words, and ``probabilities``, ``(classes,)``, as bars.

    Args:
        unfamiliar: whether to say that the drawing hardly looks like a digit. Room is kept for it, so that
            nothing moves when it comes.
    """
    from lstm_core.figures.verdict_bars import verdict_bars
    from lstm_core.verdict import sentence

    bars = verdict_bars(probabilities)
    headline, _, detail = sentence(verdict).partition(", ")
    lines = "".join(
        f'<tr{" class=winner" if label == bars.winner else ""}><th scope="row">{label}</th>'
        f'<td><span style="width: {percent:.2f}%"></span></td><td>{escape(text)}</td></tr>'
        for label, (percent, text) in enumerate(zip(bars.percents, bars.labels, strict=True))
    )
    st.html(
        f'<div class="verdict"><p role="status"><span class="headline">{headline}</span>'
        f'<span class="aside">, </span><span class="detail">{detail}</span></p>'
        f'<table class="bars"><caption class="aside">Probability of each digit after the last row</caption>'
        f'{lines}</table><p class="doubt" role="status">{_DOUBT if unfamiliar else ""}</p></div>'
    )


def show_rows(image: NDArray[np.float32], trace: Trace, verdict: Verdict, *, caution: str) -> None:
    """How the verdict came about: the player, and one bar chart per row.

    Args:
        image: ``(rows, columns)`` float32 in [0, 1].
        trace: its reading.
        verdict: what it came to.
        caution: what to beware of in what the network says before the last row, or nothing.
    """
    from lstm_core.figures.evolution import evolution

    show_evolution(evolution(image, trace.probabilities, verdict.settled_at_row), caution)
