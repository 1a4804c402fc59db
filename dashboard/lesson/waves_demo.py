"""Many-to-many regression on the Learn page: a small network learns to turn a sine into a cosine, live.

It trains here, in NumPy, in slices: while it does, the fragment reruns itself, goes some training steps on
and draws what comes out, and rests when it has come as far as it should. A training is small, and all
visitors share it (`dashboard.lesson.shared_training`), so neither the queue nor the training process knows
of it.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import streamlit as st

from dashboard.lesson.shared_training import SharedTraining, shared_training
from dashboard.parts import key_figures
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown
from lstm_core.errors import InvalidValue
from lstm_core.lesson.waves import MAX_LAYERS, MAX_UNITS, WaveNetwork

if TYPE_CHECKING:
    from lstm_core.figures.figure import Figure

STEPS = 800
"""Training steps after which it rests, and how many more Train on takes."""
PACE_SECONDS = 0.4
FIGURE_SECONDS = 1.5
"""A chart that changes is made anew by the browser, so it is not drawn as often as the numbers are."""
HOPELESS = 0.3
"""An error that says no wave was learnt: a network that always says zero has 0.5."""

# Keys of widgets.
UNITS = "waves-units"
WINDOW = "waves-window"
RATE = "waves-rate"
SEED = "waves-seed"
FREQUENCY = "waves-frequency"
PHASE = "waves-phase"
COLD = "waves-cold"

# Key of what is kept besides.
_LESSON = "waves-lesson"

_STACKS = ("20, 30", "10", "32, 32, 64")
_RATES = (0.0005, 0.001, 0.002, 0.004, 0.006, 0.01, 0.02)
_USUAL_RATE = 0.006


@dataclass(frozen=True)
class _Asked:
    """Which wave the person wants to see read."""

    frequency: float
    degrees: int
    cold: bool


@dataclass
class _Lesson:
    """A training as this session sees it: at ``network``, and at rest from step ``goal`` on."""

    training: SharedTraining
    network: WaveNetwork
    goal: int = field(default_factory=lambda: STEPS)
    running: bool = False
    _figure: Figure | None = None
    _error: float = math.nan
    _drawn: tuple[int, _Asked] | None = None
    _drawn_at: float = 0.0

    @property
    def done(self) -> bool:
        return self.network.step >= self.goal

    @property
    def losses(self) -> list[float]:
        return self.training.losses(self.network.step)

    def go_on(self) -> None:
        """See the next training steps, but do not train longer than the page can wait."""
        if self.running and not self.done:
            self.network = self.training.after(self.network, self.goal)
        self.running &= not self.done

    def figure(self, asked: _Asked) -> tuple[Figure, float]:
        """The figure, and the error on the wave it shows; anew when there is news, but not too often."""
        now, drawn = time.monotonic(), (self.network.step, asked)
        pressing = self._drawn is None or self._drawn[1] != asked or not self.running
        if self._figure is None or (
            drawn != self._drawn and (pressing or now - self._drawn_at > FIGURE_SECONDS)
        ):
            self._figure, self._error = self._draw(asked)
            self._drawn, self._drawn_at = drawn, now
        return self._figure, self._error

    def _draw(self, asked: _Asked) -> tuple[Figure, float]:
        from lstm_core.figures.waves import waves

        wave = self.network.predict(
            frequency=asked.frequency,
            phase=math.radians(asked.degrees),
            lead_in=0 if asked.cold else 200,
        )
        return waves(wave, self.losses, total_steps=max(self.goal, self.network.step)), wave.error


def waves_demo() -> None:
    """What many-to-many regression is, and a network that learns it while one looks on."""
    st.markdown(_WHAT_IT_IS)
    pace = _pace()
    st.fragment(_demo, run_every=pace)(pace)


def _pace() -> float | None:
    """Seconds between two slices; None while nothing trains."""
    lesson = _kept()
    return PACE_SECONDS if lesson and lesson.running else None


_WHAT_IT_IS = """
Reading a digit is **many to one**: 28 rows go in, one verdict counts. Here it is **many to many**: at every
time step a number goes in, the sine of a wave, and a number must come out, its cosine. Both are the same
wave a quarter apart, but one value does not tell which way it moves: where the sine is 0.5 the cosine is
+0.87 or −0.87. Only a network that remembers earlier steps can know, and for that it has its states.

