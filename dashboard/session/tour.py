"""A tour over the real pages: a slim card above the page, with a sentence or two and the way on.

The card stands wherever its person is, keeps the step it is at, and goes when it is ended. What a step
speaks of is brought below the card, and has the focus; see `tour_target.js`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard.parts.component import component
from dashboard.session import state
from dashboard.session.ways import Place, go

_STEP = "tour-step"
_VISIT = "tour-visit"
"""How often a step was asked for, so that each is shown once."""


@dataclass(frozen=True)
class Stop:
    """One step of the tour.

    Attributes:
        page: its file.
        title: what it is about.
        says: what there is to do and to see.
        shows: what it speaks of, as selectors; the first that is on the page counts.
        place: the section, and the row, that are opened there; None for a page without.
    """

    page: str
    title: str
    says: str
    shows: tuple[str, ...]
    place: Place | None = None


STOPS = (
    Stop(
        "pages/draw.py",
        "Draw a digit",
        "Draw any digit on the sheet. The network reads it at once. Without a drawing the next pages read a "
        "sample digit.",
        (".st-key-bring",),
    ),
    Stop(
        "pages/draw.py",
        "Its verdict, row by row",
        "Press Play: after each row the network says what the digit looks like so far. It needs a digit on "
        "the sheet; if there is none yet, draw one.",
        (".section:not([hidden]) .evolution", ".st-key-bring"),
    ),
    Stop(
        "pages/inside.py",
        "A cell at work",
        "Here the network reads the middle rows of the digit. Press Play, and see what a cell keeps of its "
        "memory and what it writes. With “one unit” chosen, a click on a gate opens its sum.",
        (".cell .desk",),
        Place("the cell", row=12),
    ),
    Stop(
        "pages/learn.py",
        "The forget gate",
        "Move the gate’s slider, and see the cell state change. Further down every forget gate is set to 0: "
        "guess first what happens.",
        (".st-key-what-if",),
        Place("forget gate", row=12),
    ),
    Stop(
        "pages/inside.py",
        "What decided",
        "Which rows spoke for this digit and which against it, and where that was settled.",
        (".st-key-inside-decided-choice",),
        Place("what decided"),
    ),
    Stop(
        "pages/learn.py",
        "What one setting changes",
        "Two networks that differ in one setting read the digit. Guess which settles earlier.",
        (".st-key-guess-earlier", ".st-key-side-by-side"),
        Place("what changes"),
    ),
    Stop(
        "pages/train.py",
        "Train your own",
        "Choose settings and train a network of your own; then let it read your digit.",
        (".st-key-train-preset-row",),
    ),
)


def start_button(key: str) -> None:
    """Begins the tour, unless there is one."""
    if st.session_state.get(_STEP) is not None:
        return
    st.button("Show me, 5 minutes", icon=":material/tour:", key=key, on_click=_step_to, args=(0,))


def show_tour() -> None:
    """The card, while there is a tour."""
    at: int | None = st.session_state.get(_STEP)
    if at is None:
        return
    stop = STOPS[at]
    with st.container(border=True, key="tour"):
        st.html(
            f'<p class="tour" role="status"><b>{at + 1} of {len(STOPS)} · {escape(stop.title)}.</b> '
            f"{escape(stop.says)} <span>Esc leads back here.</span></p>"
        )
        with st.container(horizontal=True, gap="small", key="tour-ways"):
            _way("Back", ":material/arrow_back:", at - 1, enabled=at > 0)
            last = at + 1 == len(STOPS)
            _way("Next", ":material/arrow_forward:", at + 1, enabled=not last)
            _way("Show it again", ":material/replay:", at)
            st.button(
                "Finish" if last else "End the tour",
                type="secondary" if last else "tertiary",
                key="tour-end",
                on_click=_step_to,
                args=(None,),
            )
    component(__file__, "tour_target")(
        data={"visit": st.session_state[_VISIT], "targets": stop.shows, "label": stop.title},
        key="tour-target",
        height=0,
    )


def _way(label: str, icon: str, to: int, *, enabled: bool = True) -> None:
    if st.button(label, icon=icon, key=f"tour-{label.split()[0].lower()}", disabled=not enabled):
        _step_to(to)
        if STOPS[to].page == "pages/train.py":
            st.session_state[state.FOLLOWED_RUN] = ""  # the form, also where a run was shown
        go(STOPS[to].page, STOPS[to].place)


def _step_to(step: int | None) -> None:
    st.session_state[_STEP] = step
    st.session_state[_VISIT] = st.session_state.get(_VISIT, 0) + 1
