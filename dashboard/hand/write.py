"""Write what is asked for, a few of each class, and keep each drawing with one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import cast

import streamlit as st

from dashboard.draw.canvas import canvas
from dashboard.hand.acting import act, show_problem
from dashboard.hand.asked import PER_CLASS, Asked, asked_next
from dashboard.hand.drawings import own_drawings
from dashboard.parts.messages import errors_shown
from dashboard.session import services, state
from dashboard.session.sheet import SIZE, Sheet
from lstm_core.data.info import thing_of

_WRITING = "hand-writing"


@dataclass
class _Writing:
    """What the session remembers of it.

    Attributes:
        sheet: the one that is written on.
        kept: identifiers of the drawings kept here, oldest first.
        skipped: classes that the person did not want to write.
        changed: whether the collection changed, which the rest of the page does not know yet.
    """

    sheet: Sheet = field(default_factory=lambda: Sheet(name="hand-canvas"))
    kept: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    changed: bool = False


def writing() -> _Writing:
    return cast(_Writing, st.session_state.setdefault(_WRITING, _Writing()))


def show_write(names: Sequence[str]) -> None:
    """The class that is asked for, a sheet, and the buttons; a stroke reruns only this.

    Args:
        names: of the classes, by label.
    """
    st.fragment(_write)(tuple(names))


@errors_shown()
def _write(names: tuple[str, ...]) -> None:
    now = writing()
    thing = thing_of(names)
    asked = asked_next(names, (one.label for one in own_drawings(names).kept), now.skipped)
    _show_asked(asked, thing)
    canvas(
        now.sheet,
        brush=st.session_state.get(state.BRUSH, 20),
        label=f"Drawing sheet: write {_named(thing, asked.name)} with the mouse, a pen or a finger.",
    )
    with st.container(horizontal=True, gap="xsmall", key="hand-tools"):
        st.button(
            "Keep, next",
            key="hand-keep",
            type="primary",
            shortcut="Ctrl+Enter",
            on_click=act,
            args=(_keep, asked.name, names),
            disabled=not now.sheet.strokes,
            help=f"Keep this drawing as {_named(thing, asked.name)} and go on (Ctrl + Enter)",
        )
        st.button(
            "Clear",
            key="hand-clear",
            shortcut="Delete",
            on_click=now.sheet.clear,
            disabled=not now.sheet.strokes,
            help="Start with a blank sheet (Delete)",
        )
        st.button(
            "Skip",
            key="hand-skip",
            on_click=_skip,
            args=(asked.name, names),
            help=f"Ask for another {thing} now, and for this one later",
        )
        st.button(
            "Undo stroke" if now.sheet.strokes or not now.kept else "Undo keep",
            key="hand-undo",
            shortcut="Ctrl+Z",
            on_click=act,
            args=(_undo,),
            disabled=not (now.sheet.strokes or now.kept),
            help="Remove the last stroke; on a blank sheet, take back what was kept last (Ctrl + Z)",
        )
    show_problem()
    if now.changed:
        now.changed = False
        st.rerun(scope="app")


def _show_asked(asked: Asked, thing: str) -> None:
    said = f"{asked.done} of {asked.of} written"
    if asked.complete:
        said = f"All {asked.of} are written, {PER_CLASS} of each. More helps, too"
    st.html(
        f'<p class="asked" role="status"><span>Now the {escape(thing)}</span> <b>{escape(asked.name)}</b>'
        f"<small>{escape(said)}.</small></p>"
    )
    st.progress(asked.done / asked.of)


def _named(thing: str, name: str) -> str:
    return f"the {thing} {name}"


def _keep(label: str, names: tuple[str, ...]) -> None:
    from lstm_core.drawing.pen_drawing import pen_drawing_of_canvas

    now = writing()
    drawing = pen_drawing_of_canvas({"objects": now.sheet.strokes}, (SIZE, SIZE))
    kept = services.own_hand().add(drawing, label, origin="written", classes=names)
    now.kept.append(kept.id)
    now.changed = True
    now.sheet.lay_out([])


def _skip(name: str, names: tuple[str, ...]) -> None:
    """Not this one now; when all were skipped, all are asked for again."""
    now = writing()
    now.skipped.append(name)
    if set(names) <= set(now.skipped):
        now.skipped.clear()
    now.sheet.lay_out([])


def _undo() -> None:
    """Take the last stroke off the sheet, or, from a blank one, the last drawing out of the collection."""
    now = writing()
    if now.sheet.strokes:
        now.sheet.undo()
        return
    hand = services.own_hand()
    there = hand.collection().drawings
    while now.kept:
        last = now.kept.pop()
        if last in there:
            hand.remove([last])
            now.changed = True
            now.sheet.lay_out(there[last].drawing.on_canvas(SIZE))
            return
