from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.confusion import chosen_cell
from lstm_core.figures.of_runs.confusion_difference import (
    ConfusionDifferenceInfo,
    confusion_difference,
    confusion_difference_info,
    signed,
)

DIFFERENCE = np.array([[-2, 3], [0, 5]])


def test_info_is_exact() -> None:
    assert confusion_difference_info(DIFFERENCE) == ConfusionDifferenceInfo(
        counts=[[-2, 3], [0, 5]],
        mistakes=[[None, 3], [0, None]],
        most=3,
        sentences=[
            ["0 recognised: 2 fewer by the second", "true 0 read as 1: 3 more by the second"],
            ["true 1 read as 0: as often by both", "1 recognised: 5 more by the second"],
        ],
    )


def test_equal_networks_show_no_colour() -> None:
    assert confusion_difference_info(np.zeros((2, 2), int)).most == 1


def test_the_figure_writes_signed_numbers_and_every_cell_can_be_clicked() -> None:
    made = confusion_difference(DIFFERENCE, ("a<", "b"))
    figure = go.Figure(made.to_dict())
    assert [note.text for note in figure.layout.annotations] == ["−2", "+3", "+5"]
    assert "true a&lt; read as b" in figure.data[1].text[1]
    point = {"customdata": made["data"][1]["customdata"][1]}
    assert chosen_cell({"selection": {"points": [point]}}) == (0, 1)
    assert signed(0) == "0"


def test_a_matrix_that_is_not_square_is_refused() -> None:
    with pytest.raises(InvalidValue, match="difference"):
        confusion_difference_info(np.zeros((2, 3), int))
