"""What the gates do to a digit: their means beside its rows, in words, and every unit as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import streamlit as st

from dashboard.inside import cursor, unit_equations
from dashboard.inside.navigation import button_to_panel
from dashboard.inside.unit_influence import influences_of
from dashboard.parts import glossary
from dashboard.parts.guess import SETTLED, guess_row, row_in_words, show_answer
from dashboard.parts.messages import errors_shown
from dashboard.parts.viewport import narrow
from dashboard.session.current_reading import CurrentReading
from dashboard.session.ways import Place, way_to_lesson
from lstm_core.reading.percents import in_words, percent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstm_core.figures.gate_heatmaps import Quantity

_HEATMAPS = "inside-gates-heatmaps"

_ALL = "all six"
_STORED, _SIMILAR, _INFLUENTIAL = "as stored", "alike together", "by influence"


def show_gates(current: CurrentReading) -> None:
    """The mean gates of every layer and their story; behind a switch, every unit."""
    small = narrow()
    _show_means(current, small)
    way_to_lesson(
        "Learn what the forget gate does, in one unit",
        Place("forget gate", row=cursor.cursor_row() + 1, **cursor.layer_and_unit(current.weights.units)),
    )
    if cursor.UNIT in st.query_params or st.session_state.get(cursor.UNIT) is not None:
        st.session_state.setdefault(_HEATMAPS, True)
    if st.toggle(
        "Every unit as a heatmap",
        key=_HEATMAPS,
        persist_state="session",
        help="The gates and states of every unit of a layer at every row, and the arithmetic of one that you "
        "click.",
    ):
        _show_heatmaps(current, small)


def _ask_when_settled(current: CurrentReading) -> int | None:
    """Ask at which row the verdict settled, and say it; the row, once it may be shown."""
    from lstm_core.reading.verdict import SETTLED_RATIO, settled_in_words, verdict

    probabilities, rows = current.trace.probabilities, len(current.image)
    found = verdict(probabilities, current.image, current.weights.class_names)
    asked = guess_row(
        SETTLED,
        current.fingerprint,
        f"In the end {found.label} is the most probable digit. **From which row on is it settled**, so that "
        f"{found.label} stays at least {SETTLED_RATIO} times as probable as any other digit?",
        rows,
    )
    if not asked.answered:
        return None
    row = found.settled_at_row
    at = rows if row is None else row
    share = in_words(float(probabilities[at - 1, found.label]))
    answer = f"The verdict {found.label} {settled_in_words(found)}: {share} after row {at}."
    if not isinstance(asked.said, int):
        st.caption(answer)
        return row
    closeness = f"You guessed row {asked.said}." if row is None else row_in_words(asked.said, row)
    show_answer(f"{closeness} {answer}")
    return row


def _show_means(current: CurrentReading, small: bool) -> None:
    """What the gates of each layer do on average."""
    from lstm_core.figures import theme
    from lstm_core.figures.mean_gates import LINES, mean_gates, mean_gates_info
    from lstm_core.inside.latching import KEEPS, LETS_IN, in_words, layer_memory
    from lstm_core.reading.gates import GATES

    memories = [layer_memory(layer, number) for number, layer in enumerate(current.layers, start=1)]
    stories = [in_words(memory) for memory in memories]
    info = mean_gates_info(current.image, memories)
    st.subheader("What the gates do to this stroke", anchor=False)
    st.html("".join(f'<p class="story">{text}</p>' for text in (_WHAT_GATES_DO, *stories)))
    curves = st.container()  # stands above the question, which has to be asked first
    settled = _ask_when_settled(current)
    lines = [(colour, _DASHES[dash], GATES[gate].words) for gate, (colour, dash) in LINES.items()]
    if any(memory.latched_at for memory in memories):
        lines.append((theme.QUIET, "dotted", "latched from here on"))
    if settled is not None:
        lines.append((theme.ACCENT, "dashed", "verdict settled from here on"))
    keys = "".join(
        f'<span><i style="border-top: 3px {dash} {colour}"></i>{words}</span>'
        for colour, dash, words in lines
    )
    with curves:
        st.html(f'<p class="curves">{keys}</p>')
        cursor.row_chart(
            lambda at: mean_gates(info, at, settled_at=settled, narrow=small),
            rows=len(current.image),
            depends_on=(current.fingerprint, settled, small),
            alt="The image beside the mean gates of each layer on the same rows. " + " ".join(stories),
            key=f"inside-gates-means-{small}",
        )
        st.html(f'<p class="story" role="status">{_what_is_left(current, cursor.cursor_row() + 1)}</p>')
        st.caption(
            "Every curve is the mean over a layer’s units; click a row to move there. A layer, or a unit, "
            "has latched at a row if from there to the end its forget gate keeps at least "
            f"{percent(KEEPS, 0)} of the memory and its input gate lets at most {percent(LETS_IN, 0)} of the "
            "candidate in; for a layer the means count."
        )


def _what_is_left(current: CurrentReading, row: int) -> str:
    """How much of the memory after ``row``, from 1, lasts to the end."""
    from lstm_core.inside.latching import share_left

    rows = len(current.image)
    if row == rows:
        return f"Row {rows} is the last. Go to an earlier row to see how much of its memory lasts to the end."
    left = ", ".join(
        f"<b>{in_words(share_left(layer, row))}</b> in layer {number}"
        for number, layer in enumerate(current.layers, start=1)
    )
    return (
        f"Of what a unit held after row {row}, this share is left after row {rows}, on average: {left}. Each "
        "unit’s own forget gates are multiplied, so a few units that keep nearly everything count for much."
    )


_WHAT_GATES_DO = glossary.with_terms(
    "At each row the forget <dfn>gate</dfn> sets how much of the memory stays, and the input gate how "
    "much of the new "
    '<dfn>candidate</dfn> enters it. A layer <dfn title="latch">latches</dfn> when it keeps '
    "what it has and lets hardly anything in."
)

_DASHES = {"solid": "solid", "dash": "dashed", "dot": "dotted"}
"""As style sheets call what Plotly draws."""


def _show_heatmaps(current: CurrentReading, small: bool) -> None:
    """The choices, the heatmaps, and the arithmetic of the unit that was clicked."""
    from lstm_core.figures.column_marks import column_marks
    from lstm_core.figures.gate_heatmaps import gate_heatmaps, gate_heatmaps_info

    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="inside-gates-choices"):
        layer = cursor.choose_layer(len(current.layers))
        quantities = _choose_quantities()
        order = _choose_order(current, layer)
        groups = _choose_units(order)
        unit = None
        with errors_shown():
            unit = _choose_unit(current, layer)
    trace, row = current.trace, cursor.cursor_row()
    info = gate_heatmaps_info(
        current.image, current.layers[layer], groups, trace.probabilities, trace.logits, quantities
    )
    column = next((at for at, group in enumerate(groups) if unit in group), None)
    winner = int(trace.probabilities[row].argmax())
    share, logit = float(trace.probabilities[row, winner]), float(trace.logits[row, winner])
    st.html(
        f'<p class="outcome" role="status">After row {row + 1} it reads as <b>{winner}</b>: probability '
        f"<b>{percent(share)}</b>, logit <b>{logit:.3f}</b>.</p>".replace("-", "−")
    )
    cursor.row_chart(
        lambda at: gate_heatmaps(info, at, narrow=small),
        rows=len(current.image),
        depends_on=(current.fingerprint, layer, quantities, groups, small),
        alt=f"The image beside {', '.join(panel.title for panel in info.quantities)} of layer {layer + 1}, "
        "the probabilities and the logits, on the same rows.",
        key=f"every-unit-{len(quantities)}-{small}",
        marks=lambda figure: [] if column is None else column_marks(figure, column),
    )
    st.caption(
        "Every line is a row of the image, every column a unit: hover for its number and value (rounded), "
        "and click for its arithmetic at that row. Grey rows have not been read yet. The player and the row "
        "slider show the same row."
    )
    if unit is not None:
        _show_arithmetic(current, layer, unit, row)


def _show_arithmetic(current: CurrentReading, layer: int, unit: int, row: int) -> None:
    st.subheader("Its arithmetic", anchor=False)
    unit_equations.show_unit_equations(current, layer, unit, row)
    button_to_panel("arithmetic", "Every product behind these sums", icon=":material/functions:")


def _choose_unit(current: CurrentReading, layer: int) -> int | None:
    return cursor.choose_unit(
        current.weights.units[layer],
        usual="click one",
        about="Or click a cell in the heatmaps: unit and row. Where a column stands for several units, the "
        "first of them is taken.",
    )


def _choose_quantities() -> Sequence[Quantity]:
    from lstm_core.figures.gate_heatmaps import TITLES

    chosen = st.selectbox(
        "Show",
        [_ALL, *TITLES],
        format_func=lambda name: TITLES.get(name, name),
        key="inside-gates-show",
        persist_state="session",
        width=160,
    )
    return tuple(TITLES) if chosen == _ALL else (cast("Quantity", chosen),)


def _choose_order(current: CurrentReading, layer: int) -> NDArray[np.intp]:
    import numpy as np

    from lstm_core.inside.unit_order import by_influence

    order = st.segmented_control(
        "Order of the units",
        [_STORED, _SIMILAR, _INFLUENTIAL],
        default=_STORED,
        required=True,
        key="inside-gates-order",
        persist_state="session",
        help="Alike together: units whose hidden states run alike over the rows are neighbours (average "
        "linkage). By influence: first the unit whose fading would change the final logit of a class most "
        "(gradient × activation, summed over the rows).",
    )
    if order == _STORED:
        return np.arange(current.weights.units[layer])
    if order == _SIMILAR:
        return _alike(current.fingerprint, layer, current.layers[layer].hidden)
    classes = current.weights.classes
    label = st.selectbox(
        "Influence on class",
        range(classes),
        index=int(current.trace.probabilities[-1].argmax()),
        key=f"inside-gates-class-{current.fingerprint}",
        persist_state="session",
        width=150,
        help="At first the verdict.",
    )
    return by_influence(influences_of(current, label)[layer])


def _choose_units(order: NDArray[np.intp]) -> list[list[int]]:
    """The units of each column; of a large layer a page of them, or neighbours together."""
    from lstm_core.figures.gate_heatmaps import MAX_COLUMNS

    units = [int(unit) for unit in order]
    if len(units) <= MAX_COLUMNS:
        return [[unit] for unit in units]
    together = -(-len(units) // MAX_COLUMNS)
    pages = range(0, len(units), MAX_COLUMNS)
    start = st.selectbox(
        "Units, in this order",
        [None, *pages],
        format_func=lambda at: (
            f"all {len(units)}, the mean of {together} neighbours"
            if at is None
            else f"{at + 1} to {min(at + MAX_COLUMNS, len(units))}"
        ),
        key=f"inside-gates-units-{len(units)}",
        persist_state="session",
        width=280,
    )
    if start is None:
        return [units[at : at + together] for at in range(0, len(units), together)]
    return [[unit] for unit in units[start : start + MAX_COLUMNS]]


@st.cache_data(show_spinner=False, max_entries=32)
def _alike(fingerprint: str, layer: int, _hidden: NDArray[np.float32]) -> NDArray[np.intp]:
    """`by_similarity` of a layer of a reading, found by the first two."""
    from lstm_core.inside.unit_order import by_similarity

    return by_similarity(_hidden)
