"""Two networks on one digit: both readings beside its rows, under one row that the browser moves by itself.

`side_by_side.html` is what it is made of; it stays in the page, and another pair only fills it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.parts.component import component
from lstm_core.data.info import thing_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.verdict import Verdict

_DIGITS_SENT, _LEAST = 7, 1e-7
"""After the point of a probability: what is not quite 0 or 1 stays so, and the message stays short."""


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
    image: NDArray[np.float32],
    digit: str,
    first: Side,
    second: Side,
    difference: str,
    names: Sequence[str] = (),
) -> None:
    """Both readings, row by row, at first at the row where the earlier of the two settled.

    Args:
        image: ``(rows, columns)`` float32 in [0, 1], which both have read.
        digit: what it is, for people who do not see it.
        first, second: of as many rows and classes.
        difference: what differs, in sentences.
        names: what the classes are called, by label; left out where they are digits.
    """
    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme
    from lstm_core.reading.verdict import last_ink, verdict

    outcomes = [verdict(side.probabilities, image, tuple(names)) for side in (first, second)]
    settled = [outcome.settled_at_row for outcome in outcomes if outcome.settled_at_row is not None]
    rows, classes = first.probabilities.shape
    component(
        __file__,
        "side_by_side",
        *("../parts/buttons", "side_by_side"),
        parts=("../parts/percents", "../draw/bars", "../parts/play_button", "../draw/row_player"),
        markup=True,
    )(
        data={
            "rows": rows,
            "start": min(settled, default=last_ink(image) or rows),
            "classes": classes,
            "names": list(names),
            "thing": "picture" if (thing := thing_of(names)) == "class" else thing,
            "image": data_uri(coloured(image, theme.INK)),
            "digit": digit,
            "difference": difference,
            "sides": [_sent(side, outcome) for side, outcome in zip((first, second), outcomes, strict=True)],
        },
        key="side-by-side",
    )


def _sent(side: Side, outcome: Verdict) -> dict[str, object]:
    """What ``side_by_side.js`` is told of one network, which came to ``outcome``."""
    import numpy as np

    from dashboard.parts.picture import coloured, data_uri
    from lstm_core.figures import theme
    from lstm_core.reading.verdict import sentence

    shares = side.probabilities.astype(np.float64)
    return {
        "name": side.name[:1].upper() + side.name[1:],
        "reads": f"{sentence(outcome)}.",
        "settled": outcome.settled_at_row,
        "facts": [list(fact) for fact in side.facts],
        "heatmap": data_uri(coloured(side.probabilities, theme.stops(theme.PROBABILITY))),
        "probabilities": np.where(shares > 0, np.maximum(shares.round(_DIGITS_SENT), _LEAST), 0).tolist(),
    }
