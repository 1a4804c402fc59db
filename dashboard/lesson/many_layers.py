"""Section of the lesson: a stack of layers, unrolled over the rows, with the shape of every tensor."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson.shapes_table import shape, show_table
from dashboard.parts import equation
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading
from dashboard.session.ways import Place, way_to_inside
from lstm_core.errors import InvalidValue
from lstm_core.reading.gates import GATES
from lstm_core.settings.shapes import cell_parameters
from lstm_core.settings.validation import hyperparameters

MAX_ROWS = 1000
MAX_BATCH = 10_000

_EXAMPLES = ("256, 256", "32, 32, 64", "128, 64", "20, 30", "28")
"""Sizes from the published tutorials."""


@st.fragment
@errors_shown()
def many_layers() -> None:
    """The unrolled network for sizes one may change, and a table of shapes."""
    st.markdown(
        "A second layer reads the hidden states of the first, just as the first reads the rows; a third "
        "reads those of the second. $h$ goes **upward** at the same row; $h$ and $c$ go **to the right** "
        "within the same layer, to the next row."
    )
    st.latex(
        equation.aligned(
            (r"h_t^{(0)}", ["x_t"]),
            (
                r"h_t^{(n)},\, c_t^{(n)}",
                [r"\operatorname{LSTM}^{(n)}\!\left(h_t^{(n-1)},\, h_{t-1}^{(n)},\, c_{t-1}^{(n)}\right)"],
            ),
        )
    )
    equation.source(f"{equation.graves(2, 11)}, without its connections that skip layers")
    reading = current_reading()
    usual = ", ".join(map(str, reading.weights.units))
    options = list(dict.fromkeys((usual, *_EXAMPLES)))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="stack"):
        text = st.selectbox(
            "Units of each layer, bottom to top",
            options,
            key=f"learn-stack-{usual}",
            persist_state="session",
            accept_new_options=True,
            width=280,
            help="The network that reads your drawings comes first, then sizes from the tutorials. Type your "
            "own, such as 64, 32, 16.",
        )
        rows = st.number_input(
            "Rows T", 1, MAX_ROWS, reading.weights.rows, key="learn-rows", width=130, help="Time steps."
        )
        batch = st.number_input(
            "Batch", 1, MAX_BATCH, 128, key="learn-batch", width=130, help="Images read at once."
        )
        every_row = st.toggle(
            "Verdict after every row",
            key="learn-every-row",
            help="Off: the head reads the last hidden state only. On: one verdict a row.",
        )
    units = _units(text or usual)
    columns, classes = reading.weights.columns, reading.weights.classes
    _unrolled(units, rows, columns, classes, every_row)
    way_to_inside("See what each layer does with your digit in the whole network", Place("gates"))
    _shapes(units, rows, columns, classes, batch, every_row)


def _units(text: str) -> tuple[int, ...]:
    """The sizes a person wrote, by the rule of the Train page. Raises `InvalidValue`."""
    try:
        return hyperparameters({"units": text}).units
    except InvalidValue as error:
        raise InvalidValue("units", error.rule, text) from error


def _unrolled(units: tuple[int, ...], rows: int, columns: int, classes: int, every_row: bool) -> None:
    from lstm_core.figures.unrolled_network import unrolled_network

    chart(
        unrolled_network(units, rows=rows, columns=columns, classes=classes, every_row=every_row),
        alt=f"{len(units)} layers of {', '.join(map(str, units))} units over {rows} rows. Each row of "
        f"{columns} numbers goes into layer 1, h goes from layer to layer, and h and c go from row to row "
        f"within each layer; {classes} numbers come out.",
        key="unrolled",
    )
    st.caption(
        "The number in a box is its size: pixels per row, units per layer, or classes. All boxes in "
        "one line are the same layer with the same weights, drawn once for every row. Orange: the output "
        "at the end."
    )


def _shapes(
    units: tuple[int, ...], rows: int, columns: int, classes: int, batch: int, every_row: bool
) -> None:
    st.subheader("The shape of every tensor", anchor=False)
    lines = [("images", "`x`", shape(batch, rows, columns)), ("row t", "`x[:, t, :]`", shape(batch, columns))]
    features, gates = columns, ", ".join(gate.letter for gate in GATES.values())
    for number, size in enumerate(units, start=1):
        name = f"layer {number}"
        lines += [
            (f"{name}: [x, h] joined", "`concat([x, h])`", shape(batch, features + size)),
            (
                f"{name}: weights of the three gates and the candidate",
                "`W, U`",
                shape(features + size, 4 * size),
            ),
            (f"{name}: their biases", "`b`", shape(4 * size)),
            (f"{name}: their sums", f"`{gates}`", f"4 × {shape(batch, size)}"),
            (f"{name}: new state", "`c, h`", f"2 × {shape(batch, size)}"),
            (f"{name}: outputs of all rows", "`outputs`", shape(batch, rows, size)),
        ]
        features = size
    head = shape(batch, rows, classes) if every_row else shape(batch, classes)
    lines += [
        ("head: weights", "`W`", shape(features, classes)),
        ("head: biases", "`b`", shape(classes)),
        ("head: logits", "`y`", head),
    ]
    show_table("At row t, batch first", ("Tensor", "In code", "Shape"), lines)
    st.caption(
        "Code keeps the images of a batch as rows and multiplies them by the weights from the right. So W "
        "has a line for each input and a column for each unit there. An equation with x as a column, such "
        "as that of the recurrence, has the same W the other way round: transposed."
    )
    parameters = sum(
        cell_parameters("lstm", below, size) for below, size in zip((columns, *units), units, strict=False)
    )
    parameters += (features + 1) * classes
    st.markdown(
        f"A layer of $n$ units that reads $m$ numbers has $4\\,n\\,(m + n + 1)$ parameters; with the head "
        f"this network has **{parameters:,}**, however many rows it reads."
    )
