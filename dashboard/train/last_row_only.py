"""What supervising the last row only does to the early rows, and the settings that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from lstm_core.settings.hyperparameters import HyperParameters

EARLY_ROWS = (
    "trained on its verdict after the last row only: what it says before is a guess it was never taught"
)

EVERY_ROW: Mapping[str, str] = {"supervised_rows": "all", "returned": "outputs"}
"""Every row can be supervised only where the top layer hands out its output of every row."""


def show_in_form(choose: Callable[[], None]) -> None:
    """What the form's network will be like, with a button that calls ``choose``."""
    with st.container(key="train-last-row-only", gap="xsmall"):
        st.caption(f":material/info: A network of these settings is {EARLY_ROWS}.")
        st.button(
            "Supervise every row",
            icon=":material/table_rows:",
            on_click=choose,
            help="The loss counts the verdict after every row, so the network also learns to read early.",
        )


def show_at_reading(settings: HyperParameters, train_again: Callable[[HyperParameters], None]) -> None:
    """At a reading of such a network; the button calls ``train_again`` with every row supervised."""
    if settings.supervised_rows != "last":
        return
    with st.container(key="watched-last-row-only", gap=None):
        st.caption(f":material/info: This network is {EARLY_ROWS}.")
        if st.button(
            "Train it again with every row supervised",
            icon=":material/table_rows:",
            type="tertiary",
            help="Opens the form with the settings of this network and this one changed.",
        ):
            train_again(settings.model_copy(update=dict(EVERY_ROW)))
            st.rerun()  # all of the page: the button is in a fragment
