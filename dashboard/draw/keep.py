"""Was the verdict right? The drawing is kept in the person's collection with what it shows, if they like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.parts.quantities import plain
from dashboard.session import services
from dashboard.session.sheet import SIZE, current_sheet
from lstm_core.errors import LstmError

if TYPE_CHECKING:
    from lstm_core.data.hand.kept_drawing import Origin
    from lstm_core.reading.verdict import Verdict

_KEPT, _PROBLEM = "draw-kept", "draw-keep-problem"
_CHOICE, _FIRST = "draw-keep-choice", "draw-keep-first"

_ALONE = "Draw one by itself: only a drawing of one digit can be kept"
_UNCLEAR = "There is no clear verdict. Say what it is"


@dataclass(frozen=True)
class _Kept:
    """The drawing that the session kept last: which one it is, and what was on the sheet."""

    id: str
    strokes: str


def show_keep(verdict: Verdict, names: Sequence[str], *, alone: bool) -> None:
    """Two buttons that keep the drawing, or that it was kept, in the same place.

    Args:
        verdict: what the drawing on the sheet reads as.
        names: of the network's classes, by label.
        alone: whether it is one digit and not several.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="draw-keep"):
        if label := _kept_label():
            _show_kept(label)
        else:
            _offer(verdict, names, alone=alone)
    if problem := st.session_state.pop(_PROBLEM, ""):
        show_error(problem)


def _offer(verdict: Verdict, names: Sequence[str], *, alone: bool) -> None:
    said = verdict.called(verdict.label)
    clear = verdict.is_clear and alone
    st.button(
        "That was right",
        key=_FIRST,
        icon=":material/check:",
        type="tertiary",
        on_click=_keep,
        args=("confirmed", said, said, tuple(names)),
        disabled=not clear,
        help="Keep this drawing in your hand, as what it reads as"
        if clear
        else _UNCLEAR
        if alone
        else _ALONE,
    )
    st.menu_button(
        "That was wrong, it is …",
        list(names),
        key=_CHOICE,
        icon=":material/edit:",
        type="tertiary",
        format_func=plain,
        on_click=_keep_corrected,
        args=(said, tuple(names)),
        disabled=not alone,
        help="Keep this drawing in your hand, as what it is" if alone else _ALONE,
    )


def _show_kept(label: str) -> None:
    from lstm_core.reading.verdict import with_article

    count = len(services.own_hand().collection().drawings)
    drawings = "1 drawing" if count == 1 else f"{count:,} drawings"
    # Where "That was right" was, with a tooltip as well: so it is the same element, and keeps the focus.
    st.button(
        "Undo keep",
        key=_FIRST,
        icon=":material/undo:",
        type="tertiary",
        on_click=_undo,
        help="Take this drawing out of your hand again",
    )
    st.html(
        f'<p role="status">Kept as {escape(with_article(label))} in your hand ({drawings}).</p>',
        width="content",
    )
    st.page_link("pages/hand.py", label="Teach it your hand", icon=":material/gesture:")


def _keep_corrected(read_as: str, names: tuple[str, ...]) -> None:
    label = st.session_state.get(_CHOICE)
    if label in names:
        _keep("confirmed" if label == read_as else "corrected", str(label), read_as, names)


def _keep(origin: Origin, label: str, read_as: str, names: tuple[str, ...]) -> None:
    from lstm_core.drawing.pen_drawing import pen_drawing_of_canvas

    try:
        drawing = pen_drawing_of_canvas({"objects": current_sheet().strokes}, (SIZE, SIZE))
        kept = services.own_hand().add(drawing, label, origin=origin, read_as=read_as, classes=names)
    except LstmError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_KEPT] = _Kept(kept.id, _strokes())


def _undo() -> None:
    kept: _Kept | None = st.session_state.pop(_KEPT, None)
    if kept is None:
        return
    try:
        services.own_hand().remove([kept.id])
    except LstmError as error:
        st.session_state[_PROBLEM] = str(error)


def _kept_label() -> str:
    """What the drawing on the sheet was kept as; nothing while it is not kept. Raises `StorageError`."""
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is None or kept.strokes != _strokes():
        return ""
    found = services.own_hand().collection().drawings.get(kept.id)
    return found.label if found else ""


def _strokes() -> str:
    """The same for the same drawing on the sheet."""
    paths = [shape.get("path") for shape in current_sheet().strokes]
    return hashlib.sha256(json.dumps(paths).encode()).hexdigest()
