"""The training that failed or was interrupted last, said when the Train page is opened again.

Only while nothing ended since: an interruption of last week is old news once another training was finished.
What was looked at or put away is remembered by the session alone.
"""

from __future__ import annotations

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown, harmless
from dashboard.session import services
from dashboard.train import followed_run
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE, Status

_SEEN = "train-interruptions-seen"


def show_interrupted(shown: str = "") -> None:
    """The run that was interrupted or failed last, with what can be done about it; or nothing.

    Args:
        shown: the run the page shows, which tells of itself.
    """
    if not (found := _last_ended()):
        return
    status, run = found
    if status.state not in ("interrupted", "failed") or _key(status, run) in _seen():
        return
    if run.id == shown:
        _see(status, run)
        return
    with errors_shown(), st.container(border=True, gap="xsmall", key="interrupted"):
        st.markdown(_said(status, run))
        with st.container(horizontal=True, key="interrupted-buttons"):
            _buttons(status, run)


def _last_ended() -> tuple[Status, Run] | None:
    store = services.store()
    ended = [
        (summary.status.since, summary.id, summary.status)
        for summary in store.summaries()
        if summary.status and not summary.problem and summary.status.state not in WAITING_OR_ACTIVE
    ]
    if not ended:
        return None
    _, run_id, status = max(ended, key=lambda found: found[:2])
    return status, store.get(run_id)


def _said(status: Status, run: Run) -> str:
    name = quantities.plain(run.name)
    if status.state == "interrupted":
        return f":material/power_off: **Training of {name} was {harmless(status.detail or 'interrupted')}.**"
    return f":material/error: **Training of {name} failed.** {harmless(status.detail)}"


def _buttons(status: Status, run: Run) -> None:
    where_from = "Go on from the last checkpoint" if run.has_checkpoint else "Start over from the first step"
    if st.button(
        "Continue",
        icon=":material/play_arrow:",
        type="tertiary",
        key="interrupted-continue",
        help=where_from,
    ):
        services.jobs().resume(run)
        _open(status, run)
    if st.button("Open", icon=":material/open_in_full:", type="tertiary", key="interrupted-open"):
        _open(status, run)
    st.button("Dismiss", icon=":material/close:", type="tertiary", on_click=_see, args=(status, run))


def _open(status: Status, run: Run) -> None:
    _see(status, run)
    followed_run.follow_run(run.id)
    st.rerun()


def _key(status: Status, run: Run) -> tuple[str, float]:
    return run.id, status.since


def _seen() -> set[tuple[str, float]]:
    seen: set[tuple[str, float]] = st.session_state.setdefault(_SEEN, set())
    return seen


def _see(status: Status, run: Run) -> None:
    _seen().add(_key(status, run))
