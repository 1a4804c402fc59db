"""What can be done with several runs at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.messages import show_error
from dashboard.parts.ticked_table import untick
from dashboard.runs.entry import Entry
from dashboard.runs.run_card import confirm, delete, why_not_deleted
from dashboard.runs.run_list import TABLE
from dashboard.runs.run_marks import known_tags, note
from dashboard.session import compared
from lstm_core.errors import LstmError
from lstm_core.runs.marks import change_marks

_NEW_TAG = "runs-new-tag"
_NAMED = 10
"""Runs that the question before deleting names."""

_ONE = "A comparison needs at least two runs: tick another one."


def show_chosen(chosen: Sequence[Entry], hidden: int = 0) -> None:
    """A line of buttons for the runs that have a tick; nothing where none has.

    Args:
        chosen: the runs.
        hidden: how many of them the list does not show now.
    """
    if not chosen:
        return
    runs = "1 run" if len(chosen) == 1 else f"{len(chosen)} runs"
    _say(len(chosen), hidden)
    with st.container(horizontal=True, vertical_alignment="center", key="runs-chosen-actions"):
        why_not = compared.why_not(len(chosen), _ONE)
        if st.button(
            f"Compare {runs}",
            icon=":material/difference:",
            type="primary",
            disabled=bool(why_not),
            help=why_not or "Settings, curves and results beside each other",
        ):
            compared.leave_for_compare([entry.id for entry in chosen])
        starred = all(entry.marks.starred for entry in chosen)
        if st.button("Take the stars away" if starred else "Give stars", icon=":material/star:"):
            note(chosen, starred=not starred)
        with st.popover("Add a tag", icon=":material/label:"):
            _tag(chosen)
        archived = all(entry.marks.archived for entry in chosen)
        label, icon = ("Bring back all", "unarchive") if archived else ("Archive all", "archive")
        if st.button(label, icon=f":material/{icon}:"):
            note(chosen, archived=not archived)
        why_not = next(filter(None, map(why_not_deleted, chosen)), "")
        if st.button(
            f"Delete {runs}", icon=":material/delete:", disabled=bool(why_not), help=why_not or None
        ):
            _delete(chosen, runs)


def _say(count: int, hidden: int) -> None:
    """How many are ticked and not seen, and what a comparison still needs."""
    said = [_ONE] if count == 1 else []
    if hidden:
        those = "1 ticked run is" if hidden == 1 else f"{hidden} ticked runs are"
        said.insert(0, f"{those} hidden by the filter. The buttons are for {_those(count)}.")
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="runs-ticked"):
        st.caption(" ".join(said), width="content")
        if hidden:
            st.button(
                "Take all ticks away",
                icon=":material/close:",
                type="tertiary",
                on_click=untick,
                args=(TABLE,),
            )


def _those(count: int) -> str:
    return "it" if count == 1 else f"all {count}, hidden ones included"


def _tag(chosen: Sequence[Entry]) -> None:
    tag = st.selectbox(
        "Tag",
        known_tags(),
        index=None,
        key=_NEW_TAG,
        accept_new_options=True,
        placeholder="Choose or write one",
    )
    if not st.button("Add it", disabled=not tag) or not tag:
        return
    try:
        for entry in chosen:
            change_marks(entry.run, tags=[*entry.marks.tags, tag])
    except LstmError as error:
        show_error(error)
    else:
        st.rerun()


@st.dialog("Delete several runs?")
def _delete(chosen: Sequence[Entry], runs: str) -> None:
    size = sum(entry.line["Size"] for entry in chosen)
    st.markdown(f"**{runs}** with weights, curves and snapshots ({size:.1f} MB) will be deleted permanently.")
    named = [quantities.plain(entry.name) for entry in chosen]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    st.caption(", ".join(named[:_NAMED]) + more)

    def delete_all() -> None:
        for entry in chosen:
            delete(entry)

    confirm("Delete all permanently", delete_all)
