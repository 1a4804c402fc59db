"""The drawings that are kept, as a sheet of pictures: each can be called something else, or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.hand.acting import act
from dashboard.hand.drawings import as_split, own_drawings
from dashboard.hand.on_draw import open_on_draw
from dashboard.parts.gallery import gallery
from dashboard.parts.quantities import date, plain
from dashboard.session import services
from lstm_core.data.info import thing_of

if TYPE_CHECKING:
    from lstm_core.data.hand.kept_drawing import KeptDrawing
    from lstm_core.reading.weights import LstmWeights

_CHOSEN, _DELETED, _RELABEL = "hand-chosen", "hand-deleted", "hand-relabel"
MOST_SHOWN = 300

_WHY = {
    "written": "written here",
    "imported": "from a file",
    "confirmed": "read rightly on Draw",
    "corrected": "corrected on Draw",
}


def show_kept(weights: LstmWeights) -> None:
    """The sheet and what can be done with the drawing that is chosen in it."""
    names = weights.names
    kept = own_drawings(names).kept
    if not kept:
        st.caption("None yet. Write some above, or draw on Draw and say whether the verdict was right.")
        _actions(None, names)
        return
    newest = sorted(kept, key=lambda one: one.kept_at)[-MOST_SHOWN:]
    shown = sorted(newest, key=lambda one: (names.index(one.label), one.kept_at))
    chosen = st.session_state.get(_CHOSEN)
    at = next((number for number, one in enumerate(shown) if one.id == chosen), None)
    gallery(
        as_split(shown, weights).pixels(),
        [f"{one.label}, {_WHY[one.origin]} {date(one.kept_at)}" for one in shown],
        name="Your drawings",
        key="hand-kept",
        chosen=at,
        on_choose=lambda index: st.session_state.update({_CHOSEN: shown[index].id}),
        captions=[one.label for one in shown],
    )
    if len(shown) < len(kept):
        st.caption(f"The newest {len(shown):,} of {len(kept):,}.")
    _actions(None if at is None else shown[at], names)


def _actions(one: KeptDrawing | None, names: Sequence[str]) -> None:
    """Always in their place; they wait until a drawing is chosen."""
    choose = "Choose one of your drawings first"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="hand-actions"):
        st.menu_button(
            "It is …",
            list(names),
            key=_RELABEL,
            icon=":material/edit:",
            format_func=plain,
            on_click=_relabel,
            args=(one.id if one else "", tuple(names)),
            disabled=one is None,
            help="Say what this drawing shows" if one else choose,
        )
        st.button(
            "Delete",
            key="hand-delete",
            icon=":material/delete:",
            on_click=act,
            args=(_delete, one.id if one else ""),
            disabled=one is None,
            help="Delete this drawing; you can take that back" if one else choose,
        )
        opened = st.button(
            "Open on Draw",
            key="hand-open",
            icon=":material/draw:",
            disabled=one is None,
            help="Watch it being read row by row" if one else choose,
        )
        if opened and one:
            open_on_draw(one)
        deleted = st.session_state.get(_DELETED)
        if deleted in services.own_hand().collection().removed:
            st.button(
                "Undo delete",
                key="hand-restore",
                icon=":material/undo:",
                type="tertiary",
                on_click=act,
                args=(_restore, deleted),
            )
        st.caption(
            _about(one, thing_of(names)) if one else "Click a drawing, or go to it with the arrow keys."
        )


def _about(one: KeptDrawing, thing: str) -> str:
    read = f", then read as {plain(one.read_as)}" if one.read_as and one.read_as != one.label else ""
    return f"The {thing} **{plain(one.label)}**: {_WHY[one.origin]}{read}, {plain(date(one.kept_at))}."


def _relabel(drawing: str, names: tuple[str, ...]) -> None:
    label = st.session_state.get(_RELABEL)
    if label in names:
        act(services.own_hand().relabel, drawing, label)


def _delete(drawing: str) -> None:
    services.own_hand().remove([drawing])
    st.session_state[_DELETED] = drawing
    st.session_state.pop(_CHOSEN, None)


def _restore(drawing: str) -> None:
    services.own_hand().restore([drawing])
    st.session_state.pop(_DELETED, None)
    st.session_state[_CHOSEN] = drawing
