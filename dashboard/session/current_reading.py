"""What the lesson's numbers are real numbers of: the digit drawn last and the network that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import quantities
from dashboard.session import networks, state
from dashboard.session.network_choice import reading_network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.trace import LayerTrace, Trace
    from lstm_core.reading.weights import LstmWeights

_SAMPLE = 3
"""Which digit is read when nobody has drawn yet."""


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
    """

    image: NDArray[np.float32]
    weights: LstmWeights
    trace: Trace
    name: str
    drawn: bool
    notes: tuple[str, ...]

    @property
    def layers(self) -> tuple[LayerTrace, ...]:
        from lstm_core.reading.trace import LayerTrace

        return tuple(layer for layer in self.trace.layers if isinstance(layer, LayerTrace))

    @property
    def fingerprint(self) -> str:
        """Of digit and network, for the keys of widgets whose values belong to them.

        Not of the numbers that were read: their last bits depend on how many cores multiplied matrices.
        """
        import hashlib

        return hashlib.sha256(self.image.tobytes() + self.weights.fingerprint.encode()).hexdigest()[:12]

    def inputs(self, layer: int) -> NDArray[np.float32]:
        """What layer ``layer``, from 0, reads: ``(rows, features)``."""
        return self.layers[layer - 1].hidden if layer else self.image


def current_reading() -> CurrentReading:
    """The digit drawn last, or a sample, read by the chosen network, or by the one that ships."""
    from lstm_core.reading.trace import read

    notes = []
    network, weights = reading_network()
    if not weights.is_plain:
        notes.append(f"{network.label} is no plain LSTM, so the network that ships is looked at here.")
        network = networks.shipped()
        weights = network.load()
    size = weights.rows, weights.columns
    image = state.last_image()
    if image is not None and image.shape != size:
        notes.append(f"Your last drawing is not of the {size[0]} × {size[1]} pixels that this network reads.")
        image = None
    drawn = image is not None
    image = sample_digit(*size) if image is None else image
    return CurrentReading(image, weights, read(weights, image), network.label, drawn, tuple(notes))


def show_current_reading(current: CurrentReading) -> None:
    """The digit and whose reading it is, with the way to another."""
    from dashboard.parts import picture

    what = "your last drawing" if current.drawn else "a sample digit"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="current-reading"):
        st.html(picture.tag(current.image, f"What is read: {what}", "current-digit"), width="content")
        with st.container(gap=None):
            st.caption(f"All numbers are real: {what}, read by “{quantities.plain(current.name)}”.")
            st.page_link(
                "pages/draw.py",
                label="Draw another digit" if current.drawn else "Draw your own",
                icon=":material/draw:",
            )
    for note in current.notes:
        st.caption(f":material/info: {quantities.plain(note)}")


@st.cache_data(show_spinner=False)
def sample_digit(rows: int, columns: int) -> NDArray[np.float32]:
    from lstm_core.drawing.stroke_digits import stroke_digit

    return stroke_digit(_SAMPLE, rows, columns)
