"""Errors and warnings as the page shows them: never Markdown that came from outside.

A message may repeat what a person wrote, or a link somebody else made: a wrong value, the name of a run or
of a file. Shown as Markdown that would be links and pictures. Only what the messages themselves use is
left standing: the name of a setting in backticks, and lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.parts.quantities import plain
from lstm_core.errors import LstmError

_OURS = re.compile(r"(`\w+`|^- )", re.MULTILINE)


def harmless(message: object) -> str:
    """A message as Markdown that shows it letter by letter, but for names in backticks and lists."""
    pieces = _OURS.split(str(message))
    return "".join(piece if number % 2 else plain(piece) for number, piece in enumerate(pieces))


def show_error(message: object) -> None:
    """Show an error, or words for one."""
    st.error(harmless(message), icon=":material/error:")


def show_warning(message: object, *, icon: str = "warning") -> None:
    """Show a warning under a Material ``icon``."""
    st.warning(harmless(message), icon=f":material/{icon}:")


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show what goes wrong inside instead of failing.

    For a page, and as a decorator for every fragment: Streamlit shows what a fragment raises by itself, so
    it never comes to the page.
    """
    try:
        yield
    except LstmError as error:
        show_error(error)
