"""Section of the lesson: what sharing one cell between layers does."""

from __future__ import annotations

import streamlit as st

from dashboard.lesson.in_words.sharing import sharing_in_words
from dashboard.lesson.what_changes import KNOB
from dashboard.parts import key_figures
from dashboard.parts.experiment import show_experiment
from dashboard.parts.messages import errors_shown
from dashboard.session.current_reading import current_reading
from dashboard.session.ways import way_within
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.evidence.summaries import comparison
from lstm_core.settings.shapes import cell_parameters

_CODE = """# One cell, {layers} times
cell = LSTMCell({units})
shared = [cell] * {layers}

# {layers} cells
separate = [LSTMCell({units}) for _ in range({layers})]"""


EXPERIMENTS = {"shared-narrow": "with four layers of 28 units", "shared": "with three layers of 128 units"}
"""Names in `COMPARISONS` of what measured it, the clearer one first, and in which networks."""


@st.fragment
@errors_shown()
def shared_weights() -> None:
    """The mistake, its parameters, and what was measured."""
    st.markdown(sharing_in_words({where: comparison(name) for name, where in EXPERIMENTS.items()}))
    st.markdown(
        "`[cell] * n` does not make $n$ cells. It makes a list that names **one** cell $n$ times, so all "
        "layers have the same weights: what is learnt for reading pixels must also serve for reading hidden "
        "states. One of the tutorials warns: “the effect will surely not be as good”."
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
    fits = "The shared cell fits" if units == columns else "The shared cell does not fit"
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
        "Sharing saves parameters. Does it cost accuracy? Each dot below is one training with its own seed. "
        "The 95\N{NO-BREAK SPACE}% interval says where the true difference probably lies: if it contains 0, "
        "these trainings do not show that one side is better."
    )
    for name in EXPERIMENTS:
        st.markdown(f"**{COMPARISONS[name].question}**")
        show_experiment(name)
    with st.container(horizontal=True):
        way_within(
            "Both kinds read your digit",
            "what changes",
            icon=":material/compare_arrows:",
            **{KNOB: "Weights"},
        )
        st.page_link(
            "pages/evidence.py",
            label="See all measurements on the Evidence page",
            icon=":material/fact_check:",
        )
