"""Panel "two at once": one network on two drawings, or two networks on one, under one cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside import other_digit, other_network
from dashboard.inside.comparison import difference_in_words, show_numbers, show_sentences
from dashboard.inside.cursor import cursor_row, row_chart
from dashboard.parts import glossary
from dashboard.parts.quantities import plain
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading
from lstm_core.data.info import DIGITS
from lstm_core.reading.percents import PERCENT, percent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.figures.two_readings import Reading
    from lstm_core.inside.morph import Morph

_KEY = "inside-two"
_COMPARE, _SHARE, _WAY = "compare", "share", "way"
"""Keys of widgets, and names in the address."""

_DRAWINGS, _NETWORKS = "Two drawings", "Two networks"
_MOVE, _FADE = "Move the ink", "Fade"
_STEPS = 20
"""Stops between one drawing and the other."""


def show_two_at_once(current: CurrentReading) -> None:
    """The choice of what is compared, and both readings."""
    mode = st.segmented_control(
        "Compare",
        (_DRAWINGS, _NETWORKS),
        default=_DRAWINGS,
        required=True,
        key=_COMPARE,
        bind="query-params",
        persist_state="session",
    )
    if mode == _DRAWINGS:
        _two_drawings(current)
    else:
        _two_networks(current)


def _two_drawings(current: CurrentReading) -> None:
    from lstm_core.figures.two_readings import Reading
    from lstm_core.reading.trace import read

    other = other_digit.choose_digit(current)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=f"{_KEY}-morph"):
        share = st.slider(
            "From the first drawing to the second",
            0,
            100,
            100,
            100 // _STEPS,
            format="%d %%",
            key=_SHARE,
            bind="query-params",
            persist_state="session",
            help="The image for the second reading: 0\N{NO-BREAK SPACE}% is the first drawing, "
            "100\N{NO-BREAK SPACE}% the second.",
        )
        way = st.segmented_control(
            "On the way",
            (_MOVE, _FADE),
            default=_MOVE,
            required=True,
            key=_WAY,
            bind="query-params",
            persist_state="session",
        )
    images = _on_the_way(current.image, other.image, moves=way == _MOVE)
    image = images[share * _STEPS // 100]
    sample = "sample 3" if current.weights.names == DIGITS else "a sample"
    first = "your drawing" if current.drawn else sample
    second = other.name if share == 100 else f"{share}{PERCENT} of the way"
    _show_changes(current, images)
    _show(
        Reading(first, current.image, current.trace.probabilities),
        Reading(second, image, read(current.weights, image).probabilities),
        current.weights.class_names,
    )


def _two_networks(current: CurrentReading) -> None:
    from lstm_core.figures.two_readings import Reading
    from lstm_core.reading.trace import read

    other = other_network.choose_other_network(current)
    if other.weights.names != current.weights.names:
        st.info(f"“{plain(other.name)}” knows other classes, so the two cannot be compared.")
        return
    cautions = {current.name: current.caution, other.name: other.caution}
    said = [f"{plain(name)}: {caution}" for name, caution in cautions.items() if caution]
    for number, line in enumerate(said):
        # A word is marked once on a page.
        words = glossary.with_terms(line.replace("extrapolation", "<dfn>extrapolation</dfn>", not number))
        st.caption(f":material/info: {words}", unsafe_allow_html=True)
    _show(
        Reading(current.name, current.image, current.trace.probabilities),
        Reading(other.name, current.image, read(other.weights, current.image).probabilities),
        current.weights.class_names,
    )


def _on_the_way(
    first: NDArray[np.float32], second: NDArray[np.float32], *, moves: bool
) -> list[NDArray[np.float32]]:
    """The image at every stop, both ends included."""
    from lstm_core.inside.morph import fade

    shares = [stop / _STEPS for stop in range(_STEPS + 1)]
    if not moves:
        return [fade(first, second, share) for share in shares]
    found = _morph(first, second)
    return [found.at(share) for share in shares]


@st.cache_resource(show_spinner=False, max_entries=20)
def _morph(first: NDArray[np.float32], second: NDArray[np.float32]) -> Morph:
    from lstm_core.inside.morph import morph

    return morph(first, second)


def _show_changes(current: CurrentReading, images: list[NDArray[np.float32]]) -> None:
    """What the network takes the stops between the two drawings for."""
    import numpy as np

    from lstm_core.reading.trace import read_batch
    from lstm_core.reading.verdict import with_article

    labels = read_batch(current.weights, np.stack(images))[:, -1].argmax(axis=-1)
    names = current.weights.names
    st.caption(f"{plain(way_in_words([with_article(names[label]) for label in labels]))}.")


def way_in_words(seen: Sequence[str]) -> str:
    """What the stops between two drawings are read as, span by span.

    Args:
        seen: what each stop is read as, evenly spaced from the first drawing to the second; at least two.
    """
    last = len(seen) - 1
    starts = [0, *(stop for stop in range(1, last + 1) if seen[stop] != seen[stop - 1])]
    if len(starts) == 1:
        return f"On the way it reads {seen[0]}, all the way"
    spans = []
    for start, after in zip(starts, [*starts[1:], last + 1], strict=True):
        at, end = (f"{100 * stop // last}{PERCENT}" for stop in (start, after - 1))
        where = f"from {at} on" if after > last else f"from {at} to {end}"
        spans.append(f"{seen[start]} {f'at {at}' if start == after - 1 else where}")
    return f"On the way it reads {', '.join(spans)}, in steps of {100 // last}{PERCENT}"


def _show(first: Reading, second: Reading, names: tuple[str, ...]) -> None:
    from lstm_core.figures.two_readings import two_readings
    from lstm_core.inside.difference import greatest_difference
    from lstm_core.reading.verdict import WHAT_PASSING_MEANS, sentence, verdict

    row = cursor_row()
    said = [sentence(verdict(reading.probabilities, reading.image, names)) for reading in (first, second)]
    most = difference_in_words(
        greatest_difference(first.probabilities, second.probabilities),
        first="first",
        then="second",
        names=names,
    )
    show_sentences(
        (f"First, {first.name}", f"{said[0]}. {_so_far(first, row, names)}"),
        (f"Second, {second.name}", f"{said[1]}. {_so_far(second, row, names)}"),
        ("Greatest difference", most),
    )
    small = narrow()
    row_chart(
        lambda at: two_readings(first, second, at, narrow=small),
        rows=len(first.image),
        depends_on=None,
        alt=f"Images and heatmaps of each class's probability after every row, side by side. First: "
        f"{said[0]}. Second: {said[1]}. Greatest difference {most}.",
        key=f"{_KEY}-readings",
    )
    st.caption(
        "The frame is the row cursor: click a row to move it. In the difference, orange is where the second "
        "reading gives more, and blue where it gives less. Point at a cell for its number. "
        f"{WHAT_PASSING_MEANS}"
    )
    show_numbers(
        f"Probability of each class after row {row + 1}",
        ("first", first.probabilities[row]),
        ("second", second.probabilities[row]),
        names,
    )


def _so_far(reading: Reading, row: int, names: tuple[str, ...]) -> str:
    shares = reading.probabilities[row]
    label = int(shares.argmax())
    called = names[label] if names else label
    return f"After row {row + 1} it looks most like {called} ({percent(float(shares[label]))})"
