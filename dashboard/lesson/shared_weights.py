"""Section 8: what sharing one cell between layers does."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import key_figures
from dashboard.parts.experiment import show_experiment
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading
from lstm_core.evidence.experiments import COMPARISONS
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
        "states. One of the tutorials warns: “the effect will surely not be as good”. Whether that is so "
        "is measured below."
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
            help="One set of weights only fits if every layer reads as many numbers as it has units.",
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
            else f" An input projection to {units} makes it fit. Without one, the program reports "
            "an error before training."
        )
        + "</p>"
    )
    st.subheader("What it costs, measured", anchor=False)
    st.markdown(
        "Sharing saves parameters. Whether it costs accuracy is a question to the numbers. Compare the "
        "means, and mind the intervals: where one contains 0, the seeds leave it open."
    )
    for name in ("shared", "shared-narrow"):
        st.markdown(f"**{COMPARISONS[name].question}**")
        show_experiment(name)
    with st.container(horizontal=True):
        st.page_link(
            "pages/learn.py",
            label="Both kinds read your digit",
            icon=":material/compare_arrows:",
            query_params={"section": "what changes", "knob": "Weights"},
        )
        st.page_link(
            "pages/evidence.py",
            label="See all measurements on the Evidence page",
            icon=":material/fact_check:",
        )
