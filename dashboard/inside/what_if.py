"""Panel "what if": change the network or the image, read again, and see both readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.inside import active_interventions, intervention_form
from dashboard.inside.active_interventions import ActiveInterventions
from dashboard.inside.comparison import difference_in_words, show_numbers, show_sentences
from dashboard.parts import guess
from dashboard.parts.chart import chart
from dashboard.parts.messages import harmless, show_warning
from dashboard.parts.quantities import plain
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_INTERVENTIONS,
    ClampGate,
    Intervention,
    Layer,
    Noise,
    Reverse,
    Shuffle,
    Silence,
    Transpose,
)

if TYPE_CHECKING:
    from lstm_core.reading.weights import LstmWeights

_KEY = "inside-what-if"

_LAYER = f"{_KEY}-layer"

_PRESSED = f"{_KEY}-pressed"
"""Which preset is in force, unless something was added since."""

PRESETS: dict[str, Callable[[LstmWeights, Layer], tuple[Intervention, ...]]] = {
    "Forget everything": lambda _, layer: (ClampGate(layer, "forget_gate", 0.0),),
    "Never forget": lambda _, layer: (ClampGate(layer, "forget_gate", 1.0),),
    "Write nothing": lambda _, layer: (ClampGate(layer, "input_gate", 0.0),),
    "Half the units": lambda weights, layer: _half(weights, layer),
    "Read it upside down": lambda *_: (Reverse(),),
    "Read columns": lambda *_: (Transpose(),),
    "Shuffle the rows": lambda *_: (Shuffle(),),
    "Add noise": lambda *_: (Noise(0.3),),
}
"""First steps for who is new, by their titles: what each makes of a network and the layer chosen for it."""

_TELLING = "Forget everything"
"""The first of them that a person is offered."""


def show_what_if(current: CurrentReading) -> None:
    """Presets, the form, what is in force, and the two readings."""
    active = active_interventions.active_interventions()
    st.markdown(
        "Change something and read the same digit again. Whatever you do not hold is computed anew: the "
        "later rows, and the layers above."
    )
    layer = _choose_layer(current, active)
    _show_presets(current, active, layer)
    with st.container(border=True, key=f"{_KEY}-edit"):
        left, right = st.columns(2, gap="large")
        with left:
            full = len(active.interventions) >= MAX_INTERVENTIONS
            one_more = intervention_form.intervention_form(current, layer, full=full)
        if one_more is not None:
            st.session_state.pop(_PRESSED, None)
            active.add(one_more)
        made, against = active_interventions.applicable(current, active.interventions)
        with right:
            _show_list(active, against)
    active_interventions.put_into_address(active.interventions)
    for problem in active.problems:
        show_warning(f"Part of the link was ignored: {problem}")
    if not active.interventions:
        _invite(current, active)
    _show_readings(current, made)


def _invite(current: CurrentReading, active: ActiveInterventions) -> None:
    """Nothing is changed yet: say so, and offer a change that tells much."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{_KEY}-invitation"):
        st.markdown("**Nothing is changed yet, so both readings below are the same.**", width="content")
        st.button(
            "Try it: read without a memory",
            icon=":material/play_arrow:",
            key=f"{_KEY}-try",
            on_click=_press,
            args=(active, _TELLING, current),
            help="Hold the forget gate at 0, so that every row wipes out what was remembered.",
        )


def _show_presets(current: CurrentReading, active: ActiveInterventions, layer: Layer) -> None:
    with st.container(horizontal=True, gap="xsmall", key=f"{_KEY}-presets"):
        for number, (title, made) in enumerate(PRESETS.items()):
            in_words = "; ".join(map(_words, made(current.weights, layer)))
            st.button(
                title,
                key=f"{_KEY}-preset-{number}",
                on_click=_press,
                args=(active, title, current),
                help=f"{in_words}. This replaces the changes in force.",
            )


def _press(active: ActiveInterventions, title: str, current: CurrentReading) -> None:
    """Of the layer that is chosen now: it may have changed since the button was drawn."""
    st.session_state[_PRESSED] = title
    only_one = len(current.layers) == 1
    layer: Layer = 1 if only_one else st.session_state.get(_layer_key(current), EVERY_LAYER)
    active.change(PRESETS[title](current.weights, layer))


def _layer_key(current: CurrentReading) -> str:
    return f"{_LAYER}-{len(current.layers)}"


