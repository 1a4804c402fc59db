"""The form for one more intervention: a menu, and only the fields that the chosen one needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from lstm_core.errors import InvalidValue
from lstm_core.inside.intervention_text import units_from_text
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_CELL,
    MAX_SEED,
    BlankRows,
    ClampGate,
    Force,
    Intervention,
    Layer,
    Noise,
    RepeatRow,
    Reverse,
    Shuffle,
    Silence,
    Start,
    Stop,
    Transpose,
    Units,
)
from lstm_core.reading.gates import GATES, Gate

if TYPE_CHECKING:
    from dashboard.session.current_reading import CurrentReading

_KEY = "inside-what-if"


@dataclass(frozen=True)
class Choice:
    """An entry of the menu.

    Attributes:
        title: as the menu says it.
        about: what it does, in a sentence.
        ask: shows its fields and makes it; raises `InvalidValue`.
        in_a_layer: whether it is made in the chosen layer.
    """

    title: str
    about: str
    ask: Callable[[CurrentReading, Layer], Intervention]
    in_a_layer: bool = False


def intervention_form(current: CurrentReading, layer: Layer, *, full: bool) -> Intervention | None:
    """The menu and the fields; what was made when its button was pressed.

    The button calls nothing back: pressed straight from a field, it comes together with that field's new
    value, and a callback would still hold the old one.

    Args:
        current: what the fields' bounds are those of.
        layer: where a gate or units are changed.
        full: there is room for no more.
    """
    choice = st.selectbox(
        "What to change",
        CHOICES,
        format_func=lambda choice: choice.title,
        key=f"{_KEY}-kind",
        persist_state="session",
    )
    where = f" The change is made in {layer_in_words(layer)}, as chosen above."
    st.caption(choice.about + (where if choice.in_a_layer and len(current.layers) > 1 else ""))
    refused, made, pressed = "", None, False
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{_KEY}-fields"):
        try:
            made = choice.ask(current, layer)
            check(current, made)
        except InvalidValue as error:
            refused = str(error)
        pressed = st.button(
            "Add",
            icon=":material/add:",
            type="primary",
            key=f"{_KEY}-add",
            disabled=bool(refused) or full,
            help="Apply this change after those in force.",
        )
    if refused:
        from dashboard.parts.messages import show_warning

        show_warning(refused)
        return None
    return made if pressed else None


def check(current: CurrentReading, intervention: Intervention) -> None:
    """Raise `InvalidValue` if the network or the image has no such layer, unit or row."""
    from lstm_core.inside.intervened_reading import changed_image

    changed_image(current.weights, current.image, [intervention])


def _clamp(current: CurrentReading, layer: Layer) -> Intervention:
    gate: Gate = st.selectbox(
        "Gate",
        list(GATES),
        index=1,
        format_func=lambda name: GATES[name].words,
        key=f"{_KEY}-gate",
        width=150,
    )
    value = _number(
        "Value", GATES[gate].lowest, 1.0, 0.0, f"value-{gate}", "0 lets nothing through, 1 everything."
    )
    return ClampGate(layer, gate, value, _units(current, layer))


def _silence(current: CurrentReading, layer: Layer) -> Intervention:
    return Silence(layer, _units(current, layer))


def _force(current: CurrentReading, layer: Layer) -> Intervention:
    value = _number("Hidden value", -1.0, 1.0, 1.0, "hidden", "Of these units after every row.")
    return Force(layer, value, _units(current, layer))


def _start(_current: CurrentReading, layer: Layer) -> Intervention:
    hidden = _number("h", -1.0, 1.0, 0.0, "start-hidden", "Hidden state of every unit before the first row.")
    about = "Cell state of every unit before the first row."
    return Start(layer, hidden, _number("c", -MAX_CELL, MAX_CELL, 1.0, "start-cell", about))


def _blank(current: CurrentReading, _layer: Layer) -> Intervention:
    rows = len(current.image)
    first = _row("First row", rows, rows // 3, "blank-first")
    return BlankRows(first, _row("Last row", rows, rows // 2, "blank-last"))


def _repeat(current: CurrentReading, _layer: Layer) -> Intervention:
    rows = len(current.image)
    row = _row("Row", rows, rows // 2, "repeat-row")
    return RepeatRow(row, _row("Times", rows - 1, 5, "repeat-times"))


def _stop(current: CurrentReading, _layer: Layer) -> Intervention:
    rows = len(current.image)
    return Stop(_row("Last row read", rows, rows // 2, "stop-row"))


def _noise(_current: CurrentReading, _layer: Layer) -> Intervention:
    stddev = _number(
        "Standard deviation", 0.0, 1.0, 0.2, "noise", "How strong the noise is; ink has values from 0 to 1."
    )
    return Noise(stddev, _seed())


CHOICES = (
    Choice("Hold a gate", "A gate keeps one value at every row, whatever is read.", _clamp, True),
    Choice("Silence units", "The layer above and the next row get 0 from these units.", _silence, True),
    Choice("Force units", "The units have one hidden value after every row.", _force, True),
    Choice("Start from another state", "Memory is not empty before the first row.", _start, True),
    Choice("Blank rows", "These rows are read as blank paper.", _blank),
    Choice("Repeat a row", "The rows after it become copies of it.", _repeat),
    Choice("Reverse the rows", "The last row is read first.", lambda *_: Reverse()),
    Choice("Shuffle the rows", "The same rows in another order.", lambda *_: Shuffle(_seed())),
    Choice("Read columns", "Columns are read instead of rows, left to right.", lambda *_: Transpose()),
    Choice("Stop reading", "The verdict is the one after this row.", _stop),
    Choice("Add noise", "The paper becomes speckled and the ink uneven.", _noise),
)


def layer_in_words(layer: Layer) -> str:
    """An entry of a choice of layers."""
    return "every layer" if layer == EVERY_LAYER else f"layer {layer}"


def _units(current: CurrentReading, layer: Layer) -> Units:
    sizes = current.weights.units
    size = min(sizes) if layer == EVERY_LAYER else sizes[layer - 1]
    text = st.text_input(
        "Units",
        "all",
        key=f"{_KEY}-units",
        max_chars=200,
        width=150,
        help=f"`all`, or numbers and ranges from 1 to {size}, such as 1-8, 12",
    )
    return units_from_text(text)


def _number(label: str, low: float, high: float, usual: float, name: str, about: str) -> float:
    value = st.number_input(
        label,
        value=usual,
        step=0.1,
        format="%g",
        key=f"{_KEY}-{name}",
        width=130,
        help=f"{about}\n\nFrom {low:g} to {high:g}.",
    )
    return float(value)


def _row(label: str, last: int, usual: int, name: str) -> int:
    value = st.number_input(
        label, value=min(usual, last), step=1, key=f"{_KEY}-{name}", width=130, help=f"From 1 to {last}."
    )
    return int(value)


def _seed() -> int:
    value = st.number_input(
        "Seed",
        value=0,
        step=1,
        key=f"{_KEY}-seed",
        width=130,
        help=f"Of the random numbers, 0 to {MAX_SEED}.",
    )
    return int(value)
