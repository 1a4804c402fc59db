from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.gradient_norms import COLOURS, gradient_norms, gradient_norms_info

HIDDEN = np.array([[0.5, 0.0, 3.0], [0.02, 1.0, 12.34567]])
CELL = np.array([[0.5, 0.2, 3.0], [0.02, 1.0, 2.0]])


def test_info_is_exact() -> None:
    info = gradient_norms_info(HIDDEN, CELL)
    assert info.hidden == [[0.5, 1e-12, 3.0], [0.02, 1.0, 12.35]]
    assert info.cell == [[0.5, 0.2, 3.0], [0.02, 1.0, 2.0]]
    assert info.exponents == (-12, 2)
    assert info.rows == 3


def test_every_layer_has_two_lines_of_its_colour(sent: Callable[[Figure], bytes]) -> None:
    figure = gradient_norms(HIDDEN, CELL)
    sent(figure)
    assert [line["name"] for line in figure["data"]] == [
        "layer 1: cell state",
        "layer 1: hidden state",
        "layer 2: cell state",
        "layer 2: hidden state",
    ]
    assert [line["line"]["color"] for line in figure["data"]] == [COLOURS[0]] * 2 + [COLOURS[1]] * 2
    assert [line["line"]["dash"] for line in figure["data"]] == ["solid", "dot"] * 2
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert figure["data"][3]["y"] == [0.02, 1.0, 12.35]


def test_a_gradient_that_is_the_same_everywhere_still_has_a_scale(sent: Callable[[Figure], bytes]) -> None:
    figure = gradient_norms(np.ones((1, 4)), np.ones((1, 4)))
    sent(figure)
    low, high = figure["layout"]["yaxis"]["range"]
    assert high > low
    assert len(figure["layout"]["yaxis"]["tickvals"]) >= 2


def test_more_layers_than_colours_begin_anew() -> None:
    many = np.ones((len(COLOURS) + 1, 2))
    assert gradient_norms(many, many)["data"][-1]["line"]["color"] == COLOURS[0]


@pytest.mark.parametrize(
    ("hidden", "cell", "named"),
    [
        (HIDDEN[0], CELL[0], "hidden"),
        (HIDDEN[:, :0], CELL[:, :0], "hidden"),
        (HIDDEN, CELL[:1], "cell"),
        (-HIDDEN, CELL, "hidden"),
        (HIDDEN, CELL + np.nan, "cell"),
    ],
)
def test_bad_arguments_are_named(hidden: Any, cell: Any, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        gradient_norms_info(hidden, cell)
