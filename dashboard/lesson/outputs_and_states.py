"""Section of the lesson: what comes out of the loop, and in which order of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lesson.shapes_table import shape, show_table
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import CurrentReading, current_reading, show_current_reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = ("the digit", "mirrored", "upside down")
_SHOWN = 5

_LOOP = """# state: (c, h) of every layer
# output: h of the top layer
state, outputs = zeros, []
for t in range({rows}):
    output, state = stack(x[:, t], state)
    outputs.append(output)
outputs = join_along_time(outputs)"""


@st.fragment
@errors_shown()
def outputs_and_states() -> None:
    """The last output and the last state are the same numbers; axes can be in two orders."""
    from lstm_core.lesson.tutorial_loop import step_by_step

    reading = current_reading()
    rows, units = reading.weights.rows, reading.weights.units
    st.markdown(
        "Every tutorial runs this loop, in its own code or inside a library. It gives two things: the "
        "**outputs** of all rows, and the **state** that is left after the last row."
    )
    st.code(_LOOP.format(rows=rows), language="python")
    show_current_reading(reading)
    batch = _batch(reading)
    outputs, state = step_by_step(reading.weights, batch)
    st.caption(f"Here it ran over a batch of {len(batch)}: {', '.join(_BATCH)}.")
    lines = [("outputs of all rows", "`outputs`", shape(*outputs.shape))]
    for number, (c, h) in enumerate(state):
        lines += [
            (f"cell state of layer {number + 1}", f"`state[{number}][0]`", shape(*c.shape)),
            (f"hidden state of layer {number + 1}", f"`state[{number}][1]`", shape(*h.shape)),
        ]
    lines.append(("last output", "`outputs[:, -1, :]`", shape(*outputs[:, -1, :].shape)))
    show_table("What came out", ("Tensor", "In code", "Shape"), lines)
    st.subheader("The last output is the last state's h", anchor=False)
    st.markdown(
        "`outputs[:, -1, :]` takes the last row of all images. `state[-1][1]` takes the last layer, and from "
        "its pair $(c, h)$ the second. Both are $h_T$ of the top layer:"
    )
    _equal(outputs[:, -1, :], state[-1][1], state[-1][0], units[-1])
    st.caption(
        "The order of the pair is TensorFlow 1's `LSTMStateTuple(c, h)`. Keras' `return_state=True` hands "
        "out h first and then c. During training with dropout the two differ: TensorFlow 1's wrapper "
        "applies dropout to the outputs but not to the state."
    )
    st.subheader("Batch first or time first", anchor=False)
    _orders(outputs)


def _batch(reading: CurrentReading) -> NDArray[np.float32]:
    import numpy as np

    image = reading.image
    return np.stack([image, image[:, ::-1], image[::-1]])


def _equal(last: NDArray[np.float32], h: NDArray[np.float32], c: NDArray[np.float32], units: int) -> None:
    import numpy as np

    most = max(1, units - _SHOWN + 1)
    first = 1
    if most > 1:
        first = st.slider(
            "From unit", 1, most, 1, key="learn-first-unit", width=320, help="Which units' numbers are shown."
        )
    shown = slice(first - 1, first - 1 + _SHOWN)
    heads = ("The digit", *(f"unit {number}" for number in range(first, min(first + _SHOWN, units + 1))))
    show_table(
        f"Numbers of the digit, image 0 of the batch, with all nine digits of float32; units {first} and on",
        heads,
        [
            ("`outputs[0, -1]`", *_digits(last[0, shown])),
            ("`state[-1][1][0]`", *_digits(h[0, shown])),
            ("`state[-1][0][0]`", *_digits(c[0, shown])),
        ],
    )
    same = np.array_equal(last, h)
    st.html(
        f'<p class="outcome" role="status">{last.size:,} numbers compared: '
        f"{'<b>equal, digit for digit</b>' if same else '<b>they differ</b>'}. "
        "The third line is c, which is another tensor.</p>"
    )


def _digits(values: NDArray[np.float32]) -> list[str]:
    return [f"{value:.9g}" for value in values]


def _orders(outputs: NDArray[np.float32]) -> None:
    from lstm_core.figures.axis_orders import axis_orders

    batch, rows, units = outputs.shape
    st.markdown(
        "**Batch-major** counts images first, **time-major** rows first. The numbers are the same; only the "
        "axes are swapped. A loop over time likes time-major, because the numbers of one row then lie side "
        "by side in memory."
    )
    unit = int(outputs[0].std(axis=0).argmax())
    t = st.slider(
        "Row t", 1, rows, rows, key=f"learn-slice-{rows}", width=320, help="The slice that is framed."
    )
    at = t - 1 if t < rows else -1
    left, right = st.columns([7, 5], gap="medium")
    curves = outputs[:, :, unit]
    with left:
        st.markdown(f"**Batch-major:** `outputs[:, {at}, :]` is a column")
        chart(
            axis_orders(curves, t, _BATCH, time_major=False),
            alt=f"h of unit {unit + 1}: {batch} images down, {rows} rows across; row {t} is a column.",
            key="batch-major",
        )
        show_table(
            "The same tensor in both orders",
            ("Tensor", "Batch-major", "Time-major"),
            [
                ("images", shape(batch, rows, outputs.shape[1]), shape(rows, batch, outputs.shape[1])),
                ("outputs", shape(batch, rows, units), shape(rows, batch, units)),
                ("row t", f"`outputs[:, {at}, :]`", f"`outputs[{at}]`"),
                ("its shape", shape(batch, units), shape(batch, units)),
                ("to the other", "`swapaxes(0, 1)`", "`swapaxes(0, 1)`"),
            ],
        )
        numbers = " · ".join(
            f"{name} {value:.3f}" for name, value in zip(_BATCH, curves[:, t - 1], strict=True)
        )
        numbers = numbers.replace("-", "−")
        st.html(f'<p class="outcome" role="status">h of unit {unit + 1} at row {t}: <b>{numbers}</b></p>')
    with right:
        st.markdown(f"**Time-major:** `outputs[{at}]` is a line")
        chart(
            axis_orders(curves, t, _BATCH, time_major=True),
            alt=f"The same numbers, {rows} rows down and {batch} images across; row {t} is a line.",
            key="time-major",
        )
    st.caption(
        f"Cells are h of unit {unit + 1}, the one that changes most on this digit: dark −1, "
        "green 0, yellow 1."
    )
