"""What supervising the last row only does to the early rows, and the settings that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.parts.glossary import marked
from dashboard.parts.messages import show_error
from lstm_core.errors import LstmError
from lstm_core.settings.hyperparameters import HyperParameters

EARLY_ROWS = "trained on its verdict after the last row only: what it says before is extrapolation"

EVERY_ROW: Mapping[str, str] = {"supervised_rows": "all", "returned": "outputs"}
"""Every row can be supervised only where the top layer hands out its output of every row."""


def show_in_form(choose: Callable[[], None]) -> None:
    """What the form's network will be like, with a button that calls ``choose``."""
    with st.container(key="train-last-row-only", gap="xsmall"):
        _say("A network of these settings is")
        st.button(
            "Supervise every row",
            icon=":material/table_rows:",
            on_click=choose,
            help="The loss counts the verdict after every row, so the network also learns to read early.",
        )


def show_at_reading(settings: HyperParameters, train_again: Callable[[], None]) -> None:
    """At a reading of such a network, with a button that starts a training by ``train_again``."""
    if settings.supervised_rows != "last" or settings.fine_tuning:
        return
    with st.container(key="watched-last-row-only", gap=None):
        _say("This network is")
        if st.button(
            "Train it again with every row supervised",
            icon=":material/replay:",
            type="tertiary",
            help="Starts a new training at once, with all other settings as they are here. This run is kept, "
            "and one click leads back to it.",
        ):
            try:
                train_again()
            except LstmError as error:
                show_error(error)
                return
            st.rerun()  # all of the page: the button is in a fragment


def _say(start: str) -> None:
    st.caption(f":material/info: {marked(f'{start} {EARLY_ROWS}.', 'extrapolation')}", unsafe_allow_html=True)
