"""One of the person's drawings, read by the network before and after it was taught, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.hand.drawings import as_split, own_drawings, readings
from dashboard.lesson.in_words.switch import difference_in_words
from dashboard.lesson.side_by_side import Side, show_side_by_side
from dashboard.parts.messages import errors_shown
from dashboard.session import networks, services

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.run import Run

_BEFORE, _AFTER = "before it was taught", "after it was taught"
MOST_OFFERED = 200


@st.fragment
@errors_shown()
def show_before_and_after(run: Run) -> None:
    """The drawing that gained most, or another one, with both readings. Raises `LstmError`."""
    import numpy as np

    from lstm_core.reading.trace import read

    before, after = _parent(run.id), networks.network(run.id).load()
    kept = own_drawings(after.names).kept
    if not kept:
        return
    split = as_split(kept, after)
    first, second = readings(split, before), readings(split, after)
    number = np.arange(len(kept))
    gained = second[number, split.labels] - first[number, split.labels]
    offered = np.argsort(-gained, kind="stable")[:MOST_OFFERED].tolist()

    def said(index: int) -> str:
        read_as = [after.names[int(found[index].argmax())] for found in (first, second)]
        return f"Drawing {index + 1}, {kept[index].label}: read as {read_as[0]} before, as {read_as[1]} after"

    st.subheader("Before and after, row by row", anchor=False)
    chosen = st.selectbox(
        "Your drawing",
        offered,
        format_func=said,
        key=f"hand-compared-{run.id}",
        help="The one that gained most comes first",
    )
    image = split.pixels()[chosen]
    one, other = read(before, image).probabilities, read(after, image).probabilities
    show_side_by_side(
        image,
        f"Your drawing of {kept[chosen].label}",
        Side(_BEFORE, one, ()),
        Side(_AFTER, other, ()),
        difference_in_words(image, _BEFORE, one, _AFTER, other, after.class_names),
        after.class_names,
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _parent(run_id: str) -> LstmWeights:
    """The weights that the run started from. Raises `RunDamaged`."""
    from lstm_core.runs.taught import load_material

    return load_material(services.store().get(run_id)).parent
