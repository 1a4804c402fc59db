"""Section of the lesson: what people ask first, answered with the numbers of the digit drawn last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lesson.in_words.questions import (
    changes_in_words,
    forget_gate_in_words,
    measured_in_words,
    shapes_in_words,
)
from dashboard.lesson.in_words.sharing import sharing_in_words
from dashboard.lesson.shapes_table import shape, show_table
from dashboard.lesson.shared_weights import EXPERIMENTS
from dashboard.parts import glossary, guess
from dashboard.parts.messages import errors_shown
from dashboard.parts.quantities import plain
from dashboard.session.current_reading import CurrentReading, current_reading, show_current_reading
from dashboard.session.ways import Place, way_to_inside, way_within
from lstm_core.data.info import thing_of
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.evidence.summaries import comparison

if TYPE_CHECKING:
    from lstm_core.reading.verdict import Verdict

_BATCH = 128
_MEASURED = ("dropout-few", "dropout-many", "layers")
"""Names in `COMPARISONS` of what says what dropout and a second layer change."""


@st.fragment
@errors_shown()
def five_questions() -> None:
    """Each question with its answer in short, and the way to where the answer can be seen and tried."""
    from lstm_core.reading.verdict import verdict

    reading = current_reading()
    found = verdict(reading.trace.probabilities, reading.image, reading.weights.class_names)
    for question in (guess.SETTLED, guess.NO_MEMORY):
        guess.tell(question, reading.fingerprint)
    show_current_reading(reading)
    st.markdown(
        "Short answers, each with a way to where you can see it happen and change it. The first two and the "
        f"last are about this very {thing_of(reading.weights.names)}; the others were measured over many "
        "trainings."
    )
    _forget_gate(reading, found)
    _why(reading, found)
    _dropout_and_layers()
    _shared()
    _shapes(reading)


def _question(number: int, text: str) -> None:
    st.subheader(f"{number}. {text}", anchor=False)


def _forget_gate(reading: CurrentReading, found: Verdict) -> None:
    _question(1, "What does the forget gate do to this stroke?")
    short, layers = forget_gate_in_words(reading, found)
    st.markdown(f"**{plain(short)}**")
    glossary.markdown(
        'After every row, the <dfn title="gate">forget gate</dfn> of each <dfn>unit</dfn> says what share of '
        "its memory, the <dfn>cell state</dfn>, stays: 1 keeps all of it, 0 wipes it out. On average over "
        "the units:"
    )
    st.markdown("\n".join(f"- {plain(said)}" for said in layers))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        way_to_inside("See the gates row by row", Place("gates", row=found.settled_at_row))
        way_within("Move the forget gate of one unit", "forget gate", icon=":material/tune:")


def _why(reading: CurrentReading, found: Verdict) -> None:
    from lstm_core.inside.margin import margin_between
    from lstm_core.inside.margin_text import margin_in_words, settled_against_all_in_words
    from lstm_core.reading.verdict import SETTLED_MARGIN, SETTLED_RATIO, closest_rival, with_article

    rival = closest_rival(reading.trace.probabilities, reading.image, found.label)
    this, other = (plain(with_article(found.called(label))) for label in (found.label, rival))
    _question(2, f"Why is it {this} and not {other}, and when was that settled?")
    margin = margin_between(reading.weights, reading.image, reading.trace, found.label, rival)
    short, _, rest = margin_in_words(margin).partition(". ")
    st.markdown(f"**{plain(short)}.** {plain(settled_against_all_in_words(margin, found))}")
    glossary.markdown(
        f"Every row moves the <dfn>margin</dfn> between the two; at +{SETTLED_MARGIN:.1f} the one ahead is "
        f"{SETTLED_RATIO} times as probable. {plain(rest)}"
    )
    way_to_inside("See these rows, or compare any other two", Place("what decided"))


def _dropout_and_layers() -> None:
    _question(3, "What do dropout and a second layer change?")
    measured = [comparison(name) for name in _MEASURED]
    if short := changes_in_words(*measured):
        st.markdown(f"**{short}**")
    glossary.markdown(
        "The test accuracy is the share of test images read correctly; points are percentage points. "
        '<dfn title="dropout">Dropout</dfn> sets some outputs to 0 while a network trains, which makes it '
        "harder to learn the images by heart. A second layer reads what the first one remembers."
    )
    with st.expander("What was trained, and how sure this is"):
        for name, sides in zip(_MEASURED, measured, strict=True):
            experiment = COMPARISONS[name]
            st.markdown(f"- **{experiment.question}.** {measured_in_words(sides)} {experiment.setup}")
    way_within("Let two such networks read your digit", "what changes", icon=":material/compare_arrows:")


def _shared() -> None:
    _question(4, "Why should layers not share weights?")
    st.markdown(
        "**Layer 1 reads pixels, layer 2 reads what layer 1 remembers: with shared weights, one set of "
        "numbers must suit both.** Layers can share only if every one reads as many numbers as it has units."
    )
    st.markdown(sharing_in_words({where: comparison(name) for name, where in EXPERIMENTS.items()}))
    way_within("See how it happens, and all measurements", "shared weights", icon=":material/content_copy:")


def _shapes(reading: CurrentReading) -> None:
    _question(5, "What shape goes in, and what comes out of each layer?")
    weights = reading.weights
    st.markdown(shapes_in_words(weights.rows, weights.columns, weights.units, weights.classes))
    lines = [("images", shape(_BATCH, weights.rows, weights.columns), "images, rows, pixels")]
    lines += [
        (f"out of layer {number}", shape(_BATCH, weights.rows, units), "images, rows, units")
        for number, units in enumerate(weights.units, start=1)
    ]
    lines.append(("out of the head", shape(_BATCH, weights.classes), "images, classes"))
    show_table(f"A batch of {_BATCH} images, read at once", ("Tensor", "Shape", "What it counts"), lines)
    st.caption(
        "Asked after every row, as on Draw, and in trainings that supervise every row, the head gives "
        f"{shape(_BATCH, weights.rows, weights.classes)}."
    )
    way_within("Choose other sizes and see every tensor", "many layers", icon=":material/layers:")
