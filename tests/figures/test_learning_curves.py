from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.learning_curves import (
    MOST_POINTS,
    Line,
    LossPoint,
    Mark,
    learning_curves,
    learning_curves_info,
    thinned,
)

Sent = Callable[[Figure], bytes]

TRAINING = [LossPoint(1, 2.3, 0.125), LossPoint(2, 1.1234567, 0.5), LossPoint(3, math.nan, 0.25)]
VALIDATION = [LossPoint(2, 1.5, 0.4)]
MARKS = [Mark(3, "paused"), Mark(2, "dropout 0.5 → 0.2"), Mark(3, "resumed")]


def test_info_is_exact() -> None:
    info = learning_curves_info(TRAINING, VALIDATION, MARKS, 100)
    assert info.training_loss == Line([1, 2, 3], [2.3, 1.12346, None])
    assert info.training_accuracy == Line([1, 2, 3], [12.5, 50.0, 25.0])
    assert info.validation_loss == Line([2], [1.5])
    assert info.validation_accuracy == Line([2], [40.0])
    assert info.marks == [Mark(2, "dropout 0.5 → 0.2"), Mark(3, "paused, resumed")]
    assert info.last_step == 100


def test_axis_spans_the_whole_run_from_its_start() -> None:
    for points in ([], TRAINING):
        assert learning_curves(points, [], total_steps=500)["layout"]["xaxis"]["range"] == [0, 500]


def test_axis_grows_when_a_run_goes_further() -> None:
    assert learning_curves_info([LossPoint(600, 1.0, 0.5)], [], [], 500).last_step == 600
    assert learning_curves_info([], [LossPoint(700, 1.0, 0.5)], [], 500).last_step == 700


@given(
    st.lists(st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf]), max_size=300),
    st.integers(4, 60),
)
def test_thinning_keeps_ends_peaks_and_dips(values: list[float], most: int) -> None:
    array = np.array(values, np.float64)
    kept = thinned(array, most)
    assert len(kept) == len(array) if len(array) <= most else len(kept) <= most
    assert (np.diff(kept) > 0).all()
    if len(array):
        assert kept[0] == 0
        assert kept[-1] == len(array) - 1
        finite = array[np.isfinite(array)]
        if finite.size:
            kept_finite = array[kept][np.isfinite(array[kept])]
            assert kept_finite.min() == finite.min()
            assert kept_finite.max() == finite.max()


def test_thinning_to_fewer_than_four_is_refused() -> None:
    with pytest.raises(InvalidValue, match="most"):
        thinned(np.zeros(10), 3)


def test_a_long_run_is_a_small_payload(sent: Sent) -> None:
    noise = np.random.default_rng(3).random(20_000)
    points = [LossPoint(i, float(loss), float(1 - loss)) for i, loss in enumerate(noise)]
    figure = learning_curves(points, points[::200], total_steps=20_000)
    assert all(len(trace["x"]) <= MOST_POINTS for trace in figure["data"])
    assert len(sent(figure)) < 60_000


@pytest.mark.parametrize("zoomable", [False, True])
def test_figure_with_and_without_points(sent: Sent, zoomable: bool) -> None:
    sent(learning_curves([], [], total_steps=10, zoomable=zoomable))
    figure = learning_curves(TRAINING, VALIDATION, MARKS, total_steps=10, zoomable=zoomable)
    sent(figure)
    layout = figure["layout"]
    assert layout["dragmode"] == ("zoom" if zoomable else False)
    assert layout["uirevision"] == "learning"
    assert [shape["x0"] for shape in layout["shapes"]] == [2, 3]
    assert [text["text"] for text in layout["annotations"]] == ["dropout 0.5 → 0.2", "paused, resumed"]
    crowded = learning_curves(TRAINING, VALIDATION, MARKS, total_steps=100, zoomable=zoomable)["layout"]
    assert [shape["x0"] for shape in crowded["shapes"]] == [2, 3]
    (said,) = crowded["annotations"]
    assert (said["x"], said["text"]) == (3, "dropout 0.5 → 0.2; paused, resumed")


def test_each_split_is_named_once_in_the_legend() -> None:
    data = learning_curves(TRAINING, VALIDATION, total_steps=10)["data"]
    assert [trace["name"] for trace in data if trace["showlegend"]] == ["training", "validation"]


def test_a_run_of_no_steps_is_refused() -> None:
    with pytest.raises(InvalidValue, match="total_steps"):
        learning_curves_info([], [], [], 0)
