"""Two readings in words and numbers: where they differ most, and the probabilities after one row."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.parts.viewport import was_narrow
from lstm_core.inside.difference import Difference
from lstm_core.reading.percents import percent, told_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE_BY_SIDE = 12
"""Classes that stand beside each other."""

_SAME_BELOW = 5e-5
"""A difference that shows as 0.0 percentage points."""


def show_sentences(*sentences: tuple[str, str]) -> None:
    """What was read, each under a name, in words that a screen reader says when they change."""
    lines = (f"<b>{escape(name)}:</b> {escape(text)}." for name, text in sentences)
    st.html(f'<p class="outcome" role="status">{"<br>".join(lines)}</p>')


def difference_in_words(
    most: Difference, *, first: str = "", then: str = "", names: Sequence[str] = ()
) -> str:
    """Where the two differ most, such as "after row 17, for a 3: 12.0 % instead of 93.0 %"."""
    if most.size < _SAME_BELOW:
        return "none: the probabilities are the same after every row"
    a, b = told_apart(most.first, most.second)
    called = names[most.label] if names else most.label
    if first and then:
        return f"after row {most.row}, for class {called}: {a} {first} and {b} {then}"
    return f"after row {most.row}, for class {called}: {b} instead of {a}"


def show_numbers(
    caption: str,
    first: tuple[str, NDArray[Any]],
    second: tuple[str, NDArray[Any]],
    names: Sequence[str] = (),
) -> None:
    """A table of two readings' probabilities, each a name and ``(classes,)`` in [0, 1].

    On a phone every class has a line, otherwise a column; of many classes always a line.
    """
    import numpy as np

    apart = 100 * (second[1].astype(np.float64) - first[1].astype(np.float64))
    rows = [("class", list(names) or [str(label) for label in range(len(apart))])]
    rows += [(name, [percent(p) for p in shares.tolist()]) for name, shares in (first, second)]
    differences = np.round(apart, 1).tolist()
    rows.append(("difference", [f"{d:+.1f}".replace("-", "−") if d else "0.0" for d in differences]))
    lines = [[name, *cells] for name, cells in rows]
    if was_narrow() or len(apart) > _SIDE_BY_SIDE:  # side by side they would be cut
        lines = [list(column) for column in zip(*lines, strict=True)]
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in lines[0])
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in lines[1:]
    )
    st.html(
        f'<div class="tensors" role="region" tabindex="0" aria-label="{escape(caption, quote=True)}"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
