"""Which runs the list shows: by words, data set, state, tag and star; archived ones only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from dashboard.runs.entry import Entry

FEW = 5
"""As many runs are found without a filter."""

_WORDS, _DATA, _STATES, _TAGS = "runs-find", "runs-data", "runs-states", "runs-tags"
_STARRED, _ARCHIVED = "runs-starred", "runs-archived"
_KEYS = (_WORDS, _DATA, _STATES, _TAGS, _STARRED)


@dataclass(frozen=True)
class Filter:
    """What a run has to be; what is empty asks for nothing.

    Attributes:
        words: each stands in its name, note, tags, data or identifier, in small or capital letters.
        data, states: one of which it has.
        tags: all of which it has.
        starred: whether it has to have a star.
        archived: whether archived runs are shown too.
    """

    words: Sequence[str] = ()
    data: Sequence[str] = ()
    states: Sequence[str] = ()
    tags: Sequence[str] = field(default=())
    starred: bool = False
    archived: bool = False

    def lets(self, entry: Entry) -> bool:
        """Whether the run is shown."""
        marks = entry.marks
        return (
            (self.archived or not marks.archived)
            and (marks.starred or not self.starred)
            and (not self.data or entry.data in self.data)
            and (not self.states or entry.state in self.states)
            and set(self.tags) <= set(marks.tags)
            and all(word in entry.text for word in self.words)
        )


def filtered(found: Sequence[Entry]) -> list[Entry]:
    """The fields of the filter, where there is enough to filter, and the runs that it lets through."""
    archived = any(entry.marks.archived for entry in found)
    marked = any(entry.marks.tags or entry.marks.starred for entry in found)
    wanted = Filter()
    if len(found) > FEW or marked or archived:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs-filter"):
            wanted = _fields(found, archived)
    shown = [entry for entry in found if wanted.lets(entry)]
    if len(shown) < len(found):
        st.caption(f"{len(shown):,} of {len(found):,} runs are shown.")
    return shown


def _fields(found: Sequence[Entry], archived: bool) -> Filter:
    words = st.text_input(
        "Find",
        key=_WORDS,
        persist_state="session",
        placeholder="Words in name, note, tag or data",
        icon=":material/search:",
        width=300,
    )
    with st.popover("Filter", icon=":material/filter_alt:", key="runs-more"):
        data = _several("Data set", {entry.data for entry in found}, _DATA)
        states = _several("State", {entry.state for entry in found}, _STATES)
        tags = _several("Tags, all of them", {tag for entry in found for tag in entry.marks.tags}, _TAGS)
        starred = st.toggle("Only with a star", key=_STARRED, persist_state="session")
    shows = archived and st.toggle(
        "Archived too",
        key=_ARCHIVED,
        persist_state="session",
        help="Archived runs are kept and can be compared, but are out of the lists",
    )
    if words or data or states or tags or starred:
        st.button("Show all", icon=":material/close:", type="tertiary", on_click=_forget)
    return Filter(words.casefold().split(), data, states, tags, starred, bool(shows))


def _several(label: str, options: set[str], key: str) -> list[str]:
    there = sorted(options, key=str.casefold)
    if set(st.session_state.get(key, ())) - options:  # such as the tag of a run that was deleted
        st.session_state[key] = [one for one in st.session_state[key] if one in options]
    return st.multiselect(label, there, key=key, persist_state="session", disabled=not there)


def _forget() -> None:
    for key in _KEYS:
        st.session_state[key] = {_WORDS: "", _STARRED: False}.get(key, [])
