"""What a person can do with a training: pause, stop, go on, extend, and change settings while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.session import services
from dashboard.train import followed_run
from dashboard.train.number_field import number_field
from lstm_core.errors import LstmError
from lstm_core.runs.run import Run
from lstm_core.runs.status import ACTIVE, Status
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

_REFUSED = "live-refused"
_BUTTON_WIDTH = 112
"""One for all, so that nothing moves from under the pointer when Pause becomes Resume."""
_FIELD_WIDTH = 160
"""Two beside each other on a phone, one above the other in the column beside a reading."""


def show_controls(run: Run, status: Status) -> None:
    """The buttons and fields that make sense in this state. Raises `RunDamaged`."""
    settings = run.control.settings(run.hyperparameters)
    with st.container(key="controls"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="controls-row"):
            _buttons(run, status)
            if status.state in ACTIVE or status.state in ("stopped", "failed", "interrupted"):
                _tweaks(run, settings)
            if status.state in ACTIVE or status.state in ("finished", "stopped"):
                _extend(run, settings)
        if refused := st.session_state.get(_REFUSED, {}).get(run.id):
            show_error(refused)
        elif status.state in ACTIVE:
            st.caption(_what_tweaks_do(settings))


def _what_tweaks_do(settings: HyperParameters) -> str:
    said = "A change takes effect within one step and is marked on the curves."
    if settings.schedule == "one-cycle":
        said += " With the one-cycle schedule the learning rate is the peak of the cycle."
    return said


def _buttons(run: Run, status: Status) -> None:
    with st.container(key="controls-first", width="content"):
        _first_button(run, status)
    if status.state in ACTIVE:
        _button(
            run,
            "Stop",
            "stop",
            lambda: services.jobs().cancel(run),
            "End here. What it has learnt is kept and can be used.",
        )


def _first_button(run: Run, status: Status) -> None:
    match status.state:
        case "queued":
            _button(
                run,
                "Leave queue",
                "close",
                lambda: services.jobs().cancel(run),
                "Training will not start",
                width="content",
            )
        case "preparing" | "running":
            _button(run, "Pause", "pause", lambda: run.steer(paused=True), "Pause training. Nothing is lost.")
        case "paused":
            _button(
                run, "Resume", "play_arrow", lambda: run.steer(paused=False), "Go on training", primary=True
            )
        case "stopped" | "interrupted" | "failed":
            _button(
                run, "Continue", "play_arrow", lambda: services.jobs().resume(run), _WHERE_FROM, primary=True
            )


_WHERE_FROM = "Continue from the last checkpoint"


def _button(
    run: Run,
    label: str,
    icon: str,
    act: Callable[[], Any],
    hint: str,
    *,
    primary: bool = False,
    width: int | Literal["content"] = _BUTTON_WIDTH,
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        on_click=_ask,
        args=(run, act),
        width=width,
        type="primary" if primary else "secondary",
        help=hint,
    )


def _ask(run: Run, act: Callable[[], Any]) -> None:
    _or_say_why_not(run, act)


def _or_say_why_not(run: Run, act: Callable[[], Any]) -> bool:
    """Do what was asked; why it could not be done stands on the page until something else is asked."""
    refused = ""
    followed_run.forget_note()
    try:
        act()
    except LstmError as error:
        refused = str(error)
    st.session_state[_REFUSED] = {run.id: refused}
    return not refused


def _tweaks(run: Run, settings: HyperParameters) -> None:
    for name, field in FIELDS.items():
        if not field.live:
            continue
        key, wanted = f"live-{name}-{run.id}", getattr(settings, name)
        seen = f"{key}-seen"
        # At first, when the page was left and is back, or when it was changed in another tab.
        if key not in st.session_state or st.session_state.get(seen) != wanted:
            st.session_state[key] = st.session_state[seen] = wanted
        # With a value of its own the browser can show the field from any run of the page. What the session
        # holds is sent once, and the fragment may have run again before the browser came to it.
        number_field(
            name,
            f"{field.label}, now",
            key=key,
            value=wanted,
            width=_FIELD_WIDTH,
            on_change=_tweak,
            args=(run, name, key),
        )


def _tweak(run: Run, name: str, key: str) -> None:
    """Change a setting; a value that is refused gives its place back to the one in force."""
    value = st.session_state[key]
    if not _or_say_why_not(run, lambda: run.steer(**{name: value})):
        del st.session_state[key]


def _extend(run: Run, settings: HyperParameters) -> None:
    key = f"live-more-{run.id}"
    more = st.number_input(
        f"Steps beyond {settings.steps:,}",
        value=max(1, run.hyperparameters.steps // 2),
        min_value=1,
        step=100,
        key=key,
        width=_FIELD_WIDTH,
        help=f"How many steps to add to the {settings.steps:,} that this training was to take.",
    )

    def extend() -> None:
        # What stands in the field and in the control file now, which the page may not have shown yet.
        wanted = int(st.session_state[key])
        if run.status.state in ACTIVE:
            run.steer(steps=run.control.settings(run.hyperparameters).steps + wanted)
        else:
            services.jobs().resume(run, wanted)

    _button(run, "Extend", "more_time", extend, f"Train to step {settings.steps + more:,}")
