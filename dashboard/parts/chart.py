"""Show a figure of `lstm_core.figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure


def chart(figure: Figure, *, alt: str, key: str) -> None:
    """Show ``figure`` at the full width of its place.

    Args:
        figure: as `lstm_core.figures` makes them.
        alt: what it shows, for people who do not see it.
        key: of the element.
    """
    from lstm_core.figures import theme

    st.plotly_chart(figure, config=theme.CONFIG, alt=alt, key=key)
