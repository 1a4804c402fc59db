"""The button that starts a training, and the training process made ready for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.session import drawing, services
from dashboard.train import followed_run, network_summary
from lstm_core.data.info import DATASETS
from lstm_core.errors import LstmError
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.names import MAX_NAME, default_name
from lstm_core.settings.devices import Device, choose
from lstm_core.settings.hyperparameters import HyperParameters

_NAME = "train-name"
_WARMED = "train-warmed"

_log = logging.getLogger(__name__)


def train_button(settings: HyperParameters | None, *, enabled: bool = True) -> None:
    """The run's name and the button; ``settings`` is None while a field is wrong."""
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
    info = DATASETS[settings.dataset]
    try:
        submission = services.jobs().submit(
            settings, name.strip(), drawing.drawing_for(info.rows, info.columns)
        )
    except LstmError as error:
        show_error(error)
        return
    followed_run.follow_run(submission.run.id, submission.known)
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
