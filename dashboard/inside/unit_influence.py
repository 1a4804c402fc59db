"""What each unit does for a class on the digit that is looked at, worked out once a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.session.current_reading import CurrentReading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def influences_of(current: CurrentReading, label: int) -> tuple[NDArray[np.float32], ...]:
    """`lstm_core.inside.unit_order.influences` of class ``label``: per layer ``(units,)``."""
    return _influences(current.fingerprint, label, current)


def most_influential_unit(current: CurrentReading, layer: int) -> int:
    """The unit of ``layer``, both from 0, with the most influence on the verdict."""
    from lstm_core.inside.unit_order import by_influence

    verdict = int(current.trace.probabilities[-1].argmax())
    return int(by_influence(influences_of(current, verdict)[layer])[0])


@st.cache_data(show_spinner=False, max_entries=32)
def _influences(fingerprint: str, label: int, _subject: CurrentReading) -> tuple[NDArray[np.float32], ...]:
    from lstm_core.inside.unit_order import influences

    return influences(_subject.weights, _subject.image, _subject.trace, label)
