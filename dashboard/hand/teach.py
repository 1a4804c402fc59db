"""Teach the chosen network the person's drawings: what will happen, the button, and what came of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.hand.drawings import as_split, own_drawings
from dashboard.hand.taught import show_taught
from dashboard.parts.messages import show_error
from dashboard.session import networks, services, state
from dashboard.session.drawing import drawing_for
from lstm_core.data.held_back import FEWEST
from lstm_core.data.info import things_of
from lstm_core.errors import LstmError
from lstm_core.runs.status import WAITING_OR_ACTIVE

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights
    from lstm_core.runs.run import Run
    from lstm_core.settings.hyperparameters import HyperParameters

_TAUGHT = "hand-taught"
"""Where the session keeps the identifier of the run that it started last."""

_NOTE = "hand-taught-note"


def show_teach(weights: LstmWeights) -> None:
    """What teaching does, the button, and the run that it led to.

    Args:
        weights: the chosen network's.
    """
    kept = own_drawings(weights.names).kept
    run = taught_run()
    busy = run is not None and run.status.state in WAITING_OR_ACTIVE
    st.markdown(_what_happens(len(kept), things_of(weights.class_names)))
    why_not = "It is being taught now" if busy else _why_not(len(kept))
    if st.button(
        "Teach it your hand",
        key="hand-teach",
        icon=":material/school:",
        type="primary",
        disabled=bool(why_not),
        help=why_not or "A training that goes on from this network",
    ):
        _teach(weights)
    if why_not and not busy and kept:
        st.caption(f":material/info: {why_not}.")
    elif kept and max(Counter(one.label for one in kept).values()) < FEWEST:
        st.caption(
            ":material/info: What it gains is measured on drawings that are kept back, which takes at least "
            f"{FEWEST} of one class."
        )
    if run is None:
        return
    if note := st.session_state.get(_NOTE, ""):
        st.caption(f":material/info: {note}")
    show_taught(run)


def taught_run() -> Run | None:
    """The run to be shown: of this session, the one that reads, one in the making, or the newest child."""
    store = services.store()
    taught = [found for found in store.summaries() if found.settings and _teaches(found.settings)]
    here, reads = st.session_state.get(_TAUGHT, ""), state.network()
    for wanted in (here, reads):
        if any(summary.id == wanted for summary in taught):
            return store.get(wanted)
    for summary in taught:
        run = store.get(summary.id)
        if run.status.state in WAITING_OR_ACTIVE or _parent(run) == reads:
            return run
    return None


def is_taught(key: str) -> bool:
    """Whether the network under ``key`` was taught somebody's drawings."""
    if key in ("", networks.SMALL):
        return False
    try:
        settings = services.store().summary(key).settings
    except LstmError:
        return False
    return settings is not None and _teaches(settings)


def _teaches(settings: HyperParameters) -> bool:
    return settings.fine_tuning is not None and settings.fine_tuning.teaches


def _parent(run: Run) -> str | None:
    from lstm_core.runs.taught import teaching_of

    try:
        teaching = teaching_of(run)
    except LstmError:
        return None
    return teaching.parent if teaching else None


def _what_happens(count: int, things: str) -> str:
    from lstm_core.teaching.submit import SECONDS

    drawings = {0: "your drawings", 1: "your drawing"}.get(count, f"your {count:,} drawings")
    return (
        f"The network goes on learning from {drawings}, varied in many ways. So that nothing is forgotten, "
        f"the {things} that it learnt before are mixed in, where they are on this machine. It takes about "
        f"{SECONDS:.0f} seconds once the training process has started. The network you have stays as it is; "
        "a new one comes beside it."
    )


def _why_not(count: int) -> str:
    """Why the chosen network cannot be taught, without a full stop; or nothing."""
    if not count:
        return "Keep some drawings first: write them above, or draw on Draw"
    if state.network() == networks.SMALL:
        return "The small network that ships is not taught here. Choose the large one or one of yours, above"
    return ""


def _teach(weights: LstmWeights) -> None:
    from lstm_core.teaching.submit import teach

    try:
        parent = services.store().get(state.network()) if state.network() else None
        split = as_split(own_drawings(weights.names).kept, weights)
        newest = drawing_for(weights.rows, weights.columns)
        submission = teach(services.jobs(), split.images, split.labels, parent, drawing=newest)
    except LstmError as error:
        show_error(error)
        return
    st.session_state[_TAUGHT] = submission.run.id
    st.session_state[_NOTE] = submission.known
    st.rerun()
