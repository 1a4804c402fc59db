"""A question before its answer: a page asks, takes a guess by one click, and only then shows what happens.

A session remembers each answer by question and digit. What another page has shown already is not asked: that
page says so with `tell`. A session whose first address has ``ask=no`` asks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

ASK = "ask"
"""In the address."""

SETTLED, NO_MEMORY = "settled", "no-memory"
"""Questions that more than one page answers: where a verdict settled, and what it is without memory."""

_NO = "no"
_ASKS = "guess-asks"
_SKIPPED = "skipped"
_SAID = "guess-said"


@dataclass(frozen=True)
class Guess:
    """What became of a question.

    Attributes:
        answered: whether the answer may be shown.
        said: the guess; None for whoever went past the question or was not asked.
    """

    answered: bool
    said: str | int | None = None


def asks() -> bool:
    """Whether this session asks; the address that it began with decides, whatever pages come after."""
    return bool(st.session_state.setdefault(_ASKS, st.query_params.get(ASK) != _NO))


def wish() -> dict[str, str]:
    """What the address of every page says of it: nothing while questions are asked."""
    return {} if asks() else {ASK: _NO}


def tell(name: str, of: str) -> None:
    """The page shows the answer of question ``name`` on ``of`` now, so that it is not asked any more."""
    _said().setdefault((name, of), _SKIPPED)


def is_known(name: str, of: str) -> bool:
    """Whether the answer may be shown: it was guessed, shown elsewhere, or this session asks nothing."""
    return _known(name, of) is not None


def guess_one(name: str, of: str, question: str, options: Sequence[str]) -> Guess:
    """Ask which of ``options`` it will be.

    Args:
        name: of the question.
        of: what it is about, such as the fingerprint of a reading; another one is asked anew.
        question: in Markdown.
        options: in plain words, each other than ``skipped``.
    """
    known = _known(name, of)
    if known:
        return known
    with st.container(border=True, key=f"guess-{name}"):
        st.markdown(f"**Guess first.** {question}")
        with st.container(horizontal=True, gap="small"):
            for number, option in enumerate(options):
                st.button(option, key=f"guess-{name}-{number}", on_click=_say, args=(name, of, option))
            _skip_button(name, of)
    return Guess(answered=False)


def guess_row(name: str, of: str, question: str, rows: int) -> Guess:
    """Ask for one of ``rows`` rows, from 1. The arguments are those of `guess_one`."""
    known = _known(name, of)
    if known:
        return known
    with st.container(border=True, key=f"guess-{name}"):
        st.markdown(f"**Guess first.** {question}")
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            key = f"guess-{name}-row"
            st.slider("Your guess", 1, rows, (rows + 1) // 2, key=key, width=320)
            st.button(
                "That is my guess",
                key=f"guess-{name}-said",
                on_click=lambda: _say(name, of, st.session_state[key]),  # not the row before the last move
            )
            _skip_button(name, of)
    return Guess(answered=False)


def show_answer(text: str) -> None:
    """What came out, in Markdown of this project's own, where the question stood."""
    st.success(text, icon=":material/lightbulb:")


def row_in_words(said: int, right: int) -> str:
    """How close the guess of a row was, kindly: a sentence."""
    if said == right:
        return f"You guessed row {said}: exactly."
    apart = abs(said - right)
    rows = "1 row" if apart == 1 else f"{apart} rows"
    when = "early" if said < right else "late"
    return f"You guessed row {said}: {'close, only ' if apart <= 2 else ''}{rows} too {when}."


def option_in_words(said: str, right: str) -> str:
    """Whether the guess of an option was right, kindly: a sentence."""
    if said == right:
        return f"You guessed “{said}”, and so it is."
    return f"You guessed “{said}”. This time it is another answer: “{right}”."


def _known(name: str, of: str) -> Guess | None:
    if not asks():
        return Guess(answered=True)
    said = _said().get((name, of))
    if said is None:
        return None
    return Guess(answered=True, said=None if said == _SKIPPED else said)


def _said() -> dict[tuple[str, str], str | int]:
    found: dict[tuple[str, str], str | int] = st.session_state.setdefault(_SAID, {})
    return found


def _say(name: str, of: str, said: str | int) -> None:
    _said()[name, of] = said


def _skip_button(name: str, of: str) -> None:
    st.button(
        "Just show me", type="tertiary", key=f"guess-{name}-skip", on_click=_say, args=(name, of, _SKIPPED)
    )
