from __future__ import annotations

import copy
import pickle

import plotly.tools
import pytest
from plotly.basedatatypes import BaseFigure

from lstm_core.figures.figure import Figure

SPECIFICATION = {"data": [{"type": "bar", "y": [1]}], "layout": {"height": 100}}


def test_streamlit_takes_the_specification_as_it_is() -> None:
    figure = Figure(SPECIFICATION)
    assert isinstance(figure, BaseFigure)
    assert plotly.tools.return_figure_from_figure_or_data(figure, validate_figure=True) is SPECIFICATION


def test_reads_like_the_dictionary_it_holds() -> None:
    figure = Figure(SPECIFICATION)
    assert figure["layout"] == {"height": 100}
    assert list(figure) == ["data", "layout"]
    assert "frames" not in figure
    assert repr(figure) == "Figure(bar)"
    with pytest.raises(KeyError):
        figure["frames"]


def test_copies_and_pickles_are_equal() -> None:
    figure = Figure(SPECIFICATION)
    assert copy.deepcopy(figure) == figure
    assert pickle.loads(pickle.dumps(figure)) == figure  # noqa: S301
    assert figure != Figure({"data": []})
