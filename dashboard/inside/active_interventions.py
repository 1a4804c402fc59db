"""The interventions that are active: what they are, how they come and go, and their place in the address.

The session holds them. The address follows, and is believed when the session holds none yet or when the
browser went back or forward; otherwise it lags behind (see `dashboard.parts.browser.history_navigation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import streamlit as st

from dashboard.parts import browser
from lstm_core.errors import InvalidValue
from lstm_core.inside.intervention_text import one_from_text, pieces, to_text
from lstm_core.inside.interventions import MAX_INTERVENTIONS, Intervention

if TYPE_CHECKING:
    from dashboard.session.current_reading import CurrentReading

ADDRESS = "interventions"
"""Name in the address."""

MAX_TEXT = 2000
"""Characters of an address that are looked at."""

_KEPT = "inside-what-if-in-force"
_UNDONE_BY = 50


@dataclass
class ActiveInterventions:
    """What a session holds.

    Attributes:
        interventions: in the order in which they are made.
        undone_to: what they were before each change, the latest last.
        problems: of what the address asked for and is no intervention, in sentences.
    """

    interventions: tuple[Intervention, ...] = ()
    undone_to: list[tuple[Intervention, ...]] = field(default_factory=list)
    problems: Sequence[str] = ()

    def change(self, interventions: Sequence[Intervention]) -> None:
        """Put others in their place, for undo to bring back."""
        self.undone_to = [*self.undone_to, self.interventions][-_UNDONE_BY:]
        self.interventions = tuple(interventions)
        self.problems = ()

    def add(self, intervention: Intervention) -> None:
        """Make one more, after the others."""
        self.change([*self.interventions, intervention])

    def remove(self, at: int) -> None:
        """Take the one at a place out."""
        self.change([*self.interventions[:at], *self.interventions[at + 1 :]])

    def move_up(self, at: int) -> None:
        """Make the one at a place before the one that stands before it."""
        turned = list(self.interventions)
        turned[at - 1 : at + 1] = reversed(turned[at - 1 : at + 1])
        self.change(turned)

    def undo(self) -> None:
        """Take the last change back."""
        if self.undone_to:
            self.interventions = self.undone_to.pop()
            self.problems = ()


def active_interventions() -> ActiveInterventions:
    """The session's; at first what the address asks for, as far as that can be read."""
    kept = st.session_state.get(_KEPT)
    text = st.query_params.get(ADDRESS, "")[:MAX_TEXT]
    if kept is None:
        kept = st.session_state[_KEPT] = from_address(text)
    elif browser.history_navigation() and text != to_text(kept.interventions):
        asked = from_address(text)
        kept.change(asked.interventions)
        kept.problems = asked.problems
    return cast(ActiveInterventions, kept)


def from_address(text: str) -> ActiveInterventions:
    """What a text from outside asks for; nothing in it can make this raise."""
    asked, problems = [], []
    for piece in pieces(text):
        try:
            asked.append(one_from_text(piece))
        except InvalidValue as error:
            problems.append(str(error))
    if len(asked) > MAX_INTERVENTIONS:
        problems.append(str(InvalidValue(ADDRESS, f"at most {MAX_INTERVENTIONS} together", len(asked))))
    return ActiveInterventions(tuple(asked[:MAX_INTERVENTIONS]), problems=problems)


def put_into_address(interventions: Sequence[Intervention]) -> None:
    """Put them into the browser's address, beside what else stands there."""
    text = to_text(interventions)
    if text == st.query_params.get(ADDRESS, ""):
        return
    if text:
        st.query_params[ADDRESS] = text
    else:
        del st.query_params[ADDRESS]


def applicable(
    current: CurrentReading, interventions: Sequence[Intervention]
) -> tuple[list[Intervention], dict[int, str]]:
    """Those that this network and image have room for, and by place what stands against the others."""
    from lstm_core.inside.intervened_reading import changed_image

    made: list[Intervention] = []
    against: dict[int, str] = {}
    for at, intervention in enumerate(interventions):
        try:
            changed_image(current.weights, current.image, [*made, intervention])
        except InvalidValue as error:
            against[at] = str(error)
        else:
            made.append(intervention)
    return made, against
