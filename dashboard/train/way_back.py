"""How the page came to show its run, and the way back from a training that one click started."""

from __future__ import annotations

import contextlib

import streamlit as st

from dashboard.parts.quantities import plain
from dashboard.session import services
from dashboard.train import followed_run
from lstm_core.errors import LstmError, RunError
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE

MOST_LETTERS = 40
"""Of a run's name on the button."""


def show_note(run: Run) -> None:
    """What there is to say about how the page came to show ``run``, with the way back if there is one."""
    note = followed_run.note()
    if not note.text:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="train-note"):
        st.info(note.text, icon=":material/info:")
        if before := _name(note.before):
            going_on = note.started and run.status.state in WAITING_OR_ACTIVE
            st.button(
                f"Stop it and go back to “{before}”" if going_on else f"Back to “{before}”",
                icon=":material/undo:",
                key="train-way-back",
                on_click=_go_back,
                args=(run, note.before, going_on),
            )


def _name(run_id: str) -> str:
    """As the button has it; nothing when there is no such run any more."""
    if not run_id:
        return ""
    try:
        name = services.store().get(run_id).name
    except RunError:
        return ""
    return plain(name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1].rstrip()}…")


def _go_back(run: Run, before: str, stop: bool) -> None:
    followed_run.follow_run(before)
    if not stop:
        return
    # Whatever stands in the way, the queue on the page shows that it trains or waits still.
    with contextlib.suppress(LstmError):
        waited = run.status.state == "queued"
        services.jobs().cancel(run)
        if waited and run.status.state == "stopped":
            services.store().delete(run)  # it never began
