"""What a reading looks like: what the network sees, its verdict, and how it came to it row by row.

It is one component that stays in the page and changes with every stroke. `reading.html` is what it is made
of; `verdict.js` is the image and the verdict, `player.js` the image beside the probabilities after every row,
and steps through them, and `row_grid.js` is the classic view, one small bar chart for each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.parts.component import component

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.trace import Trace
    from lstm_core.reading.verdict import Verdict

_INVITATIONS = {
    "Draw": (
        "A blank sheet",
        (
            "Draw any digit from 0 to 9 on it, with the mouse, a pen or a finger. "
            "With the keyboard, take one from Gallery or Upload."
        ),
    ),
    "Gallery": ("Pick a digit", "Each one is a test image: networks never learn from it."),
    "Upload": ("Upload a picture", "One digit, dark on light or light on dark. Any size works."),
}

_WHAT_COMES = (
    "The network reads from top to bottom, one row of pixels at a time, and says after every row what it "
    "looks like so far. Its verdict will appear here, and the row-by-row view below it."
)

_DOUBT = "This does not look much like a digit. The verdict is only the closest match."


def show_invitation(source: str, rows: int, columns: int) -> None:
    """Stands where the reading will be, while ``source``, a key of `sources.SOURCES`, brings nothing.

    Args:
        source: how the digit comes.
        rows, columns: size of the network's images.
    """
    headline, detail = _INVITATIONS[source]
    _show(rows=rows, columns=columns, headline=headline, detail=detail, more=_WHAT_COMES)


def show_reading(
    image: NDArray[np.float32], trace: Trace, verdict: Verdict, *, caution: str, unfamiliar: bool
) -> None:
    """The image as the network gets it, the verdict, and how it came about.

    Args:
        image: ``(rows, columns)`` float32 in [0, 1].
        trace: its reading.
        verdict: what it came to.
        caution: what to beware of in what the network says before the last row, or nothing.
        unfamiliar: whether to say that the drawing hardly looks like a digit. Room is kept for it, so that
            nothing moves when it comes.
    """
    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme
    from lstm_core.figures.evolution import evolution
    from lstm_core.reading.verdict import WHAT_SETTLED_MEANS, sentence, settled_in_words

    shown = evolution(image, trace.probabilities, verdict.settled_at_row)
    headline, _, detail = sentence(verdict).partition(", ")
    _show(
        rows=image.shape[0],
        columns=image.shape[1],
        headline=headline,
        detail=detail,
        doubt=_DOUBT if unfamiliar else "",
        caution=caution,
        image=data_uri(coloured(image, theme.INK)),
        heatmap=data_uri(coloured(trace.probabilities, theme.stops(theme.PROBABILITY))),
        evolution=vars(shown) | {"bars": [vars(bars) for bars in shown.bars]},
        settled=settled_in_words(verdict),
        meaning=WHAT_SETTLED_MEANS,
    )


def _show(**data: Any) -> None:
    """What ``reading.js`` is told; without an ``evolution`` there is nothing to read."""
    reading = component(
        __file__,
        "reading",
        *("../parts/buttons", "bars", "verdict", "section", "player", "row_grid", "../parts/glossary"),
        parts=("bars", "verdict", "row_player", "player", "row_grid"),
        markup=True,
    )
    reading(data=data, key="reading")
