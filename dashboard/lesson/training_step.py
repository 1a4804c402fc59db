"""Section of the lesson: one training step on a small network, stage by stage, as often as one likes.

It computes here, in NumPy, within some milliseconds. Each session has a training of its own, which is as
small as its network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from dashboard.lesson.step_stages import Batch, show_stages
from dashboard.parts.messages import errors_shown
from dashboard.session import networks
from dashboard.session.current_reading import SAMPLE_LABEL, CurrentDigit, current_digit, show_current_digit
from lstm_core.pretrained.small_networks import SEEN, SMALL_NETWORKS

if TYPE_CHECKING:
    from lstm_core.lesson.training_step import Steps, StepTraining

# Keys of widgets.
START = "step-start"
RATE = "step-rate"
LABEL = "step-label"

# Key of what is kept besides.
_TAUGHT = "step-taught"

FRESH, TRAINED = "fresh", "trained"
_RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
_USUAL_RATE = 0.01
_SEED = 3
"""Of the fresh weights; one of the seeds 0 to 7 with which most sample digits gain at the first step."""
_MANY = 10


@dataclass
class _Taught:
    """A training as this session sees it.

    Attributes:
        name: of what it began with; another one is another training.
        batch: what it learns from.
        training: where it is now.
        last: the steps that were taken last, at the beginning the first.
        slowly: whether they are to be shown stage by stage, which is done once.
    """

    name: str
    batch: Batch
    training: StepTraining
    last: Steps
    slowly: bool = False

    def advance(self, count: int, *, slowly: bool) -> None:
        self.last = self.training.advance(count)
        self.slowly = slowly


@st.fragment
@errors_shown()
def training_step() -> None:
    """A batch, its loss, the gradient, the update, and the same digit read again."""
    weights = networks.small().load()
    digit = current_digit(weights.rows, weights.columns)
    st.markdown(_WHAT_IT_IS)
    show_current_digit(digit, "read by the smallest network that ships: one LSTM layer of 12 units")
    start, rate, label = _choices(digit)
    taught = _taught(digit, start, rate, label)
    taught.training.learning_rate = rate
    _buttons()
    show_stages(
        taught.batch,
        taught.last,
        taught.training.losses,
        steps_taken=taught.training.steps,
        walk=taught.slowly,
    )
    taught.slowly = False
    st.caption(_WHAT_A_REAL_TRAINING_DOES)


_WHAT_IT_IS = (
    "A network learns by repeating one small act, the **training step**: read some digits, measure how wrong "
    "the answers are, find out which way each weight should move, move all of them a little. The first step "
    "is taken already, and below is everything that it computed. **Step** takes another one; **Slow** does, "
    "too, and shows its five stages one after the other."
)

_WHAT_A_REAL_TRAINING_DOES = (
    "A real training does the same thousands of times, and takes other images at every step: here they stay "
    "the same, so that you can see the loss fall, and the network may learn them by heart. When the loss "
    "rises, the steps are usually too long; a smaller learning rate takes shorter ones. The gradient is "
    "computed by backpropagation through time, Greff et al. (2017), “LSTM: A Search Space Odyssey”, section "
    "II.B, and the step by Adam, Kingma & Ba (2015)."
)


def _choices(digit: CurrentDigit) -> tuple[str, float, int]:
    """Which weights it begins with, the learning rate, and what the digit is."""
    with st.container(horizontal=True, gap="medium", key="step-choices"):
        start = st.segmented_control(
            "Weights to begin with",
            (FRESH, TRAINED),
            default=FRESH,
            required=True,
            format_func=str.capitalize,
            key=START,
            persist_state="session",
            help="Fresh: drawn at random, nothing learnt yet. Trained: as it ships, after "
            f"{SMALL_NETWORKS[SEEN].values['steps']:,} steps.",
        )
        rate = st.select_slider(
            "Learning rate",
            _RATES,
            value=_USUAL_RATE,
            key=RATE,
            persist_state="session",
            width=260,
            help="How far a step goes. The first step moves almost every weight by about this much.",
        )
        label = SAMPLE_LABEL
        if digit.drawn:
            label = st.selectbox(
                "Your drawing is a",
                range(10),
                index=_looks_like(digit),
                key=f"{LABEL}-{digit.fingerprint}",
                persist_state="session",
                width=140,
                help="The right answer, which the training needs. At first it is what the largest network "
                "that ships reads.",
            )
    return start, rate, label


def _looks_like(digit: CurrentDigit) -> int:
    from lstm_core.reading.trace import read

    return int(read(networks.shipped().load(), digit.image).probabilities[-1].argmax())


def _kept() -> _Taught | None:
    return cast("_Taught | None", st.session_state.get(_TAUGHT))


def _taught(digit: CurrentDigit, start: str, rate: float, label: int) -> _Taught:
    """The training at hand; a new one if there is none or its beginning is another."""
    name = f"{digit.fingerprint} {start} {label}"
    taught = _kept()
    if taught is None or taught.name != name:
        taught = st.session_state[_TAUGHT] = _begin(name, digit, start, rate, label)
    return taught


def _begin(name: str, digit: CurrentDigit, start: str, rate: float, label: int) -> _Taught:
    """A training that has taken its first step: of the ten sample digits, and the drawing before them."""
    import numpy as np

    from lstm_core.drawing.stroke_digits import stroke_digit
    from lstm_core.lesson.training_step import StepTraining
    from lstm_core.reading.untrained import untrained

    weights = networks.small().load()
    if start == FRESH:
        weights = untrained(weights, _SEED)
    labels = list(range(10))
    images = [stroke_digit(each, weights.rows, weights.columns) for each in labels]
    if digit.drawn:
        labels.insert(0, label)
        images.insert(0, digit.image)
    batch = Batch(np.stack(images), np.array(labels), watched=labels.index(label), drawn=digit.drawn)
    training = StepTraining(weights, batch.images, batch.labels)
    training.learning_rate = rate
    return _Taught(name, batch, training, training.advance(1))


def _buttons() -> None:
    with st.container(horizontal=True, key="step-buttons"):
        st.button(
            "Step",
            icon=":material/play_arrow:",
            type="primary",
            key="step-one",
            on_click=_advance,
            args=(1, False),
        )
        st.button(
            "Slow",
            icon=":material/slow_motion_video:",
            key="step-slow",
            on_click=_advance,
            args=(1, True),
        )
        st.button(
            f"Step ×{_MANY}",
            icon=":material/fast_forward:",
            key="step-many",
            on_click=_advance,
            args=(_MANY, False),
        )
        st.button(
            "Start again",
            icon=":material/restart_alt:",
            key="step-anew",
            on_click=_start_anew,
            help="Begin anew and take the first step with the learning rate chosen above.",
        )


def _advance(count: int, slowly: bool) -> None:
    if taught := _kept():
        taught.advance(count, slowly=slowly)


def _start_anew() -> None:
    st.session_state.pop(_TAUGHT, None)
