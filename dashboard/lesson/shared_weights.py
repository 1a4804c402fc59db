"""Section 8: what sharing one cell between layers does."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts import key_figures
from dashboard.parts.chart import chart
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading
from lstm_core.settings.shapes import cell_parameters

_CODE = """# One cell, {layers} times
cell = LSTMCell({units})
shared = [cell] * {layers}

# {layers} cells
separate = [LSTMCell({units}) for _ in range({layers})]"""


@st.fragment
@errors_shown()
def shared_weights() -> None:
    """The mistake, its parameters, and what was measured."""
    st.markdown(
        "`[cell] * n` does not make $n$ cells. It makes a list that names **one** cell $n$ times, so all "
        "layers have the same weights: what is learnt for reading pixels must also serve for reading hidden "
        "states. One of the tutorials warns of it: “the effect will surely not be as good”."
    )
    with st.container(horizontal=True, gap="medium"):
        layers = st.slider(
            "Layers", 2, 8, 3, key="learn-shared-layers", width=260, help="How many are stacked."
        )
        units = st.slider(
            "Units of each",
            4,
            256,
            28,
            4,
            key="learn-shared-units",
            width=260,
            help="Every layer must read as many numbers as it has units, or one set of weights cannot fit.",
        )
    st.code(_CODE.format(units=units, layers=layers), language="python")
    one = object()
    shared, separate = [one] * layers, [object() for _ in range(layers)]
    each = cell_parameters("lstm", units, units)
    key_figures.show_key_figures(
        ("different cells, shared", str(len(set(map(id, shared))))),
        ("different cells, separate", str(len(set(map(id, separate))))),
        ("parameters, shared", f"{each:,}"),
        ("parameters, separate", f"{layers * each:,}"),
    )
    columns = current_reading().weights.columns
    fits = "It fits" if units == columns else "It does not fit"
    st.html(
        f'<p class="outcome" role="status">{fits} rows of {columns} pixels as they are: the first layer '
        f"reads {columns} numbers and the others read {units}."
        + (
            ""
            if units == columns
            else f" An input projection to {units} makes it fit; otherwise it is refused before training."
        )
        + "</p>"
    )
    st.subheader("Measured", anchor=False)
    _measured()
    st.page_link("pages/evidence.py", label="All that was measured: Evidence", icon=":material/fact_check:")


def _measured() -> None:
    from lstm_core.evidence.experiments import COMPARISONS
    from lstm_core.evidence.summaries import comparison
    from lstm_core.figures.seed_dots import SeedGroup, seed_dots

    sides = comparison("shared")
    if not sides:
        st.caption("Nothing is measured yet with today's settings.")
        return
    settings = COMPARISONS["shared"][0].varied
    st.markdown(
        f"The same network on MNIST, {len(settings['units'])} layers × {settings['units'][0]} units behind "
        f"an input projection to {settings['input_projection']}, trained for {settings['steps']:,} steps "
        f"with {sides[0].n} seeds, once with separate and once with shared weights; nothing else differs."
    )
    chart(
        seed_dots(
            [SeedGroup(side.name, [one.seed for one in side.trainings], side.accuracies) for side in sides]
        ),
        alt="; ".join(
            f"{side.name} weights: mean test accuracy {side.mean:.2%}, from {side.spread[0]:.2%} to "
            f"{side.spread[1]:.2%}"
            for side in sides
        ),
        key="shared-against-separate",
    )
    first, second = sides
    difference = 100 * (first.mean - second.mean)
    st.html(
        f'<p class="outcome">{escape(second.name)} weights: <b>{second.mean:.2%}</b> right on average, '
        f"{escape(first.name)} ones <b>{first.mean:.2%}</b>, a difference of {abs(difference):.2f} "
        f"percentage points {'for' if difference > 0 else 'against'} {escape(first.name)} weights.</p>"
    )