On the top hidden state of every step sits one linear output, $\\hat y_t = w \\cdot h_t + b$. There is **no
softmax**: softmax is for choosing among classes and gives probabilities that sum to 1. A free number
is compared as it is, by the mean squared error $\\frac{1}{n}\\sum_t (\\hat y_t - y_t)^2$.
"""


@errors_shown()
def _demo(pace: float | None) -> None:
    controls, view = st.columns([1, 2], gap="large")
    with controls:
        settings = _settings()
        if _pace() != pace:
            st.rerun()
        lesson = _lesson(*settings)
        lesson.go_on()
        if _pace() != pace:
            st.rerun()
        _buttons(lesson)
        numbers = st.container(key="waves-numbers")
    with view:
        place = st.container(key="waves-figure")
        asked = _other_wave()
        figure, error = lesson.figure(asked)
        with place:
            chart(figure, alt=_in_words(lesson, asked, error), key="waves")
        _say_what_to_see(lesson)
    with numbers:
        _numbers(lesson, error)


def _settings() -> tuple[str, int, float, int]:
    """The fields of a training; a change lays the one at hand aside."""
    units = st.selectbox(
        "Layers",
        _STACKS,
        key=UNITS,
        persist_state="session",
        accept_new_options=True,
        on_change=_forget,
        help="Units of each layer, bottom to top. Own sizes can be written too: up to "
        f"{MAX_LAYERS} layers of up to {MAX_UNITS} units.",
    )
    window = st.segmented_control(
        "Time steps",
        (20, 30),
        default=20,
        required=True,
        key=WINDOW,
        persist_state="session",
        on_change=_forget,
        help="How far back gradients go. The states are passed on from one window to the next.",
    )
    rate = st.select_slider(
        "Learning rate",
        _RATES,
        value=_USUAL_RATE,
        key=RATE,
        persist_state="session",
        on_change=_forget,
        help="Adam's step size. Deep stacks need a smaller one, such as 0.002.",
    )
    seed = st.number_input(
        "Seed",
        value=0,
        step=1,
        key=SEED,
        persist_state="session",
        on_change=_forget,
        help="Random seed for the first weights and for where training begins on the wave.",
    )
    return units, window, rate, seed


def _kept() -> _Lesson | None:
    return cast("_Lesson | None", st.session_state.get(_LESSON))


def _lesson(units: str, window: int, rate: float, seed: int) -> _Lesson:
    """The training at hand, or a new one that has not begun. Raises `InvalidValue`."""
    if not (lesson := _kept()):
        training = shared_training(_sizes(units), window, rate, seed)
        lesson = st.session_state[_LESSON] = _Lesson(training, training.first)
    return lesson


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in (text or "").strip("[]() ").split(","))
    except ValueError as error:
        raise InvalidValue("units", "whole numbers with commas between, such as 20, 30", text) from error


def _forget() -> None:
    st.session_state.pop(_LESSON, None)


def _buttons(lesson: _Lesson) -> None:
    with st.container(horizontal=True, key="waves-buttons"):
        if lesson.running:
            label, icon, act = "Stop", "stop", _stop
        else:
            label, icon, act = ("Train more" if lesson.network.step else "Train"), "play_arrow", _train
        st.button(
            label,
            icon=f":material/{icon}:",
            type="primary",
            key="waves-train",
            on_click=act,
            width=130,
        )
        st.button(
            "Start again",
            icon=":material/restart_alt:",
            key="waves-anew",
            on_click=_start_anew,
            disabled=not lesson.network.step,
            width=130,
            help="From the first weights again",
        )


def _train() -> None:
    if lesson := _kept():
        if lesson.done:
            lesson.goal = lesson.network.step + STEPS
        lesson.running = True


def _stop() -> None:
    if lesson := _kept():
        lesson.running = False


def _start_anew() -> None:
    if lesson := _kept():
        st.session_state[_LESSON] = _Lesson(lesson.training, lesson.training.first, running=True)


def _numbers(lesson: _Lesson, error: float) -> None:
    network, losses = lesson.network, lesson.losses
    last = losses[-1] if losses else None
    key_figures.show_key_figures(
        ("Training step", f"{network.step:,} of {max(lesson.goal, network.step):,}"),
        ("Training error", "–" if last is None else _number(last)),
        ("Error on the wave shown", _number(error)),
        ("Parameters", f"{network.parameters:,}"),
    )


def _number(error: float) -> str:
    return f"{error:.4f}" if error >= 0.0001 else f"{error:.0e}"


def _other_wave() -> _Asked:
    """Which wave to read, beside the one it learns from."""
    with st.container(horizontal=True, gap="medium", key="waves-asked"):
        frequency = st.slider(
            "Frequency, × the trained one",
            0.25,
            3.0,
            1.0,
            0.05,
            format="%.2f",
            key=FREQUENCY,
            persist_state="session",
            width=240,
            help="The network was trained only at 1, a period of about 197 time steps.",
        )
        degrees = st.slider(
            "Phase, degrees",
            0,
            360,
            0,
            15,
            key=PHASE,
            persist_state="session",
            width=240,
            help="Where on the wave the picture begins.",
        )
        cold = st.toggle(
            "Begin with an empty memory",
            key=COLD,
            persist_state="session",
            help="Off: 200 time steps of the same wave are read before those shown. On: the first one shown "
            "is the first one read.",
        )
    return _Asked(float(frequency), int(degrees), bool(cold))


def _say_what_to_see(lesson: _Lesson) -> None:
    losses = sorted(lesson.losses[-50:])
    if not lesson.running and lesson.network.step >= STEPS and losses[len(losses) // 2] > HOPELESS:
        st.info(
            "The network did not learn: its error is no better than the 0.5 of always saying zero. The "
            "learning rate is too large for this stack. Try a smaller one or another seed.",
            icon=":material/lightbulb:",
        )
        return
    st.caption(
        "Once it is trained, move the frequency: it has learnt this one wave, not what a cosine is. With an "
        "empty memory it first has to find out where on the wave it is. Task: Morvan Zhou’s tutorial “RNN "
        "LSTM (regression)”, with windows of 20 steps, batches of 50, a learning rate of 0.006 and one layer "
        "of 10. The gradients are written out in NumPy after Greff et al. (2017), “LSTM: A Search Space "
        "Odyssey”, section II.B."
    )


def _in_words(lesson: _Lesson, asked: _Asked, error: float) -> str:
    return (
        f"Sine, cosine and prediction over 200 time steps at {asked.frequency:g} times the trained "
        f"frequency, after {lesson.network.step} training steps; the mean squared error is "
        f"{_number(error)}. Below, the error of every training step."
    )
