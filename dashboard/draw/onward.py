"""From a verdict to what lies behind it: ways from Draw to panels of Inside and to answers on Learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.quantities import plain
from dashboard.session.hidden import hidden
from dashboard.session.ways import Place, way_to_inside, way_to_lesson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.verdict import Verdict

_DECIDED, _GATES, _QUESTIONS = "what decided", "gates", "five questions"


def show_ways_inside(
    probabilities: NDArray[np.float32], image: NDArray[np.float32], verdict: Verdict
) -> None:
    """Why it is this class and not its closest rival, what the gates did, and what people ask first.

    A link that hides Inside or Learn, a panel or a section, hides the way there as well.

    Args:
        probabilities: ``(rows, classes)`` of the reading by a plain stack of LSTM layers.
        image: ``(rows, columns)``, which was read.
        verdict: what it came to.
    """
    from lstm_core.reading.verdict import closest_rival, with_article

    hide = set(hidden())
    inside = "inside" not in hide
    with st.container(horizontal=True, gap="small", width="content", key="ways-inside"):
        if inside and verdict.is_clear and verdict.runner_up is not None and "what-decided" not in hide:
            rival = verdict.called(closest_rival(probabilities, image, verdict.label))
            this, other = (with_article(name) for name in (verdict.called(verdict.label), rival))
            way_to_inside(f"Why {plain(this)} and not {plain(other)}?", Place(_DECIDED))
        if inside and _GATES not in hide:
            way_to_inside("What the gates did", Place(_GATES))
        if not {"learn", "five-questions"} & hide:
            way_to_lesson("Five questions, answered", Place(_QUESTIONS))
