"""The list of runs, and what can be done with one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.badges import BADGES
from dashboard.parts.messages import harmless, show_error, show_warning
from dashboard.session import networks, services, state
from dashboard.train import followed_run, forms
from lstm_core.data.info import DATASETS
from lstm_core.errors import LstmError, RunDamaged
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, Status

_TABLE = "runs-table"
_NEW_NAME = "runs-new-name"


@dataclass(frozen=True)
class Entry:
    """One line of the list, read once; ``damage`` says which of its files cannot be read."""

    run: Run
    name: str
    status: Status
    damage: str
    line: dict[str, Any]


def entries() -> list[Entry]:
    """Every readable run, newest first."""
    services.jobs().refresh()
    found = []
    for run in services.store().list():
        try:
            found.append(_entry(run))
        except (LstmError, OSError):  # deleted or damaged since it was listed
            continue
    return found


def _entry(run: Run) -> Entry:
    identity, status, settings = run.identity, run.status, run.hyperparameters
    try:
        result, damage = run.result(), ""
    except RunDamaged as error:
        result, damage = None, str(error)
    optimizer = f"{settings.optimizer} {settings.learning_rate:g}"
    line = {
        "Name": identity.name,
        "State": _state(status),
        "Accuracy": 100 * result.accuracy if result else None,
        "Data": DATASETS[settings.dataset].title,
        "Layers": ", ".join(map(str, settings.units)),
        "Optimiser": optimizer,
        "Dropout": settings.dropout,
        "Batch": settings.batch_size,
        "Steps": status.step,
        "Seed": settings.seed,
        "Created": quantities.date(identity.created),
        "Size": run.size() / 1e6,
    }
    return Entry(run, identity.name, status, damage, line)


def _state(status: Status) -> str:
    if status.state == "interrupted":
        return status.detail or "interrupted"
    return f"{status.state}, tweaked" if status.tweaked else status.state


def show_table(found: list[Entry]) -> Entry | None:
    """The list as a table that sorts; the entry whose line is chosen."""
    event = st.dataframe(
        [entry.line for entry in found],
        hide_index=True,
        height="content" if len(found) <= 12 else 460,
        # Lines are chosen by their place: with other runs in the list, nothing is.
        key=f"{_TABLE}-{'-'.join(entry.run.id for entry in found)}",
        placeholder="–",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Name": st.column_config.TextColumn(width="medium", pinned=True),
            "Accuracy": st.column_config.NumberColumn(format="%.2f %%", help="On the test images"),
            "Size": st.column_config.NumberColumn(format="%.1f MB", width="small"),
            "Dropout": st.column_config.NumberColumn(format="%g", width="small"),
        },
    )
    chosen = event["selection"]["rows"]
    return found[chosen[0]] if chosen and chosen[0] < len(found) else None


def show_entry(entry: Entry) -> None:
    """What can be done with a run."""
    run, status = entry.run, entry.status
    with st.container(border=True, key="run-card"):
        st.markdown(f"#### {quantities.plain(entry.name)} &nbsp; {BADGES[status.state]}")
        if status.state in ("failed", "interrupted") and status.detail:
            show_warning(status.detail)
        damaged = networks.damage_of_weights(run)
        for damage in filter(None, (entry.damage, damaged)):
            st.error(f"{harmless(damage)} The other runs are not affected.", icon=":material/broken_image:")
        with st.container(horizontal=True, key="run-actions"):
            _actions(entry, readable=run.has_weights and not damaged)


def _actions(entry: Entry, *, readable: bool) -> None:
    run = entry.run
    if st.button("Open on Train", icon=":material/monitoring:", help="Its curves, result and controls"):
        followed_run.follow_run(run.id)
        st.switch_page("pages/train.py", query_params={"run": run.id})
    if st.button(
        "Draw with it",
        icon=":material/draw:",
        disabled=not readable,
        help="Let this network read what you draw" if readable else "It has no weights that can be read",
    ):
        state.choose_network(run.id)
        st.switch_page("pages/draw.py")
    if st.button(
        "Train again with these settings",
        icon=":material/replay:",
        help="Fill the form of the Train page with its settings",
    ):
        forms.fill_with(run.hyperparameters)
        followed_run.follow_run("")
        st.switch_page("pages/train.py")
    if st.button("Rename", icon=":material/edit:"):
        _rename(entry)
    busy = entry.status.state in ACTIVE
    if st.button(
        "Delete",
        icon=":material/delete:",
        disabled=busy,
        help="It is being trained; stop it first" if busy else "Asks before it does",
    ):
        _delete(entry)


@st.dialog("Rename run")
def _rename(entry: Entry) -> None:
    name = st.text_input("Name", value=entry.name, max_chars=MAX_NAME, key=f"{_NEW_NAME}-{entry.run.id}")
    _confirm("Rename", lambda: entry.run.rename(name))


@st.dialog("Delete run?")
def _delete(entry: Entry) -> None:
    st.markdown(
        f"**{quantities.plain(entry.name)}** with its weights, curves and snapshots "
        f"({entry.line['Size']:.1f} MB) will be gone for good."
    )

    def delete() -> None:
        services.store().delete(entry.run)
        if state.network() == entry.run.id:
            state.choose_network("")
        followed_run.forget_run(entry.run.id)

    _confirm("Delete for good", delete)


def _confirm(label: str, act: Callable[[], None]) -> None:
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
