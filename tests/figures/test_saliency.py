from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.saliency import AGAINST, FOR, saliency, saliency_info

IMAGE = np.array([[0.0, 1.0], [0.25, 0.5], [1.0, 0.0]], np.float32)
PIXELS = np.array([[0.0, 1.0], [-4.0, 0.5], [2.0, 0.0]], np.float32)
BARS = np.array([0.5, -1.23456, 0.0], np.float32)


def test_info_is_exact() -> None:
    info = saliency_info(IMAGE, PIXELS, BARS)
    assert info.ink == [[0, 100], [25, 50], [100, 0]]
    assert info.pixels == [[0.0, 0.25], [-1.0, 0.12], [0.5, 0.0]]
    assert info.greatest == 4.0
    assert info.bars == [0.5, -1.235, 0.0]
    assert (info.rows, info.matters_most) == (3, 2)


def test_where_nothing_matters_all_is_clear() -> None:
    info = saliency_info(IMAGE, np.zeros_like(PIXELS), np.zeros(3))
    assert info.pixels == [[0.0, 0.0]] * 3
    assert (info.greatest, info.matters_most) == (0.0, 1)
    assert saliency(IMAGE, PIXELS, np.zeros(3), pixels_title="p", bars_title="b")["layout"]["xaxis2"][
        "range"
    ] == [-1.0, 1.0]


@pytest.mark.parametrize("narrow", [False, True])
def test_bars_stand_on_the_images_rows(narrow: bool, sent: Callable[[Figure], bytes]) -> None:
    figure = saliency(
        IMAGE, PIXELS, BARS, pixels_title="gradient", bars_title="adds", percent=True, narrow=narrow
    )
    sent(figure)
    ink, veil, bars = figure["data"]
    assert ink["z"] == veil["customdata"] == [[0, 100], [25, 50], [100, 0]]
    assert (veil["zmin"], veil["zmax"]) == (-1, 1)
    assert bars["y"] == [1, 2, 3]
    assert bars["marker"]["color"] == [FOR, AGAINST, FOR]
    low, high = figure["layout"]["xaxis2"]["range"]
    assert low == -high
    assert high > 1.235
    assert figure["layout"]["yaxis"]["range"] == [3.5, 0.5]
    assert all((frame["y0"], frame["y1"]) == (1.5, 2.5) for frame in figure["layout"]["shapes"])


def test_a_reading_of_28_rows_is_small(sent: Callable[[Figure], bytes]) -> None:
    rng = np.random.default_rng(0)
    image, pixels = rng.uniform(size=(28, 28)), rng.standard_normal((28, 28))
    figure = saliency(image, pixels, pixels.sum(axis=1), pixels_title="p", bars_title="b")
    assert len(sent(figure)) < 30_000


@pytest.mark.parametrize(
    ("image", "pixels", "bars", "named"),
    [
        (IMAGE[0], PIXELS, BARS, "image"),
        (IMAGE, PIXELS[:2], BARS, "pixels"),
        (IMAGE, np.full_like(PIXELS, np.inf), BARS, "pixels"),
        (IMAGE, PIXELS, BARS[:2], "bars"),
        (IMAGE, PIXELS, np.full_like(BARS, np.nan), "bars"),
    ],
)
def test_bad_arguments_are_named(image: Any, pixels: Any, bars: Any, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        saliency_info(image, pixels, bars)
