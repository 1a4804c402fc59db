"""Section of the lesson: what one setting changes, on the digit drawn last, between networks that ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lesson.in_words.switch import difference_in_words
from dashboard.lesson.side_by_side import Side, show_side_by_side
from dashboard.parts import glossary
from dashboard.parts.experiment import show_experiment
from dashboard.parts.guess import guess_one, option_in_words, show_answer
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import CurrentDigit, current_digit, show_current_digit
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.pretrained.small_networks import BASE, SMALL_NETWORKS
from lstm_core.reading.percents import accuracy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.reading.card import Card
    from lstm_core.reading.weights import LstmWeights

KNOB = "knob"
"""Key of the widget, and name in the address."""


@dataclass(frozen=True)
class Knob:
    """One setting in which two networks differ.

    Attributes:
        name: as the choice and the address say it.
        first, second: names in `SMALL_NETWORKS`; one of them is `BASE`.
        first_name, second_name: to follow a comma or begin a sentence.
        about: what the setting does, in Markdown with words of the glossary.
        experiments: names in `COMPARISONS` that measured it.
    """

    name: str
    first: str
    second: str
    first_name: str
    second_name: str
    about: str
    experiments: Sequence[str]


KNOBS = (
    Knob(
        "Dropout",
        BASE,
        "dropout",
        "without dropout",
        "with dropout 0.5",
        "While a network trains with <dfn>dropout</dfn> 0.5, half of each layer's outputs, drawn by "
        "chance at every row, are set to 0. No unit can rely on one other unit, so it gets harder to "
        "learn the training images by heart. When a digit is read, nothing is dropped. It is meant for "
        "networks that are large for the number of their images. Compare both cases below.",
        ("dropout-few", "dropout-many"),
    ),
    Knob(
        "Layers",
        "one-layer",
        BASE,
        "with one layer",
        "with two layers",
        "The units of the **second layer** do not see the pixels. They read what the first layer "
        "remembers, one hidden state of each unit after every row, and so can combine "
        "it over the rows. A second layer also has "
        "parameters of its own. Is it the second layer that helps, or the larger number of parameters? "
        "The two networks right below do not answer that: two layers have about twice as many parameters as "
        "one. The fair comparison, with one layer of about as many parameters, is at the end.",
        ("layers",),
    ),
    Knob(
        "Weights",
        BASE,
        "shared",
        "with separate weights",
        "with shared weights",
        "With **shared weights** both layers compute with the same numbers, so one set must suit the pixels "
        "that layer 1 reads and the hidden states that layer 2 reads. Sharing is no error in itself: it "
        "saves parameters, half of them with two layers, and such a network can still learn. Layers should "
        "not share unless you mean it, because each then has less room for its own task, and `[cell] * n` "
        "shares without telling you.",
        ("shared", "shared-narrow"),
    ),
    Knob(
        "Supervised rows",
        "last-row",
        BASE,
        "with the last row supervised",
        "with every row supervised",
        "The loss, a <dfn>cross-entropy</dfn>, says what a network is asked for; a <dfn>supervised "
        "row</dfn> counts in it. **Last row**: only the verdict after row 28 counts, and what the network "
        "says before is whatever the head makes of a state that was never meant for it. **Every row**: it "
        "learns to guess after each row, so its early guesses are worth reading.",
        ("rows",),
    ),
)
_NAMES = [knob.name for knob in KNOBS]


@st.fragment
@errors_shown()
def what_changes() -> None:
    """The choice of the setting, both readings, and what was measured over many trainings."""
    glossary.markdown(
        "Here two networks read your digit side by side. They were trained alike, with the same "
        "<dfn>seed</dfn> on the same images, and **differ in one setting only**. Choose it:"
    )
    chosen = st.segmented_control(
        "What differs between the two networks",
        _NAMES,
        default=_NAMES[0],
        required=True,
        key=KNOB,
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    knob = KNOBS[_NAMES.index(chosen)]
    glossary.markdown(knob.about)
    _on_this_digit(knob)
    st.subheader("And on all test digits?", anchor=False)
    st.markdown(
        "One digit read by one pair of networks is an example. It does not show what holds in general: "
        "another seed makes another network. So networks were trained with several seeds and tested on all "
        "test images. **Their accuracies differ from those of the two networks above because their settings "
        f"do**: above stand {_settings_of_these()}; these are described below each question."
    )
    for name in knob.experiments:
        st.markdown(f"**{COMPARISONS[name].question}**")
        show_experiment(name, short=True)
    st.page_link("pages/evidence.py", label="All that was measured: Evidence", icon=":material/fact_check:")


def _on_this_digit(knob: Knob) -> None:
    from lstm_core.reading.trace import read

    (first, first_card), (second, second_card) = (_network(name) for name in (knob.first, knob.second))
    digit = current_digit(first.rows, first.columns)
    show_current_digit(digit, "read by two small networks that ship with Row by Row")
    readings = [read(weights, digit.image).probabilities for weights in (first, second)]
    if not _guessed(knob, digit, readings):
        return
    first_side, second_side = (
        Side(
            name,
            reading,
            (
                ("parameters", f"{_parameters(card):,}"),
                ("test digits read correctly", accuracy(card.test_accuracy)),
            ),
        )
        for name, reading, card in zip(
            (knob.first_name, knob.second_name), readings, (first_card, second_card), strict=True
        )
    )
    said = difference_in_words(digit.image, knob.first_name, readings[0], knob.second_name, readings[1])
    show_side_by_side(digit.image, f"The digit that both read: {digit.what}", first_side, second_side, said)
    st.caption(
        "Each line of a heatmap is what a network thinks after reading the digit down to that row; the "
        "dashed line is where its verdict settles. Click a row, use the slider, or press Play."
    )


def _settings_of_these() -> str:
    """What is common to the networks that read the digit, and not to those of the experiments."""
    values = SMALL_NETWORKS[BASE].values
    return f"layers of {values['units'][0]} units, {values['steps']:,} steps, one seed each"


_TOGETHER = "Both at the same row, or neither"


def _guessed(knob: Knob, digit: CurrentDigit, readings: Sequence[NDArray[np.float32]]) -> bool:
    """Ask which of the two settles earlier; whether both may be shown, once the answer is there."""
    from lstm_core.reading.verdict import settled_in_words, verdict

    names = [name[:1].upper() + name[1:] for name in (knob.first_name, knob.second_name)]
    of = f"{knob.name} {digit.fingerprint}"
    asked = guess_one(
        "earlier", of, "**Which of the two settles on its verdict at an earlier row?**", (*names, _TOGETHER)
    )
    if isinstance(asked.said, str):
        first, second = (verdict(reading, digit.image) for reading in readings)
        rows = [found.settled_at_row or len(digit.image) + 1 for found in (first, second)]
        right = _TOGETHER if rows[0] == rows[1] else names[rows[1] < rows[0]]
        show_answer(
            f"{option_in_words(asked.said, right)} {names[0]} the verdict {first.label} "
            f"{settled_in_words(first)}; {knob.second_name} the verdict {second.label} "
            f"{settled_in_words(second)}."
        )
    return asked.answered


def _parameters(card: Card) -> int:
    from lstm_core.settings.shapes import parameter_count
    from lstm_core.settings.validation import hyperparameters

    return parameter_count(hyperparameters(card.hyperparameters))


@st.cache_resource(show_spinner=False)
def _network(name: str) -> tuple[LstmWeights, Card]:
    """Weights and card. Raises `WeightsError`."""
    from lstm_core.pretrained.small_networks import small_card, small_weights

    return small_weights(name), small_card(name)
