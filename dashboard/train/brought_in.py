"""A network that was trained elsewhere, on the Train page: what it is, and what is not known of it."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.badges import BROUGHT_IN
from dashboard.parts.messages import harmless, show_warning
from dashboard.session import networks, services
from dashboard.session.network_description import shape_in_words
from lstm_core.runs.run import Run
from lstm_core.runs.status import Origin

_FORMS = {
    "keras": "a model of Keras",
    "h5": "a model of Keras in the older format",
    "npz": "weights as arrays",
}


def show_brought_in(run: Run, origin: Origin) -> None:
    """Instead of the curves and the result of a training."""
    settings = run.hyperparameters
    st.markdown(f"{BROUGHT_IN} :gray[{shape_in_words(settings)} · {origin.reads}]")
    st.info(
        f"It was trained elsewhere and came as {_FORMS.get(origin.form, origin.form)}, "
        f"“{quantities.plain(origin.file)}”. Learning curves, snapshots and a test result are not there: "
        "they are made while a network trains.",
        icon=":material/info:",
    )
    if damage := networks.damage_of_weights(run.id, services.store().summary(run.id).weights_version):
        show_warning(damage)
    lines = [
        f"Its layers: {', '.join(map(str, settings.units))} units, from the image up.",
        "It is given pixels from 0 (paper) to 1 (ink), row by row from the top.",
        *([f"Its classes: {', '.join(origin.class_names)}."] if origin.class_names else []),
        *origin.notes,
    ]
    st.markdown("\n".join(f"- {harmless(line)}" for line in lines))
    st.caption(f"SHA-256 of the file: {harmless(origin.sha256)}")
