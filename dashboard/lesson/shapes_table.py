"""A small table of tensors: what each is, its name in code, and its shape."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st


def show_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Cells are plain text; the first of a row names it, and text in backticks is shown as code."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>'
        f"{''.join(f'<td>{_cell(text)}</td>' for text in row[1:])}</tr>"
        for row in rows
    )
    st.html(
        f'<div class="tensors" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def shape(*sizes: int) -> str:
    """Such as ``(128, 28, 256)``; one number as Python writes it, ``(10,)``."""
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def _cell(text: str) -> str:
    code = text.startswith("`") and text.endswith("`")
    return f"<code>{escape(text[1:-1])}</code>" if code else escape(text)
