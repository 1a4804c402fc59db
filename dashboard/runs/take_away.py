"""Files of a run for other programs: made when they are asked for, by the thread that sends them."""

from __future__ import annotations

import streamlit as st

from lstm_core.export.onnx_model import MISSING, OPSET, as_onnx, is_available
from lstm_core.files import read_bounded
from lstm_core.runs.run import Run

_MOST_BYTES = 2**31
"""Of a file of weights; the largest network has less."""


def take_away(run: Run, why_not: str) -> None:
    """Buttons that download the network of ``run``.

    Args:
        run: with weights.
        why_not: why they cannot be read, or nothing.
    """
    missing = "" if is_available() else MISSING
    st.download_button(
        "ONNX model",
        data=lambda: as_onnx(run.weights(), run.name),
        file_name=f"{run.id}.onnx",
        mime="application/octet-stream",
        icon=":material/deployed_code:",
        key=f"onnx-{run.id}",
        on_click="ignore",
        disabled=bool(why_not or missing),
        help=why_not or missing or f"For other programs: standard operators of opset {OPSET}",
    )
    st.download_button(
        "Weights (.npz)",
        data=lambda: read_bounded(run.folder / "weights.npz", _MOST_BYTES),
        file_name=f"{run.id}.npz",
        mime="application/octet-stream",
        icon=":material/data_array:",
        key=f"npz-{run.id}",
        on_click="ignore",
        disabled=bool(why_not),
        help=why_not or "NumPy arrays by name. For Keras: row-by-row export --to keras",
    )
