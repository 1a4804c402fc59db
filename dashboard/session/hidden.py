"""What a link hides, so that a lesson shows only what it is about: ``?hide=evidence,how-far,network``.

A name is that of a page, of a panel of Inside, of a section of Learn, or the key of a control or another
part of a page, as its class ``st-key-…`` has it, with or without the first word that names the page. To fix a
value, put it into the address and hide its control. The session reads the address once and keeps to it on all
pages; see `link_wishes`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import streamlit as st

HIDE = "hide"
"""In the address, and the key under which the session keeps it."""

MOST_NAMES = 40
PAGES = ("hand", "train", "search", "runs", "compare", "inside", "learn", "evidence")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_FIRST_WORDS = ("", *(f"{page}-" for page in ("draw", *PAGES)))


def take_from_address() -> None:
    """Remember what the address hides; once a session."""
    if HIDE not in st.session_state:
        asked = re.split(r"[,\s]+", st.query_params.get(HIDE, "").lower())[:MOST_NAMES]
        st.session_state[HIDE] = tuple(name for name in asked if _NAME.fullmatch(name))


def hidden() -> tuple[str, ...]:
    """The names that the link hides."""
    names: tuple[str, ...] = st.session_state.get(HIDE, ())
    return names


def visibility(page: str) -> Literal["visible", "hidden"]:
    """Of a page in the navigation. Hidden pages can still be reached by links on other pages."""
    return "hidden" if page in hidden() else "visible"


def shown(names: Sequence[str]) -> list[str]:
    """Those of ``names``, of panels or sections, that are not hidden; all if none would be left."""
    return [name for name in names if name.replace(" ", "-") not in hidden()] or list(names)


def wish() -> dict[str, str]:
    """What the address of every page says of it; nothing while nothing is hidden."""
    return {HIDE: ",".join(hidden())} if hidden() else {}


def hide_controls() -> None:
    """Hide the parts of the page that the link names."""
    controls = [name for name in hidden() if name not in PAGES]
    classes = ", ".join(f".st-key-{first}{name}" for name in controls for first in _FIRST_WORDS)
    if classes:
        st.html(f"<style>{classes} {{ display: none !important; }}</style>")
