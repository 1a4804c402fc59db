"""The button that starts a training, and the training process made ready for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.session import services
from dashboard.train import network_summary
from dashboard.train.start import start
from lstm_core.errors import LstmError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.names import MAX_NAME, default_name
from lstm_core.settings.devices import Device, choose
from lstm_core.settings.hyperparameters import HyperParameters

_NAME = "train-name"
_WARMED = "train-warmed"

_log = logging.getLogger(__name__)


def train_button(settings: HyperParameters | None, *, enabled: bool = True, in_short: str = "") -> None:
    """The run's name and the button, on a phone at the bottom of the screen.

    Args:
        settings: None while a field is wrong.
        enabled: whether there is what the training needs.
        in_short: stands over the button on a phone, where the summary lies far below.
    """
    name = st.text_input(
        "Name of the run",
        key=_NAME,
        persist_state="session",
        max_chars=MAX_NAME,
        placeholder=default_name(settings) if settings else "",
        help="What it is called on the Runs page; without one it gets the name shown in grey.",
    )
    too_large = bool(settings and network_summary.why_too_large(settings, _device(settings)))
    enabled = enabled and not too_large
    with st.container(gap="xsmall", key="train-bar"):
        if in_short:
            st.html(f'<p class="in-short">{escape(in_short)}</p>')
        pressed = st.button(
            "Train",
            icon=":material/model_training:",
            key="train-start",
            type="primary",
            width="stretch",
            disabled=settings is None or not enabled,
            help="" if settings and enabled else "Correct the fields marked above first.",
        )
    if not (pressed and settings):
        return
    try:
        start(settings, name)
    except LstmError as error:
        show_error(error)
        return
    st.rerun()


def _device(settings: HyperParameters) -> Device:
    return choose(settings.device, services.devices())


def warm_up() -> None:
    """Have the training process load TensorFlow while the form is filled in; once a session."""
    if _WARMED not in st.session_state:
        st.session_state[_WARMED] = True
        in_background(_warm, services.jobs())


def in_background(act: Callable[[Jobs], None], jobs: Jobs) -> None:
    """Do something in a thread of its own, so that the page never waits for it."""
    threading.Thread(target=act, args=(jobs,), name="warm-up", daemon=True).start()


def _warm(jobs: Jobs) -> None:
    """Runs beside the script; asks nothing of Streamlit."""
    try:
        if not jobs.worker_alive():
            jobs.warm_up()
    except LstmError:
        _log.exception("The training process could not be made ready")
