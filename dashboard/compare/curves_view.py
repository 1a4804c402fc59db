"""Learning curves and accuracies by rows of all runs, one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.compare.comparison import Comparison, curves
from dashboard.compare.figure_files import show_figure
from dashboard.compare.table import Value
from dashboard.parts import quantities
from dashboard.parts.messages import errors_shown
from dashboard.parts.viewport import was_narrow
from lstm_core.comparison.curves import Curve, Over, smoothed
from lstm_core.comparison.labels import letter

if TYPE_CHECKING:
    from lstm_core.figures.of_runs.overlaid_lines import OverlaidLine

_QUANTITY, _OVER, _SMOOTHING = "compare-quantity", "compare-over", "compare-smoothing"

QUANTITIES = {
    "Validation accuracy": ("validation", "accuracy"),
    "Validation loss": ("validation", "loss"),
    "Training accuracy": ("training", "accuracy"),
    "Training loss": ("training", "loss"),
}
OVERS: dict[str, Over] = {"steps": "steps", "images seen": "images", "seconds": "seconds"}


@st.fragment
@errors_shown()
def show_curves(compared: Comparison) -> None:
    """The curves, over what the person chooses."""
    from lstm_core.figures.of_runs.overlaid_lines import OverlaidLine, overlaid_lines

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="compare-curves-head"):
        quantity = st.selectbox("Curve", list(QUANTITIES), key=_QUANTITY, persist_state="session", width=220)
        over = st.segmented_control(
            "Over", list(OVERS), default="steps", required=True, key=_OVER, persist_state="session"
        )
        weight = st.slider(
            "Smoothing",
            0.0,
            0.98,
            0.0,
            0.02,
            key=_SMOOTHING,
            persist_state="session",
            width=220,
            help="The weight of what came before in a moving average; 0 shows the reports as they are",
        )
    split, what = QUANTITIES[quantity]
    lines: list[OverlaidLine] = []
    values: list[list[Value]] = []
    for run in compared.runs:
        if run.brought_in:
            continue
        curve: Curve = getattr(curves(run), split)
        x, label = curve.over(OVERS[over]), compared.labels[run.id]
        y = [100 * share for share in curve.accuracy] if what == "accuracy" else curve.loss
        y = smoothed(y, weight)
        lines.append(OverlaidLine(label, compared.group_of(run), x, y))
        values += [[label, *point] for point in zip(x, y, strict=True)]
    if not any(line.x for line in lines):
        st.info("No run has got so far yet.", icon=":material/hourglass_top:")
        return
    upwards = f"{quantity.lower()} (%)" if what == "accuracy" else f"{quantity.lower()} (nats)"
    show_legend(compared)
    show_figure(
        overlaid_lines(lines, over, upwards, zoomable=not was_narrow()),
        alt=f"{quantity} of {len(lines)} runs over {over}: "
        + "; ".join(f"{line.name} ends at {line.y[-1]:.4g}" for line in lines if line.y),
        name="compared-curves",
        head=("run", over, upwards),
        values=values,
    )


@errors_shown()
def show_by_rows(compared: Comparison) -> None:
    """How many test images each run reads rightly after so many rows."""
    from lstm_core.figures.of_runs.overlaid_lines import OverlaidLine, overlaid_lines

    lines: list[OverlaidLine] = []
    values: list[list[Value]] = []
    for run_id, result in compared.tested().items():
        run = next(one for one in compared.runs if one.id == run_id)
        percents = [100 * share for share in result.accuracy_by_rows]
        rows, label = list(range(1, len(percents) + 1)), compared.labels[run_id]
        lines.append(OverlaidLine(label, compared.group_of(run), rows, percents))
        values += [[label, *point] for point in zip(rows, percents, strict=True)]
    if not lines:
        st.info("No run has read the test images yet.", icon=":material/hourglass_top:")
        return
    show_legend(compared)
    show_figure(
        overlaid_lines(lines, "rows read", "test accuracy (%)", rows=max(len(line.x) for line in lines)),
        alt="Test accuracy when only the first rows have been read: "
        + "; ".join(f"{line.name} {_half_way(line)} after half of them" for line in lines),
        name="compared-rows",
        head=("run", "rows read", "test accuracy (%)"),
        values=_rounded(values),
    )


def _half_way(line: OverlaidLine) -> str:
    return quantities.accuracy(line.y[max(0, len(line.y) // 2 - 1)] / 100)


def _rounded(values: Sequence[Sequence[Value]]) -> list[list[Value]]:
    return [[round(cell, 4) if isinstance(cell, float) else cell for cell in line] for line in values]


def show_legend(compared: Comparison) -> None:
    """Whose line looks how: seeds of the same settings look alike."""
    from lstm_core.figures.of_runs.overlaid_lines import style_of

    styles = {"solid": "solid", "dash": "dashed", "dot": "dotted"}
    keys = []
    for at, group in enumerate(compared.groups):
        colour, dash = style_of(at)
        seeds = f", {len(group.runs)} seeds" if len(group.runs) > 1 else ""
        keys.append(
            f'<span><i style="border-top: 3px {styles[dash]} {colour}"></i>{letter(at)} '
            f"{escape(group.name)}{seeds}</span>"
        )
    st.html(f'<p class="watched-lines">{"".join(keys)}</p>')
