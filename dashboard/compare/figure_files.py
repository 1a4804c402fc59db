"""A figure of the page with what takes it away: a picture as PNG or SVG, its numbers as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.compare.table import Value, download_csv
from dashboard.parts.component import component

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure


def show_figure(
    figure: Figure,
    *,
    alt: str,
    name: str,
    head: Sequence[str],
    values: Sequence[Sequence[Value]],
    on_select: Callable[[], None] | None = None,
) -> None:
    """A figure at the full width of its place, and its files.

    Args:
        figure: as `lstm_core.figures` makes them.
        alt: what it shows, for people who do not see it.
        name: its key, and the name of its files.
        head, values: its numbers, see `download_csv`.
        on_select: called when a point was clicked, where points can be chosen.
    """
    from lstm_core.figures import theme

    chosen: dict[str, Any] = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    st.plotly_chart(figure, config=theme.CONFIG, alt=alt, key=name, **chosen)
    show_files(name, head, values)


def show_files(name: str, head: Sequence[str], values: Sequence[Sequence[Value]]) -> None:
    """The buttons under a figure whose key is ``name``."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"files-{name}"):
        component(__file__, "figure_files", "figure_files", markup=True)(
            data={"chart": name}, key=f"pictures-{name}", width="content"
        )
        download_csv(head, values, name=name)
