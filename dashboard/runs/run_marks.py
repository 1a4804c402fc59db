"""What a person notes of a run: a star, tags, a note, and whether it is archived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.runs.entry import Entry, entries
from dashboard.session import state
from lstm_core.errors import InvalidValue, LstmError
from lstm_core.runs.marks import MAX_NOTE, MAX_TAGS, change_marks, checked_tags, shown_note

_TAGS, _NOTE = "run-tags", "run-note"


def star_button(entry: Entry) -> None:
    """Gives a star, or takes it away."""
    starred = entry.marks.starred
    label = "Take the star away" if starred else "Give it a star"
    if st.button(label, icon=":material/star:", key="run-star"):
        note([entry], starred=not starred)


def archive_button(entry: Entry) -> None:
    """Takes a run out of the lists, or brings it back."""
    archived = entry.marks.archived
    about = "It is listed again" if archived else "It is kept, but out of the lists. You can bring it back."
    label, icon = ("Bring back", "unarchive") if archived else ("Archive", "archive")
    if st.button(label, icon=f":material/{icon}:", key="run-archive", help=about):
        note([entry], archived=not archived)


def show_marks(entry: Entry) -> None:
    """Tags and note, which are kept as soon as a field is left."""
    marks = entry.marks
    left, right = st.columns([2, 3], gap="medium")
    with left:
        tags = st.multiselect(
            "Tags",
            sorted({*known_tags(), *marks.tags}, key=str.casefold),
            default=list(marks.tags),
            key=f"{_TAGS}-{entry.id}-{','.join(marks.tags)}",
            accept_new_options=True,
            max_selections=MAX_TAGS,
            placeholder="Choose or write one",
        )
    with right:
        said = st.text_area(
            "Note",
            value=marks.note,
            key=f"{_NOTE}-{entry.id}-{hash(marks.note)}",
            height=68,
            max_chars=MAX_NOTE,
            placeholder="What you want to remember about this run",
        )
    # With each change come new fields, so that none holds what another tab has changed meanwhile.
    try:
        kept = checked_tags(tags)
    except InvalidValue as error:
        show_error(error)
        return
    if kept != marks.tags:
        note([entry], tags=kept)
    if shown_note(said) != marks.note:
        note([entry], note=said)


def known_tags() -> list[str]:
    """Tags of all runs, in the order of the alphabet."""
    return sorted({tag for entry in entries() for tag in entry.marks.tags}, key=str.casefold)


def note(chosen: Sequence[Entry], **changes: Any) -> None:
    """Note the same of every run, and show the page anew; or say what is wrong."""
    try:
        for entry in chosen:
            change_marks(entry.run, **changes)
            if changes.get("archived") and state.network() == entry.id:
                state.choose_network("")
    except LstmError as error:
        show_error(error)
    else:
        st.rerun()
