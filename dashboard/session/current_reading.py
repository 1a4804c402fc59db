"""What the lesson's numbers are real numbers of: the digit drawn last and the network that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import quantities
from dashboard.session import digits, networks, state
from dashboard.session.drawing import drawing_for
from dashboard.session.network_choice import offer_small_network, reading_network
from lstm_core.data.info import DIGITS, thing_of
from lstm_core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.trace import LayerTrace, Trace
    from lstm_core.reading.weights import LstmWeights

SAMPLE_LABEL = 3
"""Which digit is read when nobody has drawn yet."""


@dataclass(frozen=True)
class CurrentDigit:
    """A digit to be read.

    Attributes:
        image: ``(rows, columns)`` float32 in [0, 1].
        drawn: whether the digit is the person's own.
        notes: what is not as the person may expect, in sentences.
        thing: what it shows, in a word.
        chosen: whether it is the person's own because they chose or brought an image, and did not draw it.
    """

    image: NDArray[np.float32]
    drawn: bool
    notes: tuple[str, ...] = ()
    thing: str = "digit"
    chosen: bool = False

    @property
    def what(self) -> str:
        sample = "image" if self.thing == "class" else self.thing
        own = f"the {sample} you chose" if self.chosen else "your last drawing"
        return own if self.drawn else f"a sample {sample}"

    @property
    def fingerprint(self) -> str:
        """For the keys of widgets whose values belong to this digit."""
        import hashlib

        return hashlib.sha256(self.image.tobytes()).hexdigest()[:12]


@dataclass(frozen=True)
class CurrentReading:
    """A digit and its reading.

    Attributes:
        image: ``(rows, columns)`` float32 in [0, 1].
        weights: of a plain stack of LSTM layers that read from the top down and start at zero.
        trace: the reading; its layers are `lstm_core.reading.trace.LayerTrace`.
        name: what the network is called.
        drawn: whether the digit is the person's own.
        notes: what is not as chosen, in sentences.
        caution: what to beware of in what the network says before the last row, or nothing.
        chosen: see `CurrentDigit`.
    """

    image: NDArray[np.float32]
    weights: LstmWeights
    trace: Trace
    name: str
    drawn: bool
    notes: tuple[str, ...]
    caution: str = ""
    chosen: bool = False

    @property
    def layers(self) -> tuple[LayerTrace, ...]:
        from lstm_core.reading.trace import LayerTrace

        return tuple(layer for layer in self.trace.layers if isinstance(layer, LayerTrace))

    @property
    def fingerprint(self) -> str:
        """Of digit and network, for the keys of widgets whose values belong to them."""
        return reading_fingerprint(self.image, self.weights)

    def inputs(self, layer: int) -> NDArray[np.float32]:
        """What layer ``layer``, from 0, reads: ``(rows, features)``."""
        return self.layers[layer - 1].hidden if layer else self.image


def reading_fingerprint(image: NDArray[np.float32], weights: LstmWeights) -> str:
    """Of the digit ``image``, ``(rows, columns)``, and the network that reads it.

    Not of the numbers that were read: their last bits depend on how many cores multiplied matrices.
    """
    import hashlib

    return hashlib.sha256(image.tobytes() + weights.fingerprint.encode()).hexdigest()[:12]


def current_reading() -> CurrentReading:
    """The digit drawn last, or a sample, read by the chosen network, or by the one that ships."""
    from lstm_core.reading.trace import read

    notes = []
    network, weights = reading_network()
    if not weights.is_plain:
        notes.append(
            f"{network.label} is not a plain LSTM, so this page shows the network that comes with Row by Row."
        )
        network = networks.shipped()
        weights = network.load()
    digit = current_digit(weights.rows, weights.columns, sample_image(weights))
    notes += digit.notes
    trace = read(weights, digit.image)
    return CurrentReading(
        digit.image, weights, trace, network.label, digit.drawn, tuple(notes), network.caution, digit.chosen
    )


def current_digit(rows: int, columns: int, sample: NDArray[np.float32] | None = None) -> CurrentDigit:
    """The digit drawn last, as an image of ``rows`` × ``columns`` pixels; otherwise a sample."""
    image = drawing_for(rows, columns)
    if image is not None:
        chosen = image is state.last_image() and state.last_image_was_chosen()
        return CurrentDigit(image, drawn=True, chosen=chosen)
    note = f"Your last drawing does not have the {rows} × {columns} pixels that are read here."
    notes = (note,) if state.last_image() is not None else ()
    return CurrentDigit(sample_digit(rows, columns) if sample is None else sample, drawn=False, notes=notes)


def show_current_reading(
    current: CurrentReading, *, of_digit: bool = True, training_below: bool = False
) -> None:
    """The digit and whose reading it is, with the way to another.

    Args:
        current: the reading.
        of_digit: whether the numbers on the page are of this digit, and not of all test images.
        training_below: whether not this network reads the digit, but a training that is chosen below.
    """
    thing = thing_of(current.weights.class_names)
    digit = CurrentDigit(current.image, current.drawn, current.notes, thing, current.chosen)
    if training_below:
        show_current_digit(digit, "read at many steps of the training chosen below")
        return
    show_current_digit(
        digit, f"read by “{quantities.plain(current.name)}”", offer_small=True, of_digit=of_digit
    )


def show_current_digit(
    digit: CurrentDigit, reading: str, *, offer_small: bool = False, of_digit: bool = True
) -> None:
    """The digit and how it is read, with the way to another digit.

    Args:
        digit: what is read.
        reading: by what, in Markdown, to follow a comma.
        offer_small: whether one click lets the small network read instead.
        of_digit: see `show_current_reading`.
    """
    from dashboard.parts import picture

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="current-reading"):
        # What is not shown leaves its place empty: else all that follows would stand twice for a moment.
        if of_digit:
            st.html(picture.tag(digit.image, f"What is read: {digit.what}", "current-digit"), width="content")
        else:
            st.empty()
        with st.container(gap=None):
            of = f"{digit.what}," if of_digit else "all test images, each"
            st.caption(f"All numbers are real: {of} {reading}.")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if of_digit:
                    st.page_link(
                        "pages/draw.py",
                        label="Draw another digit" if digit.drawn else "Draw your own",
                        icon=":material/draw:",
                    )
                else:
                    st.empty()
                if offer_small:
                    offer_small_network()
    for note in digit.notes:
        st.caption(f":material/info: {quantities.plain(note)}")


def sample_image(weights: LstmWeights) -> NDArray[np.float32]:
    """What a network reads while nobody has drawn: of its own classes where they are no digits."""
    from lstm_core.data.info import Split

    info = digits.dataset_for(weights) if weights.class_names else None
    if info is not None and weights.class_names != DIGITS:
        try:
            test = digits.test_digits(info.name, info.fingerprint)
        except DataError:
            return sample_digit(weights.rows, weights.columns)
        return Split(test.images[:1], test.labels[:1]).pixels()[0]
    return sample_digit(weights.rows, weights.columns)


@st.cache_data(show_spinner=False)
def sample_digit(rows: int, columns: int) -> NDArray[np.float32]:
    from lstm_core.drawing.stroke_digits import stroke_digit

    return stroke_digit(SAMPLE_LABEL, rows, columns)
