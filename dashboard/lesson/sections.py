"""The sections of the lesson in their order, and the ways from one to another.

Streamlit keeps the chosen section in the address, ``?section=forget+gate``, so that a link and a reload
find it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from dashboard.lesson.cell_state import cell_state
from dashboard.lesson.five_questions import five_questions
from dashboard.lesson.forget_gate import forget_gate
from dashboard.lesson.input_gate import input_gate
from dashboard.lesson.many_layers import many_layers
from dashboard.lesson.output_gate import output_gate
from dashboard.lesson.outputs_and_states import outputs_and_states
from dashboard.lesson.recurrence import recurrence
from dashboard.lesson.regression import regression
from dashboard.lesson.shared_weights import shared_weights
from dashboard.lesson.training_step import training_step
from dashboard.lesson.what_changes import what_changes
from dashboard.lesson.words import words
from dashboard.session.hidden import shown
from dashboard.session.ways import arrive_in_lesson

SECTION = "section"
"""Key of the widget, and name in the address."""

_TO_THE_TOP = """
let last = null;
export default function ({ data }) {
  if (last !== null && last !== data.section) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  }
  last = data.section;
  const chosen = document.querySelector('.st-key-section [aria-checked="true"]');
  chosen?.parentElement?.scrollTo({ left: chosen.offsetLeft - 24 });
}
"""


@dataclass(frozen=True)
class Section:
    """One section of the lesson.

    Attributes:
        name: as the table of contents and the address say it.
        title: its heading.
        show: a fragment, so that its sliders rerun nothing else.
    """

    name: str
    title: str
    show: Callable[[], None]


SECTIONS = (
    Section("five questions", "Five questions, answered in short", five_questions),
    Section("recurrence", "A recurrent network, and why it forgets", recurrence),
    Section("forget gate", "The forget gate: what to keep", forget_gate),
    Section("input gate", "The input gate and the candidate: what to write", input_gate),
    Section("cell state", "The cell state: keep and add", cell_state),
    Section("output gate", "The output gate: what to show", output_gate),
    Section("many layers", "Many layers, unrolled over the rows", many_layers),
    Section("outputs and states", "Outputs and states", outputs_and_states),
    Section("shared weights", "Shared weights: what [cell] * n does", shared_weights),
    Section("training step", "What one training step does", training_step),
    Section("what changes", "What does it change? Dropout, layers, weights, supervised rows", what_changes),
    Section("regression", "A number for every row: many to many", regression),
    Section("words", "Words: what each of them means", words),
)
_NAMES = [section.name for section in SECTIONS]


def choose_section() -> Section:
    """The table of contents, without what a link hides; the section that is open."""
    names = shown(_NAMES)
    arrive_in_lesson()
    name = st.pills(
        "Sections of the lesson",
        names,
        default=names[0],
        required=True,
        key=SECTION,
        bind="query-params",
        wrap=True,
        label_visibility="collapsed",
    )
    _to_the_top()(data={"section": name}, key="to-the-top", height=0)
    return SECTIONS[_NAMES.index(name)]


def show_heading(section: Section) -> None:
    """The section's number and title."""
    number = SECTIONS.index(section) + 1
    st.header(f"{number} · {section.title}", anchor=False)


def show_neighbours(section: Section) -> None:
    """Buttons to the section before and the one after."""
    there = [SECTIONS[_NAMES.index(name)] for name in shown(_NAMES)]
    at = there.index(section)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        if at:
            _button(there[at - 1], "Previous", ":material/arrow_back:", "left")
        if at + 1 < len(there):
            _button(there[at + 1], "Next", ":material/arrow_forward:", "right")


def _button(section: Section, direction: str, icon: str, side: Any) -> None:
    st.button(
        f"{direction}: {section.name}",
        icon=icon,
        icon_position=side,
        on_click=_open,
        args=(section.name,),
        help=section.title.replace("[", "\\[").replace("*", "\\*"),
        key=f"learn-{direction.lower()}",
    )


def _open(name: str) -> None:
    st.session_state[SECTION] = name


@cache
def _to_the_top() -> Any:
    return st.components.v2.component("row_by_row_to_the_top", js=_TO_THE_TOP)
