"""The panels of the Inside page in their order. Only the one that is open is imported and computed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import streamlit as st

from dashboard import subject as subjects
from dashboard.inside import cursor
from dashboard.messages import errors_shown

SECTION = "section"
"""Key of the widget, and name in the address."""


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        name: as the choice and the address say it.
        title: its heading.
        module: in this package; its ``show(subject)`` draws the panel.
        row: whether the row cursor moves through it.
    """

    name: str
    title: str
    module: str
    row: bool = False


PANELS = (
    Panel("gates", "Every gate and every state, row by row", "gates", row=True),
    Panel("arithmetic", "One unit's arithmetic, with its real numbers", "arithmetic", row=True),
    Panel("what decided", "What made it decide", "decided"),
    Panel("what if", "What if: change it and read again", "what_if"),
    Panel("two at once", "Two readings side by side", "two", row=True),
    Panel("while it learnt", "The same digit, read while the network learnt", "learnt"),
    Panel("alike", "Digits that look alike to the network", "alike", row=True),
    Panel("how far", "How far the network has to read", "how_far"),
)
_NAMES = [panel.name for panel in PANELS]


def choose() -> Panel:
    """The choice of panels; the one that is open."""
    name = st.pills(
        "Panels",
        _NAMES,
        default=_NAMES[0],
        required=True,
        key=SECTION,
        bind="query-params",
        wrap=False,
        label_visibility="collapsed",
    )
    return PANELS[_NAMES.index(name)]


def button_to(name: str, label: str, *, icon: str) -> None:
    """A button inside a panel that opens another one."""
    if st.button(label, icon=icon, on_click=_open, args=(name,), key=f"inside-to-{name}"):
        st.rerun()


def _open(name: str) -> None:
    st.session_state[SECTION] = name


@st.fragment
@errors_shown()
def show(panel: Panel) -> None:
    """The digit, the row cursor where the panel has one, and the panel."""
    looked_at = subjects.subject()
    with st.container(horizontal=True, vertical_alignment="center", key="above"):
        subjects.show(looked_at)
        if panel.row:
            with st.container(key="cursor"):
                cursor.choose(len(looked_at.image))
    importlib.import_module(f"dashboard.inside.{panel.module}").show(looked_at)
