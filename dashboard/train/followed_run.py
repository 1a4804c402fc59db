"""The run a session follows: what is known of it, read from the run folder a little at a time.

Everything here can be forgotten without loss; a refresh, a second tab or a restarted dashboard builds it
again from the folder.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import browser
from dashboard.parts.messages import show_warning
from dashboard.session import services, state
from dashboard.train import address
from lstm_core.arrays import FloatArray
from lstm_core.errors import RunError, StorageError
from lstm_core.reading.trace import Trace, read
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.history import History
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE, Status

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure

_NOTE = "train-note"
_STORIES = "train-stories"


@dataclass
class FollowedRun:
    """What is known of one run; `catch_up` reads on where it left off."""

    run: Run
    history: History = field(default_factory=History)
    offset: int = 0
    _figure: Figure | None = None
    _figure_offset: int = 0
    _figure_time: float = 0.0

    def catch_up(self) -> History:
        """Take in what happened since the last look."""
        events, self.offset = self.run.events(self.offset)
        self.history.add(events)
        return self.history

    def figure(self, draw: Callable[[], Figure], seconds: float) -> Figure:
        """Its figure, drawn anew when there is news, but not more often than that."""
        now = time.monotonic()
        if self._figure is None or (self.offset != self._figure_offset and now - self._figure_time > seconds):
            self._figure, self._figure_offset, self._figure_time = draw(), self.offset, now
        return self._figure

    def status(self) -> Status:
        """Where the run stands, a killed training process noticed. Raises `RunDamaged`."""
        status = self.run.status
        if status.state not in WAITING_OR_ACTIVE:
            return status
        jobs = services.jobs()
        try:
            # One that waits may want another process besides those that live.
            alive = status.state != "queued" and jobs.worker_alive(status.worker)
        except StorageError:  # nobody can tell while the disk is full or a lock is held
            return status
        if not alive:
            jobs.refresh()
            status = self.run.status
        return status


@dataclass(frozen=True)
class Note:
    """How the page came to show its run.

    Attributes:
        text: for people.
        before: the run that was shown before, with one click of which this one was started; or nothing.
        started: whether that click started a training that was not there before.
    """

    text: str = ""
    before: str = ""
    started: bool = False


def follow_run(run_id: str, note: str = "", *, before: str = "", started: bool = False) -> None:
    """Show this run on the Train page; an empty identifier shows the form. For the others see `Note`."""
    st.session_state[state.FOLLOWED_RUN] = run_id
    st.session_state[_NOTE] = Note(note, before, started)


def forget_run(run_id: str) -> None:
    """A run was deleted."""
    st.session_state.get(_STORIES, {}).pop(run_id, None)
    if st.session_state.get(state.FOLLOWED_RUN) == run_id:
        follow_run("")


def forget_note() -> None:
    """Something was done to the run, so how the page came to show it no longer matters."""
    st.session_state.pop(_NOTE, None)


def note() -> Note:
    """What there is to say about how the page came to show its run."""
    found: Note = st.session_state.get(_NOTE, Note())
    return found


def run_to_show() -> Run | None:
    """The run the Train page is to show, or None for the form.

    When the page is opened the address decides; an address that says nothing leads to the run that
    trains or waits, so that a refresh or another tab finds it again.
    """
    query = st.query_params.to_dict()
    opened = state.FOLLOWED_RUN not in st.session_state
    if opened or (query and browser.history_navigation()):
        follow_run(query.get(address.RUN, ""))
    says_nothing = address.RUN not in query and not address.asks_for_settings(query)
    if opened and says_nothing and (busy := _busy_run()):
        follow_run(busy.id)
    if not (followed := st.session_state[state.FOLLOWED_RUN]):
        return None
    store = services.store()
    try:
        _ = store.summary(followed).parts
        return store.get(followed)
    except RunError as error:
        follow_run("")
        show_warning(error)
        return None


def why_not_usable(status: Status) -> str:
    """Why the network of a run cannot be used yet, or nothing."""
    if status.state in WAITING_OR_ACTIVE:
        return "It can be used when the training has ended"
    return ""


def _busy_run() -> Run | None:
    jobs = services.jobs()
    return jobs.active() or next(iter(jobs.queue()), None)


def followed_run(run: Run) -> FollowedRun:
    """What the session knows of ``run``, up to now."""
    stories: dict[str, FollowedRun] = st.session_state.setdefault(_STORIES, {})
    known = stories.setdefault(run.id, FollowedRun(run))
    known.catch_up()
    return known


def snapshot_trace(run_id: str, step: int, version: int, image: FloatArray) -> tuple[Trace, bool]:
    """The reading of ``image`` with the weights of ``step``, and whether they are of a plain stack of LSTMs.

    Args:
        version: of the snapshot; see `Run.snapshot_version`.

    Raises:
        WeightsError: the snapshot is damaged.
    """
    weights = _snapshot(run_id, step, version)
    return read(weights, image), weights.is_plain


@st.cache_resource(show_spinner=False, max_entries=4)
def _snapshot(run_id: str, step: int, version: int) -> LstmWeights:
    return services.store().get(run_id).snapshot(step)
