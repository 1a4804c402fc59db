"""A training that teaches somebody's hand: where it stands, then what it changed, and the ways on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.hand.before_and_after import show_before_and_after
from dashboard.parts.messages import errors_shown, harmless, show_warning
from dashboard.parts.quantities import plain
from dashboard.session import networks, services, state
from dashboard.session.ways import go
from dashboard.train import followed_run, training_view
from dashboard.train.followed_run import FollowedRun
from dashboard.train.next_steps import next_steps
from lstm_core.errors import LstmError
from lstm_core.reading.percents import accuracy
from lstm_core.runs.status import WAITING_OR_ACTIVE

if TYPE_CHECKING:
    from lstm_core.runs.run import Run
    from lstm_core.runs.taught import Teaching

LOOK_SECONDS = 0.6


def show_taught(run: Run) -> None:
    """Its progress while it waits and trains; afterwards what the drawings changed. Raises `RunDamaged`."""
    from lstm_core.runs.taught import teaching_of

    followed = followed_run.followed_run(run)
    busy = followed.status().state in WAITING_OR_ACTIVE
    st.fragment(_progress, run_every=LOOK_SECONDS if busy else None)(followed, busy)
    if busy or not run.has_weights:
        return
    teaching = teaching_of(run)
    if teaching is None:
        return
    _figures(teaching, finished=run.status.state == "finished")
    with st.container(horizontal=True, gap="small", key="hand-next"):
        next_steps(run.id, key="taught")
        _way_back(run, teaching)
    show_before_and_after(run)


@errors_shown()
def _progress(followed: FollowedRun, busy: bool) -> None:
    """Rests when the training has ended; asks for one run of the page then, which shows the result."""
    run = followed.run
    services.store().get(run.id)  # says plainly that it was deleted elsewhere
    status = followed.status()
    if (status.state in WAITING_OR_ACTIVE) != busy:
        st.rerun()
    with st.container(key="training-strip"):
        training_view.show_progress(run, followed.catch_up(), status)
    with st.container(horizontal=True, gap="small", key="hand-training"):
        if busy and st.button(
            "Stop", key="hand-stop", icon=":material/stop:", help="End here. What it has learnt is kept."
        ):
            services.jobs().cancel(run)
            st.rerun()
        if st.button(
            f"“{plain(run.name)}” on Train",
            key="hand-train",
            icon=":material/monitoring:",
            type="tertiary",
            help="Its curves, result and controls",
        ):
            followed_run.follow_run(run.id)
            go("pages/train.py", run=run.id)


def _figures(teaching: Teaching, *, finished: bool) -> None:
    """Before and after, on drawings that it was not taught and on the test images."""
    lines = []
    if own := teaching.own:
        lines.append(
            (
                f"Your drawings kept back ({own.of:,})",
                f"{own.right_before:,} right",
                f"{own.right_after:,} right",
            )
        )
    if test := teaching.test:
        before, after = accuracy(test.accuracy_before), accuracy(test.accuracy_after)
        lines.append((f"{test.dataset}, {test.images:,} test images", before, after))
    if lines:
        body = "".join(
            f'<tr><th scope="row">{escape(what)}</th><td>{escape(before)}</td><td>{escape(after)}</td></tr>'
            for what, before, after in lines
        )
        st.html(
            '<table class="hand-figures"><caption>Read rightly before and after it was taught</caption>'
            '<thead><tr><td></td><th scope="col">before</th><th scope="col">after</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
    if teaching.own:
        kept_back = "1 drawing was" if teaching.own.of == 1 else f"{teaching.own.of:,} drawings were"
        st.caption(
            f"To measure, {kept_back} kept back from a twin of the network, which learnt the others. The "
            f"network itself learnt all {teaching.drawings:,}."
        )
    elif teaching.without:
        show_warning(teaching.without, icon="info")
    elif finished:
        st.caption(
            "None of your drawings was kept back to measure with: that takes three of one class at least."
        )
    else:
        st.caption("It ended before the drawings kept back were read, so its gain is not known.")


def _way_back(run: Run, teaching: Teaching) -> None:
    """While the taught network reads, one click brings back the one it was taught from."""
    if state.network() != run.id:
        return
    try:
        networks.network(teaching.parent)
    except LstmError:
        return
    st.button(
        "Back to the network before",
        key="hand-back",
        icon=":material/undo:",
        on_click=state.choose_network,
        args=(teaching.parent,),
        help=harmless(f"Let “{teaching.parent_name}” read again"),
    )
