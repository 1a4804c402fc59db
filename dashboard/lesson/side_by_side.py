"""Two networks on one digit: both readings beside its rows, under one row that the browser moves by itself.

`side_by_side.html` is what it is made of; it stays in the page, and another pair only fills it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.parts.component import component

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DIGITS_SENT = 5
"""After the point of a probability, so that 0.1 % is exact and the message stays short."""


@dataclass(frozen=True)
class Side:
    """One network's reading.

    Attributes:
        name: to follow a comma or begin a sentence, such as ``with dropout 0.5``.
        probabilities: ``(rows, classes)`` in [0, 1].
        facts: names and values, of the network itself.
    """

    name: str
    probabilities: NDArray[np.float32]
    facts: Sequence[tuple[str, str]]


def show_side_by_side(
    image: NDArray[np.float32], digit: str, first: Side, second: Side, difference: str
) -> None:
    """Both readings, row by row.

    Args:
        image: ``(rows, columns)`` float32 in [0, 1], which both have read.
        digit: what it is, for people who do not see it.
        first, second: of as many rows and classes.
        difference: what differs, in sentences.
    """
    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme

    rows, classes = first.probabilities.shape
    component(
        __file__,
        "side_by_side",
        *("../parts/buttons", "side_by_side"),
        parts=("../draw/bars", "../draw/row_player"),
        markup=True,
    )(
        data={
            "rows": rows,
            "classes": classes,
            "image": data_uri(coloured(image, theme.INK)),
            "digit": digit,
            "difference": difference,
            "sides": [_sent(side, image) for side in (first, second)],
        },
        key="side-by-side",
    )


def _sent(side: Side, image: NDArray[np.float32]) -> dict[str, object]:
    """What ``side_by_side.js`` is told of one network."""
    import numpy as np

    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme
    from lstm_core.reading.verdict import sentence, verdict

    outcome = verdict(side.probabilities, image)
    return {
        "name": side.name[:1].upper() + side.name[1:],
        "reads": f"{sentence(outcome)}.",
        "settled": outcome.settled_at_row,
        "facts": [list(fact) for fact in side.facts],
        "heatmap": data_uri(coloured(side.probabilities, theme.stops(theme.PROBABILITY))),
        "probabilities": np.round(side.probabilities.astype(np.float64), _DIGITS_SENT).tolist(),
    }
