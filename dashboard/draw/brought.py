"""What a person brought: its digits as the network sees them, and the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import streamlit as st

from dashboard.parts.messages import show_error
from lstm_core.errors import ImageRejected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.drawing.digits_of_ink import DigitInk
    from lstm_core.reading.numbers import DigitReading
    from lstm_core.reading.weights import LstmWeights

Image: TypeAlias = "NDArray[np.float32]"
Weights: TypeAlias = "Callable[[], LstmWeights]"
"""Loads the network that will read; called late, so that the canvas need not wait for it."""

DIGIT = "draw-which-digit"
"""Key of the choice among several digits."""


@dataclass(frozen=True)
class Brought:
    """A digit.

    Attributes:
        image: ``(rows, columns)`` float32 in [0, 1], as the network gets it.
        touching: whether it may be two digits that touch.
    """

    image: Image
    touching: bool = False


def made_like_the_data(digits: Callable[[bool], Sequence[DigitInk]], weights: Weights) -> list[Brought]:
    """The digits as images like those the network learnt from; none, with a message, where there are none.

    Args:
        digits: gives them; it is told whether what stands apart are several.
        weights: the network that will read.
    """
    from lstm_core.data.info import are_characters, thing_of
    from lstm_core.drawing.digits_of_ink import images_of

    names = weights().class_names
    try:
        found = digits(are_characters(names))
    except ImageRejected as error:
        show_error(error)
        return []
    images = images_of(found, weights().rows, weights().columns)
    if not images:
        thing = thing_of(names)
        st.info(f"There is too little ink to read{'.' if thing == 'class' else f'; a dot is not a {thing}.'}")
    return [Brought(image, digit.touching) for digit, image in images]


def read_all(weights: LstmWeights, brought: Sequence[Brought]) -> list[DigitReading]:
    """Every digit, read."""
    from lstm_core.reading.numbers import reading_of

    return [reading_of(weights, each.image, touching=each.touching) for each in brought]


def which_digit(labels: Sequence[str]) -> int:
    """Let the person choose one of several digits, named by what they read as; its index."""
    if len(labels) == 1:
        return 0
    chosen = st.segmented_control(
        "Digit that is shown",
        range(len(labels)),
        format_func=labels.__getitem__,
        default=0,
        required=True,
        key=f"{DIGIT}-{len(labels)}",
        help="There are several digits here. Each is read by itself; choose the one whose rows are shown.",
    )
    return int(chosen or 0)
