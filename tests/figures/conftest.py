"""What every figure must pass, and probabilities that look like a network's."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import plotly.io
import plotly.tools
import pytest
from numpy.typing import NDArray

from lstm_core.figures.figure import Figure


@pytest.fixture
def sent() -> Callable[[Figure], bytes]:
    """Checks every property against Plotly's schema; gives what Streamlit sends to the browser."""

    def check(figure: Figure) -> bytes:
        go.Figure(figure.to_dict())
        drawn = plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True)
        assert drawn == figure.to_dict()
        text: str = plotly.io.to_json(drawn, validate=False)
        assert json.loads(text) == drawn, "holds something that JSON changes"
        layout = figure["layout"]
        assert layout["paper_bgcolor"] == "rgba(0,0,0,0)"
        assert "color" not in layout.get("font", {}), "text colours belong to the page's theme"
        for name, axis in layout.items():
            if name.startswith(("xaxis", "yaxis")):
                assert axis["title"]["text"], f"{name} has no title"
        return text.encode()

    return check


@pytest.fixture
def probabilities() -> Callable[..., NDArray[np.float32]]:
    """Rows × classes that begin undecided and end sure of class 3 (or the last, of fewer)."""

    def make(rows: int = 28, classes: int = 10) -> NDArray[np.float32]:
        logits = np.random.default_rng(5).normal(0, 0.7, (rows, classes))
        logits[:, min(3, classes - 1)] += np.linspace(-1, 8, rows)
        raised = np.exp(logits).astype(np.float32)
        shares: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
        return shares

    return make