def _choose_layer(current: CurrentReading, active: ActiveInterventions) -> Layer:
    """Where presets and form change gates and units; a preset in force moves along with the choice."""
    depth = len(current.layers)
    if depth == 1:
        return 1
    key = _layer_key(current)

    def move() -> None:
        made = PRESETS.get(st.session_state.get(_PRESSED, ""))
        if made and active.interventions in [made(current.weights, layer) for layer in range(depth + 1)]:
            active.change(made(current.weights, st.session_state[key]))

    chosen: Layer = st.segmented_control(
        "Change gates and units of",
        range(depth + 1),
        default=EVERY_LAYER,
        required=True,
        format_func=intervention_form.layer_in_words,
        key=key,
        persist_state="session",
        on_change=move,
        help="For the first four buttons, and for a gate or units that you change below.",
    )
    return chosen


def _half(weights: LstmWeights, layer: Layer) -> tuple[Intervention, ...]:
    """The first half of the units silenced, in one layer or in each."""
    sizes = weights.units if layer == EVERY_LAYER else weights.units[layer - 1 : layer]
    halves = [tuple(range(1, max(1, size // 2) + 1)) for size in sizes]
    if layer != EVERY_LAYER or len(set(halves)) == 1:
        return (Silence(layer, halves[0]),)
    return tuple(Silence(number, half) for number, half in enumerate(halves, start=1))


def _show_list(active: ActiveInterventions, against: dict[int, str]) -> None:
    """Those in force, each with its buttons."""
    st.markdown(
        "**Changes in force**"
        if active.interventions
        else "**Changes in force:** none, so both readings are the same."
    )
    for at, intervention in enumerate(active.interventions):
        words = _words(intervention)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{_KEY}-line-{at}"):
            st.markdown(f"{at + 1}. {plain(words)}".replace(". ", "\\. ", 1), width="stretch")
            st.button(
                "Earlier",
                icon=":material/arrow_upward:",
                key=f"{_KEY}-up-{at}",
                on_click=active.move_up,
                args=(at,),
                disabled=not at,
                type="tertiary",
                help=f"Make this change before the one above: {words}",
            )
            st.button(
                "Remove",
                icon=":material/close:",
                key=f"{_KEY}-remove-{at}",
                on_click=active.remove,
                args=(at,),
                type="tertiary",
                help=f"Remove this change: {words}",
            )
        if at in against:
            st.caption(f":material/warning: Not applied: {harmless(against[at])}")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            icon=":material/undo:",
            key=f"{_KEY}-undo",
            on_click=active.undo,
            disabled=not active.undone_to,
            help="Undo the last change to this list.",
        )
        st.button(
            "Clear all",
            icon=":material/clear_all:",
            key=f"{_KEY}-clear",
            on_click=active.change,
            args=((),),
            disabled=not active.interventions,
            help="Remove all changes.",
        )


def _show_readings(current: CurrentReading, made: Sequence[Intervention]) -> None:
    from lstm_core.figures.before_after import before_after
    from lstm_core.inside.difference import greatest_difference
    from lstm_core.inside.intervened_reading import intervene
    from lstm_core.reading.verdict import WHAT_PASSING_MEANS, sentence, verdict

    if tuple(made) == PRESETS[_TELLING](current.weights, EVERY_LAYER):
        guess.tell(guess.NO_MEMORY, current.fingerprint)
    before = current.trace.probabilities
    image, trace = intervene(current.weights, current.image, made)
    after = trace.probabilities
    names = current.weights.class_names
    said = sentence(verdict(before, current.image, names)), sentence(verdict(after, image, names))
    most = difference_in_words(greatest_difference(before, after))
    show_sentences(("Before", said[0]), ("After", said[1]), ("Greatest difference", most))
    chart(
        before_after(image, before, after, narrow=narrow()),
        alt=f"The image as it was read, and heatmaps of each class's probability after every row. Before: "
        f"{said[0]}. After: {said[1]}. Greatest difference {most}.",
        key=f"{_KEY}-readings",
    )
    st.caption(
        "Rows are numbered in the order they are read. In the difference, orange means more than "
        "before and blue is less. Point at a cell for its number. "
        f"{WHAT_PASSING_MEANS}"
    )
    show_numbers(
        "Probability of each class after the last row read", ("before", before[-1]), ("after", after[-1])
    )


def _words(intervention: Intervention) -> str:
    from lstm_core.inside.intervention_text import intervention_in_words

    return intervention_in_words(intervention)
