"""The list of runs as a table, in which one is looked at and several are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.parts.ticked_table import ticked_table, ticks
from dashboard.parts.viewport import narrow
from dashboard.runs.entry import Entry

TABLE = "runs-table"
"""Key of the table, and of its ticks."""


@dataclass(frozen=True)
class Choice:
    """What is chosen in the list.

    Attributes:
        shown: the run with the cell that a click or the arrow keys chose.
        chosen: those with a tick, in the order of the list; then those that the filter hides.
        hidden: how many of them it hides.
    """

    shown: Entry | None
    chosen: list[Entry]
    hidden: int = 0


def show_table(found: Sequence[Entry], every: Sequence[Entry]) -> Choice:
    """The list as a table that sorts.

    Args:
        found: the runs that the filter lets through; at least one.
        every: all runs, in their order; a run keeps its tick while the filter hides it.
    """
    by_id = {entry.id: entry for entry in every}
    table = ticked_table(
        [entry.line for entry in found],
        [entry.id for entry in found],
        key=TABLE,
        there=_can_be_ticked(found, every),
        alt="The runs",
        column_order=_columns(every),
        column_config={
            "★": st.column_config.TextColumn(width=32),
            "Name": st.column_config.TextColumn(width=190 if narrow() else 255),
            "State": st.column_config.TextColumn(
                width=148, help="Changed: a person changed a setting while it trained, or extended it"
            ),
            "Accuracy": st.column_config.NumberColumn(format="%.2f %%", width=90, help="On the test images"),
            "Tags": st.column_config.ListColumn(width="small"),
            "Size": st.column_config.NumberColumn(format="%.1f MB", width=72),
            "Dropout": st.column_config.NumberColumn(format="%g", width=66),
        },
    )
    shown = None if table.touched is None else found[table.touched]
    return Choice(shown, [by_id[one] for one in table.ids], table.hidden)


def hidden_choice(every: Sequence[Entry]) -> Choice:
    """The runs with a tick while the filter hides all of them."""
    chosen = [entry for entry in every if entry.id in ticks(TABLE) and not entry.marks.archived]
    return Choice(None, chosen, len(chosen))


def _can_be_ticked(found: Sequence[Entry], every: Sequence[Entry]) -> set[str]:
    """What is put into the archive, and so out of the list, loses its tick."""
    return {entry.id for entry in every if not entry.marks.archived} | {entry.id for entry in found}


def _columns(every: Sequence[Entry]) -> list[str]:
    """Without those that are empty for every run, whichever of them the filter shows."""
    empty = {
        "★": not any(entry.marks.starred for entry in every),
        "Tags": not any(entry.marks.tags for entry in every),
    }
    return [name for name in every[0].line if not empty.get(name)]
