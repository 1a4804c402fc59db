"""The drawings of the collection that a network can read, and its readings of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.session import services

if TYPE_CHECKING:
    from lstm_core.arrays import FloatArray
    from lstm_core.data.hand.images import Made
    from lstm_core.data.hand.kept_drawing import KeptDrawing
    from lstm_core.data.info import Split
    from lstm_core.reading.weights import LstmWeights

_MOST_IMAGES = 20_000
"""Remembered at once, over all sizes."""


@dataclass(frozen=True)
class OwnDrawings:
    """What a network can be asked to read.

    Attributes:
        kept: drawings of its classes, oldest first.
        others: how many drawings there are besides, of classes that it does not know.
        unreadable: how many lines of the file cannot be read.
    """

    kept: tuple[KeptDrawing, ...]
    others: int
    unreadable: int


def own_drawings(names: Sequence[str]) -> OwnDrawings:
    """The drawings of the classes that are called so. Raises `StorageError`."""
    found = services.own_hand().collection()
    kept = tuple(one for one in found.drawings.values() if one.label in names)
    return OwnDrawings(kept, len(found.drawings) - len(kept), found.unreadable)


def as_split(kept: Sequence[KeptDrawing], weights: LstmWeights) -> Split:
    """Images of the size that ``weights`` read, with labels."""
    from lstm_core.data.hand.images import images_of

    made = _images()
    if len(made) > _MOST_IMAGES:
        made.clear()
    return images_of(kept, weights.rows, weights.columns, weights.names, made)


@st.cache_resource(show_spinner=False)
def _images() -> Made:
    return {}


def readings(split: Split, weights: LstmWeights) -> FloatArray:
    """Class probabilities after the last row, ``(n, classes)``; the last few answers are remembered."""
    import hashlib

    return _readings(hashlib.sha256(split.images.tobytes()).hexdigest(), weights.fingerprint, split, weights)


@st.cache_resource(show_spinner=False, max_entries=4)
def _readings(images: str, network: str, _split: Split, _weights: LstmWeights) -> FloatArray:
    import numpy as np

    from lstm_core.reading.trace import read_batch

    if not len(_split):
        return np.zeros((0, _weights.classes), np.float32)
    return read_batch(_weights, _split.pixels())[:, -1]
