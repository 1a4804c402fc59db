"""One training on the Train page, on one screen: where it stands, what can be done, a reading, the curves.

All of it is one fragment. While the run waits or trains it looks at the run folder, often before the first
step and then less; what a person does with its buttons and fields reruns it too, and not the page. When the
run has ended it asks for one full run of the page, which shows the result, and rests.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts import key_figures, quantities
from dashboard.parts.badges import BADGES
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown, harmless, show_warning
from dashboard.parts.viewport import narrow
from dashboard.session import networks, services
from dashboard.train import followed_run, live_controls
from dashboard.train.choice_titles import TITLES
from dashboard.train.followed_run import FollowedRun
from dashboard.train.waiting import Waiting, what_it_waits_for
from dashboard.train.watched_reading import show_watched
from lstm_core.runs.history import History
from lstm_core.runs.run import Run
from lstm_core.runs.status import WAITING_OR_ACTIVE, Status

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure

PREPARING_SECONDS = 0.5
RUNNING_SECONDS = 0.8
"""Every look makes the browser busy for a tenth of a second, on the cores that train."""
FIGURES_SECONDS = 1.6
"""A chart that changes is made anew by the browser, so curves are not drawn as often as numbers are."""

_MOST_CHANGES = 3
"""As many are named one by one."""


def show_training(run: Run, status: Status) -> None:
    """Everything about a run that is not its final result; while it goes on it is looked at again and again.

    Args:
        run: which.
        status: of it, which the rest of the page shows; all of the page is made anew once it is another.

    Raises:
        RunDamaged: it cannot be read.
    """
    followed = followed_run.followed_run(run)
    pace = _pace(status)
    st.fragment(_training, run_every=pace)(followed, pace, narrow())


def _pace(status: Status) -> float | None:
    """Seconds between two looks at the run folder; None when there is nothing to wait for."""
    if status.state in ("queued", "preparing"):
        return PREPARING_SECONDS
    return RUNNING_SECONDS if status.state in WAITING_OR_ACTIVE else None


@errors_shown()
def _training(followed: FollowedRun, pace: float | None, narrow: bool) -> None:
    services.store().get(followed.run.id)  # says plainly that it was deleted elsewhere
    status = followed.status()
    if _pace(status) != pace:
        st.rerun()
    history = followed.catch_up()
    with st.container(key="training"):
        _about(followed.run, history, status)
        with st.container(key="training-strip"):
            show_progress(followed.run, history, status)
        busy = pace is not None
        controls, reading, curves = st.columns([3.1, 5.8, 4.7], gap="medium")
        with controls:
            live_controls.show_controls(followed.run, status)
        with reading:
            show_watched(followed, busy=busy, narrow=narrow)
        with curves, st.container(key="curves-place"):
            st.markdown("#### Learning curves", help=_CURVES)
            _curves(followed, narrow, busy=busy)


def _about(run: Run, history: History, status: Status) -> None:
    settings = run.hyperparameters
    rate = trained_with("learning_rate", settings.learning_rate, history)
    batch = trained_with("batch_size", settings.batch_size, history)
    layers = ", ".join(map(str, settings.units))
    st.markdown(
        f"{BADGES[status.state]} :gray[{settings.info.title} · {layers} units · "
        f"{TITLES['optimizer'][settings.optimizer]} at {rate} · batch {batch} · "
        f"seed {settings.seed}]"
    )


def trained_with(name: str, first: float, history: History) -> str:
    """A setting as the run began with it, and what it was changed to while it trained.

    Such as "0.005", "0.005, changed to 0.02 at step 610", and for more than `_MOST_CHANGES` changes their
    number and the last of them.
    """
    changes = [tweak for tweak in history.tweaks if tweak.field == name]
    first = changes[0].before if changes else first
    if not changes:
        return f"{first:g}"
    said = [f"{one.after:g} at step {one.step:,}" for one in changes]
    if len(said) > _MOST_CHANGES:
        return f"{first:g}, changed {len(said)} times, at last to {said[-1]}"
    return f"{first:g}, changed to {', then to '.join(said)}"


def show_progress(run: Run, history: History, status: Status) -> None:
    """Where the run stands, for a strip of constant height. Raises `RunDamaged`."""
    match status.state:
        case "queued" | "preparing":
            st.html(_spinner(what_it_waits_for(run, status)))
        case "interrupted":
            st.warning(
                f"**{harmless(_sentence(status.detail))}.** The training process was ended from outside. "
                + (_CHECKPOINT if run.has_checkpoint else _NO_CHECKPOINT),
                icon=":material/power_off:",
            )
        case "failed":
            st.error(f"**Training failed.** {harmless(status.detail)}", icon=":material/error:")
        case _:
            _bar(history, status)
    if status.state in WAITING_OR_ACTIVE:
        return
    if history.step < status.step:
        show_warning(
            f"Part of the event log cannot be read: it records {history.step:,} steps, and the run took "
            f"{status.step:,}. The curves are incomplete."
        )
    if status.detail and status.state in ("finished", "stopped"):
        show_warning(status.detail)
    for damage in filter(None, (_weights_damage(run), run.control_damage)):
        show_warning(damage)


def _weights_damage(run: Run) -> str:
    return networks.damage_of_weights(run.id, services.store().summary(run.id).weights_version)


_CURVES = (
    "Training is measured on the batches that the network learns from: on images that are varied, with units "
    "dropped out, where the settings ask for that, and as a mean since the report before. Validation reads "
    "unchanged images with all units, after the last of these steps. So its accuracy is often the higher one."
)
_CHECKPOINT = "What it learnt up to the last checkpoint is kept. Press Continue to go on."
_NO_CHECKPOINT = "There is no checkpoint yet. Press Continue to start over from the first step."


def _spinner(waiting: Waiting) -> str:
    """What changes all the time stands outside of what is read out."""
    end = "" if waiting.what.endswith(".") else "…"
    return (
        '<div class="preparing"><span class="spinner" aria-hidden="true"></span><div>'
        f'<span role="status">{escape(waiting.what)}{end}</span> {escape(waiting.until)}</div></div>'
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bar(history: History, status: Status) -> None:
    steps = max(history.steps, 1)
    step = max(history.step, status.step)
    done = min(1.0, step / steps)
    st.progress(done, text=f"Step {step:,} of {steps:,} · {quantities.percent(done, 0)}")
    key_figures.show_key_figures(*_numbers(history, status))


def _numbers(history: History, status: Status) -> list[tuple[str, str]]:
    numbers = []
    if history.batches:
        last = history.batches[-1]
        numbers += [
            ("Training loss", f"{last.loss:.4f}"),
            ("Training accuracy", quantities.accuracy(last.accuracy)),
        ]
    validation = history.evaluations[-1] if history.evaluations else None
    numbers.append(("Validation accuracy", quantities.accuracy(validation.accuracy) if validation else "–"))
    if status.state in ("running", "paused"):
        left = history.seconds_left
        running = status.state == "running"
        speed = history.steps_per_second
        numbers.append(("Speed", quantities.speed(speed) if speed and running else "–"))
        ending = status.detail if running else "paused"
        numbers.append(("Time left", ending or (quantities.duration(left) if left is not None else "–")))
    else:
        numbers.append(("Time", quantities.duration(status.seconds)))
    return numbers


def _curves(followed: FollowedRun, narrow: bool, *, busy: bool) -> None:
    history = followed.history
    said = "; ".join(f"at step {mark.step} {mark.text}" for mark in history.marks)
    chart(
        followed.figure(lambda: _curves_figure(history, narrow), FIGURES_SECONDS if busy else 0),
        alt=f"Loss and accuracy of training and validation over the steps. {said}",
        key="learning-curves",
    )


def _curves_figure(history: History, narrow: bool) -> Figure:
    from lstm_core.figures.learning_curves import LossPoint, Mark, learning_curves

    return learning_curves(
        [LossPoint(report.step, report.loss, report.accuracy) for report in history.batches],
        [LossPoint(report.step, report.loss, report.accuracy) for report in history.evaluations],
        [Mark(mark.step, mark.text) for mark in history.marks],
        total_steps=max(history.steps, 1),
        zoomable=not narrow,
    )
