"""What trains now and what waits behind it, besides the run that is shown."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown
from dashboard.session import services
from dashboard.train import followed_run
from dashboard.train.waiting import how_far
from lstm_core.runs.run import Run

LOOK_SECONDS = 2.0


def show_queue(shown: str = "") -> None:
    """The runs that train and those that wait, except ``shown``; nothing when there is none."""
    expected = [run.id for run in _others(shown)]
    if expected:
        st.fragment(_queue, run_every=LOOK_SECONDS)(expected, shown)


def _others(shown: str) -> list[Run]:
    jobs = services.jobs()
    return [run for run in [*jobs.active_runs(), *jobs.queue()] if run.id != shown]


@errors_shown()
def _queue(expected: list[str], shown: str) -> None:
    others = _others(shown)
    if [run.id for run in others] != expected:
        st.rerun()
    waiting = [run.id for run in services.jobs().queue()]
    with st.container(border=True, gap="xsmall", key="queue"):
        for run in others:
            with st.container(horizontal=True, vertical_alignment="center", key=f"queue-{run.id}"):
                st.markdown(_said(run, waiting), width="stretch")
                _buttons(run, waits=run.id in waiting)


def _said(run: Run, waiting: list[str]) -> str:
    name = quantities.plain(run.name)
    if run.id in waiting:
        return f"**Waiting, position {waiting.index(run.id) + 1} of {len(waiting)}:** {name}"
    status, progress = how_far(run)
    doing = {"preparing": "Starts now", "paused": "Paused"}.get(status.state, "Training now")
    return f"**{doing}:** {name}" + (f", {quantities.plain(progress)}" if progress else "")


def _buttons(run: Run, *, waits: bool) -> None:
    # Inside a fragment a callback alone would rerun only this.
    if st.button("Open", key=f"open-{run.id}", type="tertiary", icon=":material/open_in_full:"):
        followed_run.follow_run(run.id)
        st.rerun()
    if waits and st.button("Cancel", key=f"cancel-{run.id}", type="tertiary", icon=":material/close:"):
        services.jobs().cancel(run)
        st.rerun()
