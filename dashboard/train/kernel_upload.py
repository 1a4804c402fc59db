"""The field for the first layer's weights: a CSV file, checked and kept when it is chosen."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.messages import show_error
from dashboard.session import services
from lstm_core.errors import LstmError
from lstm_core.reading.gates import GATES
from lstm_core.settings import first_weights
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

_FILE = "train-initial-kernel-file"
_REFUSED = "train-initial-kernel-refused"

_MEGABYTES = 64


def kernel_upload(settings: HyperParameters, key: str, problem: str) -> None:
    """Ask for the file; its weights go to the run store, their fingerprint to ``st.session_state[key]``.

    Args:
        settings: say which shape the first layer needs.
        key: of the form's value.
        problem: what is wrong with that value, or nothing.
    """
    features, units = first_weights.first_layer(settings)
    lines, columns = first_weights.shape_for(features, units)
    st.file_uploader(
        f"{FIELDS['initial_kernel'].label} (CSV)",
        type="csv",
        max_upload_size=_MEGABYTES,
        key=_FILE,
        on_change=_take,
        args=(features, units, key),
        help=f"{FIELDS['initial_kernel'].help} Numbers alone, separated by commas.",
    )
    *gates, last_gate = (f"{gate.words}s" for gate in GATES.values())
    st.caption(
        f"{lines:,} lines of {columns:,} numbers: {features:,} lines for the numbers of a row, then "
        f"{units:,} for the hidden state; in each line {units:,} {', '.join(gates)} and {last_gate}."
    )
    if wrong := st.session_state.get(_REFUSED) or problem:
        show_error(wrong)
    elif kept := st.session_state[key]:
        st.caption(f":material/check: The weights {kept[:8]}… are kept with the runs.")


def _take(features: int, units: int, key: str) -> None:
    file = st.session_state[_FILE]
    st.session_state[_REFUSED] = ""
    st.session_state[key] = ""
    if file is None:
        return
    try:
        kernel = first_weights.parse(file.getvalue(), features, units)
        st.session_state[key] = first_weights.save(kernel, services.store().root)
    except LstmError as error:
        st.session_state[_REFUSED] = str(error)
