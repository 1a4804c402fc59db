"""What a reading looks like: what the network sees, its verdict, and how it came to it row by row.

It is one component that stays in the page and changes with every stroke. `reading.html` is what it is made
of; `verdict.js` is the image and the verdict, `player.js` the image beside the probabilities after every row,
and steps through them, and `row_grid.js` is the classic view, one small bar chart for each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard.parts.component import component
from dashboard.parts.glossary import marked
from lstm_core.data.info import DIGITS, are_characters, thing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lstm_core.reading.numbers import DigitReading


def _invitation(source: str, names: Sequence[str]) -> tuple[str, str]:
    """Headline and what to do, for each key of `sources.SOURCES`."""
    thing = thing_of(names)
    which = _which(names)
    one = "drawing" if thing == "class" else thing
    several = are_characters(names)
    return {
        "Draw": (
            "A blank sheet",
            (
                f"Draw any {which} on it{', or several side by side,' if several else ','} with the mouse, a "
                "pen or a finger. "
                "With the keyboard, take one from Gallery or Upload."
            ),
        ),
        "Gallery": (
            f"Pick {'an image' if thing == 'class' else f'a {thing}'}",
            "Each one is a test image: networks never learn from it.",
        ),
        "Upload": (
            "Upload a picture",
            f"One {one}{' or several' if several else ''}, dark on light or light on dark. Any size works.",
        ),
    }[source]


def _which(names: Sequence[str]) -> str:
    """What can be drawn, such as "digit from 0 to 9" or "letter from A to Z"."""
    names = names or DIGITS
    if thing_of(names) != "class":
        return f"{thing_of(names)} from {names[0]} to {names[-1]}"
    return f"of these: {', '.join(names[:8])}{', …' if len(names) > 8 else ''}"


_WHAT_COMES = (
    "The network reads from top to bottom, one row of pixels at a time, and says after every row what it "
    "looks like so far. Its verdict will appear here, and the row-by-row view below it."
)

_DOUBT = "This does not look much like a {thing}. The verdict is only the closest match."

_TOUCHING = "This is wide for one digit. Two that touch each other are read as one; leave a gap between them."


def show_invitation(source: str, rows: int, columns: int, names: Sequence[str] = ()) -> None:
    """Stands where the reading will be, while ``source``, a key of `sources.SOURCES`, brings nothing.

    Args:
        source: how the digit comes.
        rows, columns: size of the network's images.
        names: what its classes are called, where they are no digits.
    """
    headline, detail = _invitation(source, names)
    _show(rows=rows, columns=columns, headline=headline, detail=detail, more=_WHAT_COMES)


def show_reading(digit: DigitReading, numbers: Sequence[str], *, caution: str, unfamiliar: bool) -> None:
    """The image as the network gets it, the verdict, and how it came about.

    Args:
        digit: the reading that is shown.
        numbers: what all digits that were brought read as, in order, this one among them.
        caution: what to beware of in what the network says before the last row, or nothing.
        unfamiliar: whether to say that the drawing hardly looks like a digit. Room is kept for it, so that
            nothing moves when it comes.
    """
    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme
    from lstm_core.figures.evolution import evolution
    from lstm_core.reading.verdict import sentence, settled_in_words, what_settled_means

    image, probabilities, verdict = digit.image, digit.trace.probabilities, digit.verdict
    shown = evolution(image, probabilities, verdict.settled_at_row)
    headline, comma, detail = sentence(verdict).partition(", ")
    if len(numbers) > 1:
        detail = f"the one shown {headline[0].lower()}{headline[1:]}{comma}{detail}"
        headline = f"Reads as {' '.join(numbers)}"
    doubt = _TOUCHING if digit.touching else ""
    if unfamiliar:
        doubt = _DOUBT.format(thing=thing_of(verdict.names))
    _show(
        rows=image.shape[0],
        columns=image.shape[1],
        headline=headline,
        detail=detail,
        doubt=doubt,
        caution=marked(caution, "extrapolation"),
        image=data_uri(coloured(image, theme.INK)),
        heatmap=data_uri(coloured(probabilities, theme.stops(theme.PROBABILITY))),
        evolution=vars(shown)
        | {"bars": [vars(bars) for bars in shown.bars], "names": list(verdict.names) or None},
        settled=settled_in_words(verdict),
        meaning=what_settled_means(verdict.names),
    )


def _show(**data: Any) -> None:
    """What ``reading.js`` is told; without an ``evolution`` there is nothing to read."""
    reading = component(
        __file__,
        "reading",
        *("../parts/buttons", "bars", "verdict", "section", "player", "row_grid", "../parts/glossary"),
        parts=("bars", "verdict", "../parts/play_button", "row_player", "player", "row_grid"),
        markup=True,
    )
    reading(data=data, key="reading")
