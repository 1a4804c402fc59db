"""What a person can do with a training: pause, stop, go on, extend, and change settings while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import services
from lstm_core.errors import LstmError
from lstm_core.hyperparameters import FIELDS, HyperParameters
from lstm_core.runs import ACTIVE, Run, Status

_REFUSED = "live-refused"
_BUTTON_WIDTH = 116
"""One for all, so that nothing moves from under the pointer when Pause becomes Resume."""
_STEP_OF_BUTTONS: Mapping[str, float] = {"learning_rate": 0.0005, "dropout": 0.05, "batch_size": 16}


def show_controls(run: Run, status: Status) -> None:
    """The buttons and fields that make sense in this state. Raises `RunDamaged`."""
    settings = run.control.settings(run.hyperparameters)
    with st.container(key="controls"):
        with st.container(horizontal=True, vertical_alignment="bottom", key="controls-row"):
            _buttons(run, status)
            if status.state in ACTIVE or status.state in ("stopped", "failed", "interrupted"):
                _tweaks(run, settings)
            if status.state in ACTIVE or status.state in ("finished", "stopped"):
                _extend(run, status, settings)
        if refused := st.session_state.get(_REFUSED, {}).get(run.id):
            st.error(refused, icon=":material/error:")
        elif status.state in ACTIVE:
            st.caption(_what_tweaks_do(settings))


def _what_tweaks_do(settings: HyperParameters) -> str:
    said = "A change takes effect within one step and is marked on the curves."
    if settings.schedule == "one-cycle":
        said += " With the one-cycle schedule the learning rate is the peak of the cycle."
    return said


def _buttons(run: Run, status: Status) -> None:
    jobs = services.jobs()
    match status.state:
        case "queued":
            _button(run, "Leave queue", "close", lambda: jobs.cancel(run), "Training will not start")
        case "preparing" | "running":
            _button(run, "Pause", "pause", lambda: run.steer(paused=True), "Hold still; nothing is lost")
        case "paused":
            _button(
                run, "Resume", "play_arrow", lambda: run.steer(paused=False), "Go on training", primary=True
            )
        case "stopped" | "interrupted" | "failed":
            _button(run, "Continue", "play_arrow", lambda: jobs.resume(run), _WHERE_FROM, primary=True)
    if status.state in ACTIVE:
        _button(
            run, "Stop", "stop", lambda: jobs.cancel(run), "End here; what was learnt is kept and can be used"
        )


_WHERE_FROM = "Go on from the last checkpoint"


def _button(
    run: Run, label: str, icon: str, act: Callable[[], Any], hint: str, *, primary: bool = False
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        on_click=_or_say_why_not,
        args=(run, act),
        width=_BUTTON_WIDTH,
        type="primary" if primary else "secondary",
        help=hint,
    )


def _or_say_why_not(run: Run, act: Callable[[], Any]) -> None:
    """Do what was asked; why it could not be done stands on the page until something else is asked."""
    refused = ""
    try:
        act()
    except LstmError as error:
        refused = str(error)
    st.session_state[_REFUSED] = {run.id: refused}


def _tweaks(run: Run, settings: HyperParameters) -> None:
    for name in ("learning_rate", "dropout", "batch_size"):
        field, key, wanted = FIELDS[name], f"live-{name}-{run.id}", getattr(settings, name)
        seen = f"{key}-seen"
        if st.session_state.get(seen) != wanted:  # at first, or changed in another tab
            st.session_state[key] = st.session_state[seen] = wanted
        whole = field.kind is int
        step = _STEP_OF_BUTTONS[name]
        st.number_input(
            f"{field.label}, now",
            value=None,
            step=int(step) if whole else float(step),
            format="%d" if whole else "%g",
            key=key,
            width=150,
            on_change=_tweak,
            args=(run, name, key),
            help=f"{field.help}\n\nAllowed: {field.rule}.",
        )


def _tweak(run: Run, name: str, key: str) -> None:
    value = st.session_state[key]
    if value is not None:
        _or_say_why_not(run, lambda: run.steer(**{name: value}))


def _extend(run: Run, status: Status, settings: HyperParameters) -> None:
    key = f"live-more-{run.id}"
    more = st.number_input(
        "More steps",
        value=max(1, run.hyperparameters.steps // 2),
        min_value=1,
        step=100,
        key=key,
        width=150,
        help="How many steps to add to this training.",
    )

    def extend() -> None:
        if status.state in ACTIVE:
            run.steer(steps=settings.steps + more)
        else:
            services.jobs().resume(run, more)

    _button(run, "Extend", "more_time", extend, f"Train {more:,} steps more")
