"""Components of our own: each is a script of this folder, perhaps with markup and styles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


@cache
def component(name: str, *styles: str, parts: Sequence[str] = (), markup: bool = False) -> Any:
    """The component whose script is ``name.js``, registered when it is first asked for.

    Args:
        name: of the script.
        styles: names of its style sheets, in order.
        parts: names of the scripts that stand before it in its module.
        markup: whether ``name.html`` is there before the script runs.
    """
    return st.components.v2.component(
        f"row_by_row_{name}",
        html=_text(f"{name}.html") if markup else None,
        css="".join(_text(f"{style}.css") for style in styles) or None,
        js="".join(_text(f"{script}.js") for script in (*parts, name)),
    )


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
