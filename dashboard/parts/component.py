"""Components of our own: each is a script beside the module that shows it, perhaps with markup and styles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.parts.glossary import with_terms


@cache
def component(module: str, name: str, *styles: str, parts: Sequence[str] = (), markup: bool = False) -> Any:
    """The component whose script is ``name.js``, registered when it is first asked for.

    Args:
        module: ``__file__`` of the module that the files stand beside.
        name: of the script.
        styles: names of its style sheets, in order.
        parts: names of the scripts that stand before it in its module.
        markup: whether ``name.html`` is there before the script runs. Its ``<dfn>`` words are marked.
    """
    folder = Path(module).parent

    def text(file: str) -> str:
        return (folder / file).read_text(encoding="utf-8")

    return st.components.v2.component(
        f"row_by_row_{name}",
        html=with_terms(text(f"{name}.html")) if markup else None,
        css="".join(text(f"{style}.css") for style in styles) or None,
        js="".join(text(f"{script}.js") for script in (*parts, name)),
    )


def counted(number: Any, most: int) -> int | None:
    """What a browser sent, if it is a whole number from 1 to ``most``; otherwise None."""
    return number if type(number) is int and 1 <= number <= most else None
