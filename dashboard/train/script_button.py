"""The button that gives settings as a script for plain Keras."""

from __future__ import annotations

import streamlit as st

from lstm_core.export.keras_script import standalone_script
from lstm_core.settings.computed import Computed
from lstm_core.settings.hyperparameters import HyperParameters


def script_button(
    settings: HyperParameters | None,
    *,
    key: str,
    name: str = "row_by_row",
    computed: Computed | None = None,
) -> None:
    """Download ``settings`` as ``name``.py; ``settings`` is None while a field of the form is wrong.

    ``computed`` is what computed the run, if they are those of a run.
    """
    st.download_button(
        "Keras script",
        data=standalone_script(settings, computed) if settings else "",
        file_name=f"{name}.py",
        mime="text/x-python",
        icon=":material/code:",
        key=key,
        on_click="ignore",
        disabled=settings is None,
        help="This training as a script of its own: plain Keras and NumPy, nothing of this project.",
    )
