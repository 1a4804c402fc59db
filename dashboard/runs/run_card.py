"""What can be done with one run of the list."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.badges import BADGES, BROUGHT_IN
from dashboard.parts.messages import harmless, show_error, show_warning
from dashboard.runs.entry import Entry
from dashboard.runs.run_marks import archive_button, show_marks, star_button
from dashboard.runs.take_away import take_away
from dashboard.session import networks, services, state
from dashboard.session.ways import go
from dashboard.train import followed_run, forms
from dashboard.train.next_steps import next_steps
from lstm_core.errors import LstmError
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.status import ACTIVE

_NEW_NAME = "runs-new-name"


def show_entry(entry: Entry) -> None:
    """The run, what was noted of it, and what can be done with it."""
    summary, status = entry.summary, entry.status
    with st.container(border=True, key="run-card"):
        badge = BROUGHT_IN if entry.brought_in else BADGES[status.state]
        archived = " :gray-badge[:material/inventory_2: archived]" if entry.marks.archived else ""
        st.markdown(f"#### {quantities.plain(entry.name)} &nbsp; {badge}{archived}")
        if status.state in ("failed", "interrupted") and status.detail:
            show_warning(status.detail)
        damaged = networks.damage_of_weights(summary.id, summary.weights_version)
        for damage in filter(None, (summary.damage, damaged)):
            st.error(f"{harmless(damage)} The other runs are not affected.", icon=":material/broken_image:")
        with st.container(horizontal=True, key="run-actions"):
            _actions(entry)
        if summary.weights_version:
            with st.container(horizontal=True, key="run-files"):
                take_away(entry.run, damaged)
        show_marks(entry)


def _actions(entry: Entry) -> None:
    run = entry.run
    about = "Where it comes from" if entry.brought_in else "Its curves, result and controls"
    if st.button("Open on Train", icon=":material/monitoring:", help=about):
        followed_run.follow_run(run.id)
        go("pages/train.py", run=run.id)
    next_steps(run.id, key="runs")
    from_scratch = not entry.brought_in and not entry.settings.fine_tuning
    if from_scratch and st.button(
        "Fill the form with its settings",
        icon=":material/edit_note:",
        help="The Train page opens with them. Change what you like there, then press Train.",
    ):
        forms.fill_with(entry.settings)
        followed_run.follow_run("")
        go("pages/train.py")
    star_button(entry)
    if st.button("Rename", icon=":material/edit:"):
        _rename(entry)
    archive_button(entry)
    why_not = why_not_deleted(entry)
    if st.button(
        "Delete",
        icon=":material/delete:",
        disabled=bool(why_not),
        help=why_not or "You are asked once more before anything is deleted",
    ):
        _delete(entry)


def why_not_deleted(entry: Entry) -> str:
    """Why a run cannot be deleted now, or nothing."""
    if entry.status.state == "queued":
        return "It is waiting to be trained. Cancel it first."
    return "It is being trained. Stop it first." if entry.status.state in ACTIVE else ""


def delete(entry: Entry) -> None:
    """Delete a run for good, and forget it in this session. Raises what `RunStore.delete` raises."""
    services.store().delete(entry.run)
    if state.network() == entry.id:
        state.choose_network("")
    followed_run.forget_run(entry.id)


@st.dialog("Rename run")
def _rename(entry: Entry) -> None:
    name = st.text_input("Name", value=entry.name, max_chars=MAX_NAME, key=f"{_NEW_NAME}-{entry.id}")
    confirm("Rename", lambda: entry.run.rename(name))


@st.dialog("Delete run?")
def _delete(entry: Entry) -> None:
    st.markdown(
        f"**{quantities.plain(entry.name)}** with its weights, curves and snapshots "
        f"({entry.line['Size']:.1f} MB) will be deleted permanently."
    )
    confirm("Delete permanently", lambda: delete(entry))


def confirm(label: str, act: Callable[[], None]) -> None:
    """Buttons at the end of a dialog, which is closed once ``act`` went well."""
    with st.container(horizontal=True):
        sure = st.button(label, type="primary", key=f"confirm-{label}")
        if st.button("Cancel", key=f"not-{label}"):
            st.rerun()
    if not sure:
        return
    try:
        act()
    except (LstmError, OSError) as error:
        show_error(error)
    else:
        st.rerun()
