"""The list of runs, and what can be done with one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.badges import BADGES
from dashboard.parts.messages import harmless, show_error, show_warning
from dashboard.parts.viewport import narrow
from dashboard.session import networks, services, state
from dashboard.train import followed_run, forms
from dashboard.train.next_steps import next_steps
from lstm_core.data.info import DATASETS
from lstm_core.errors import LstmError
from lstm_core.runs.index import RunSummary
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, Status
from lstm_core.settings.hyperparameters import HyperParameters

_TABLE = "runs-table"
_NEW_NAME = "runs-new-name"


@dataclass(frozen=True)
class Entry:
    """One line of the list, and the run it stands for."""

    summary: RunSummary
    name: str
    status: Status
    settings: HyperParameters
    line: dict[str, Any]

    @property
    def run(self) -> Run:
        return services.store().get(self.summary.id)


def entries() -> list[Entry]:
    """Every run that can be used, newest first."""
    services.jobs().refresh()
    store = services.store()
    return _entries(str(store.root), store.version)


@st.cache_resource(show_spinner=False, max_entries=1)
def _entries(root: str, version: int) -> list[Entry]:
    """Made once for each ``version`` of the list of runs."""
    return [_entry(summary) for summary in services.store().summaries() if not summary.problem]


def _entry(summary: RunSummary) -> Entry:
    identity, status, settings = summary.parts
    optimizer = f"{settings.optimizer} {settings.learning_rate:g}"
    line = {
        "Name": identity.name,
        "Accuracy": None if summary.accuracy is None else 100 * summary.accuracy,
        "State": _state(status),
        "Data": DATASETS[settings.dataset].title,
        "Layers": ", ".join(map(str, settings.units)),
        "Optimiser": optimizer,
        "Dropout": settings.dropout,
        "Batch": settings.batch_size,
        "Steps": status.step,
        "Seed": settings.seed,
        "Created": quantities.date(identity.created),
        "Size": summary.size / 1e6,
    }
    return Entry(summary, identity.name, status, settings, line)


def _state(status: Status) -> str:
    if status.state == "interrupted":
        return status.detail or "interrupted"
    return f"{status.state}, changed while training" if status.tweaked else status.state


def show_table(found: list[Entry]) -> Entry | None:
    """The list as a table that sorts; the entry with the cell that a click or the arrow keys chose."""
    event = st.dataframe(
        [entry.line for entry in found],
        hide_index=True,
        height="content" if len(found) <= 12 else 460,
        # Cells are chosen by their place: with other runs in the list, nothing is.
        key=f"{_TABLE}-{hash(tuple(entry.summary.id for entry in found))}",
        placeholder="–",
        on_select="rerun",
        selection_mode="single-cell",
        column_config={
            "Name": st.column_config.TextColumn(width=190 if narrow() else "medium"),
            "Accuracy": st.column_config.NumberColumn(format="%.2f %%", width=90, help="On the test images"),
            "Size": st.column_config.NumberColumn(format="%.1f MB", width="small"),
            "Dropout": st.column_config.NumberColumn(format="%g", width="small"),
        },
    )
    chosen = [row for row, _ in event["selection"]["cells"]]
    return found[chosen[0]] if chosen and chosen[0] < len(found) else None


def show_entry(entry: Entry) -> None:
    """What can be done with a run."""
    summary, status = entry.summary, entry.status
    with st.container(border=True, key="run-card"):
        st.markdown(f"#### {quantities.plain(entry.name)} &nbsp; {BADGES[status.state]}")
        if status.state in ("failed", "interrupted") and status.detail:
            show_warning(status.detail)
        damaged = networks.damage_of_weights(summary.id, summary.weights_version)
        for damage in filter(None, (summary.damage, damaged)):
            st.error(f"{harmless(damage)} The other runs are not affected.", icon=":material/broken_image:")
        with st.container(horizontal=True, key="run-actions"):
            _actions(entry)


def _actions(entry: Entry) -> None:
    run = entry.run
    if st.button("Open on Train", icon=":material/monitoring:", help="Its curves, result and controls"):
        followed_run.follow_run(run.id)
        st.switch_page("pages/train.py", query_params={"run": run.id})
    next_steps(run.id, key="runs")
    if st.button(
        "Train again with these settings",
        icon=":material/replay:",
        help="Fill the form of the Train page with its settings",
    ):
        forms.fill_with(entry.settings)
        followed_run.follow_run("")
        st.switch_page("pages/train.py")
    if st.button("Rename", icon=":material/edit:"):
        _rename(entry)
    why_not = {"queued": "It is waiting to be trained. Cancel it first."} | dict.fromkeys(
        ACTIVE, "It is being trained. Stop it first."
    )
    if st.button(
        "Delete",
        icon=":material/delete:",
        disabled=entry.status.state in why_not,
        help=why_not.get(entry.status.state, "You are asked once more before anything is deleted"),
    ):
        _delete(entry)


@st.dialog("Rename run")
def _rename(entry: Entry) -> None:
    name = st.text_input("Name", value=entry.name, max_chars=MAX_NAME, key=f"{_NEW_NAME}-{entry.summary.id}")
    _confirm("Rename", lambda: entry.run.rename(name))


@st.dialog("Delete run?")
def _delete(entry: Entry) -> None:
    st.markdown(
        f"**{quantities.plain(entry.name)}** with its weights, curves and snapshots "
        f"({entry.line['Size']:.1f} MB) will be deleted permanently."
    )

    def delete() -> None:
        services.store().delete(entry.run)
        if state.network() == entry.summary.id:
            state.choose_network("")
        followed_run.forget_run(entry.summary.id)

    _confirm("Delete permanently", delete)


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
