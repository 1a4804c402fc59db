"""A field for one of the numbers among the hyperparameters, in the form and while a network trains.

It has no bounds of its own: a browser would keep a wrong number to itself and leave the old one standing,
where it should be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lstm_core.settings.descriptions import FIELDS

_STEP_OF_BUTTONS: Mapping[str, float] = {
    "dropout": 0.05,
    "learning_rate": 0.0005,
    "momentum": 0.05,
    "clip_norm": 0.5,
    "batch_size": 16,
    "steps": 100,
    "evaluate_every": 50,
    "evaluation_batch_size": 100,
}


def number_field(name: str, label: str, *, key: str, value: float | None = None, **options: Any) -> None:
    """The field of the hyperparameter ``name``; its value is `st.session_state[key]`, None while empty.

    Args:
        value: what an emptied field goes back to; None leaves it empty.
        options: whatever else `st.number_input` takes.
    """
    whole = FIELDS[name].kind is int
    step = _STEP_OF_BUTTONS.get(name, 1)
    st.number_input(
        label,
        value=value,
        step=int(step) if whole else float(step),
        format="%d" if whole else "%g",
        key=key,
        help=what_is_allowed(name),
        **options,
    )


def what_is_allowed(name: str) -> str:
    """What a hyperparameter does, and its rule."""
    return f"{FIELDS[name].help}\n\nAllowed: {FIELDS[name].rule}."
