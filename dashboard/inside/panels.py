"""The panels of the Inside page in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.inside import cursor
from dashboard.inside.alike import show_alike
from dashboard.inside.arithmetic import show_arithmetic
from dashboard.inside.cell import show_cell
from dashboard.inside.gates import show_gates
from dashboard.inside.how_far import show_how_far
from dashboard.inside.two_at_once import show_two_at_once
from dashboard.inside.what_decided import show_what_decided
from dashboard.inside.what_if import show_what_if
from dashboard.inside.while_learning import show_while_learning
from dashboard.parts import guess
from dashboard.parts.fresh_place import fresh_place
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import CurrentReading, current_reading, show_current_reading
from dashboard.session.hidden import shown
from dashboard.session.network_choice import thing_read
from dashboard.session.ways import PANEL, Place, arrive_inside, way_to_lesson


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        name: as the choice and the address say it.
        title: its heading.
        show: draws it.
        row: whether the row cursor moves through it.
        asks_settled: whether it asks where the verdict settled, so that nothing may show it before.
        own_training: whether a training that is chosen in it reads the digit, and not the chosen network.
        of_digit: whether its numbers are of the digit that is read, and not of all test images.
        own_slider: whether it has a slider of its own, so that the cursor's is not shown.
        lesson: the section of the lesson that explains it and what the link there says; None where the
            panel has a link itself, or none.
    """

    name: str
    title: str
    show: Callable[[CurrentReading], None]
    row: bool = False
    asks_settled: bool = False
    own_training: bool = False
    of_digit: bool = True
    own_slider: bool = False
    lesson: tuple[str, str] | None = None


PANELS = (
    Panel("the cell", "A cell at work on your digit", show_cell, row=True, own_slider=True),
    Panel("gates", "What the gates do, row by row", show_gates, row=True, asks_settled=True),
    Panel("arithmetic", "One unit's arithmetic, with its real numbers", show_arithmetic, row=True),
    Panel(
        "what decided",
        "What made it decide",
        show_what_decided,
        lesson=("recurrence", "Learn why early rows can lose their say"),
    ),
    Panel(
        "what if",
        "What if: change it and read again",
        show_what_if,
        lesson=("forget gate", "Learn what the forget gate does"),
    ),
    Panel(
        "two at once",
        "Two readings side by side",
        show_two_at_once,
        row=True,
        lesson=("what changes", "Learn what dropout, layers and weights change"),
    ),
    Panel(
        "while it learnt",
        "The same digit at different stages of training",
        show_while_learning,
        own_training=True,
    ),
    Panel("alike", "Digits that look similar to the network", show_alike, row=True),
    Panel("how far", "How far the network has to read", show_how_far, of_digit=False),
)
_NAMES = [panel.name for panel in PANELS]


def choose_panel() -> Panel:
    """The choice of panels, without those that a link hides; the one that is open."""
    names = shown(_NAMES)
    arrive_inside()
    with st.container(key="section"):  # as on Learn: links hide both choices by this name
        name = st.pills(
            "Panels",
            names,
            default=names[0],
            required=True,
            key=PANEL,
            bind="query-params",
            wrap=True,
            label_visibility="collapsed",
        )
    return PANELS[_NAMES.index(name)]


def title_of(panel: Panel) -> str:
    """The heading of a panel, in the word for what the chosen network reads."""
    thing = thing_read()
    word = "image" if thing == "class" else thing
    return panel.title.replace("digit", word).replace("Digit", word.capitalize())


@st.fragment
@errors_shown()
def show_panel(panel: Panel) -> None:
    """The digit, the row cursor where the panel has one, and the panel."""
    current = current_reading()
    with st.container(horizontal=True, vertical_alignment="center", key="above"):
        show_current_reading(current, of_digit=panel.of_digit, training_below=panel.own_training)
        if panel.of_digit:
            _start_where_it_settled(current, panel)
        if panel.row:
            # Even where it is not seen: it keeps the row and its place in the address.
            with st.container(key="unseen-cursor" if panel.own_slider else "cursor"):
                cursor.choose_row(len(current.image))
    with fresh_place("panel", panel.name):
        panel.show(current)
        if panel.lesson:
            section, label = panel.lesson
            way_to_lesson(label, Place(section))


def _start_where_it_settled(current: CurrentReading, panel: Panel) -> None:
    """Put the cursor there; where the panel asks for that row, only once it was guessed or shown before."""
    from lstm_core.reading.verdict import verdict

    found = verdict(current.trace.probabilities, current.image)
    if not panel.asks_settled:
        guess.tell(guess.SETTLED, current.fingerprint)
    known = guess.is_known(guess.SETTLED, current.fingerprint)
    settled = found.settled_at_row if known else None
    cursor.start_where_it_settled(settled, current.image)
