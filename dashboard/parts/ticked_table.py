"""A table in which lines are ticked; a tick lasts while lines are filtered, added or sorted anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

_MOST_LINES = 12
"""As many are shown at once; more scroll within the table."""


@dataclass(frozen=True)
class Ticked:
    """What is chosen in a table.

    Attributes:
        touched: place of the line with the cell that a click or the arrow keys chose; None for none.
        ids: of the lines with a tick: those of the table in its order, then those that it does not show.
        hidden: how many of them it does not show.
    """

    touched: int | None
    ids: tuple[str, ...]
    hidden: int


def ticked_table(
    lines: Sequence[Mapping[str, Any]],
    ids: Sequence[str],
    *,
    key: str,
    there: Collection[str] | None = None,
    **options: Any,
) -> Ticked:
    """Show ``lines`` with a box to tick before each.

    Args:
        lines: by the names of the columns; at least one.
        ids: one a line, by which it is known again in a later table with the same ``key``.
        key: of the table, and where its ticks are kept.
        there: of every line that there is, also of those not shown now; others lose their tick.
        options: as `streamlit.dataframe` has them.
    """
    known = set(ids if there is None else there)
    before = [one for one in ticks(key) if one in known]
    # Streamlit knows lines by their place, so another list is another table that begins with the same ticks.
    event = st.dataframe(
        lines,
        hide_index=True,
        height="content" if len(lines) <= _MOST_LINES else 460,
        key=f"{key}-{st.session_state.get(_edition(key), 0)}-{hash(tuple(ids))}",
        placeholder="–",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": [at for at, one in enumerate(ids) if one in before]}},
        **options,
    )
    rows = [row for row in sorted(event["selection"].get("rows", [])) if row < len(ids)]
    cells = [row for row, _ in event["selection"].get("cells", []) if row < len(ids)]
    hidden = [one for one in before if one not in ids]
    chosen = (*(ids[row] for row in rows), *hidden)
    st.session_state[_kept(key)] = chosen
    return Ticked(cells[0] if cells else None, chosen, len(hidden))


def ticks(key: str) -> tuple[str, ...]:
    """Identifiers of the lines that have a tick in the table ``key``."""
    found: tuple[str, ...] = st.session_state.get(_kept(key), ())
    return found


def untick(key: str) -> None:
    """Take every tick away, before the table is shown: another one, as that in the browser keeps its own."""
    st.session_state[_kept(key)] = ()
    st.session_state[_edition(key)] = st.session_state.get(_edition(key), 0) + 1


def _edition(key: str) -> str:
    return f"{key}-edition"


def _kept(key: str) -> str:
    return f"{key}-ticks"
