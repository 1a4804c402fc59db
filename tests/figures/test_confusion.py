from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.confusion import ConfusionInfo, chosen_cell, confusion, confusion_info
from lstm_core.figures.figure import Figure

Sent = Callable[[Figure], bytes]

COUNTS = np.array([[90, 4, 0], [1, 80, 2], [0, 0, 70]])


def test_info_is_exact() -> None:
    assert confusion_info(COUNTS) == ConfusionInfo(
        counts=[[90, 4, 0], [1, 80, 2], [0, 0, 70]],
        errors=[[None, 4, 0], [1, None, 2], [0, 0, None]],
        most=4,
    )


def test_a_perfect_reader_still_has_a_colour_scale(sent: Sent) -> None:
    figure = confusion(np.diag([5, 6]))
    sent(figure)
    assert figure["data"][0]["zmax"] == 1


def test_numbers_stand_on_their_cells_and_zeros_are_left_out(sent: Sent) -> None:
    figure = confusion(COUNTS)
    sent(figure)
    numbers = {(text["y"], text["x"]): text["text"] for text in figure["layout"]["annotations"]}
    assert numbers == {(0, 0): "90", (0, 1): "4", (1, 0): "1", (1, 1): "80", (1, 2): "2", (2, 2): "70"}


def test_every_cell_can_be_clicked_and_says_what_it_counts() -> None:
    targets = confusion(COUNTS)["data"][1]
    cells = list(zip(targets["y"], targets["x"], strict=True))
    assert cells == [(true, read) for true in range(3) for read in range(3)]
    assert [tuple(cell) for cell in targets["customdata"]] == cells
    assert targets["text"][:4] == [
        "0 recognised: 90 images",
        "true 0 read as 1: 4 images",
        "true 0 read as 2: 0 images",
        "true 1 read as 0: 1 image",
    ]


def test_a_click_gives_its_cell() -> None:
    points = [{"curve_number": 1, "point_index": 49, "x": 9, "y": 4, "customdata": [4, 9]}]
    assert chosen_cell({"selection": {"points": points}}) == (4, 9)
    assert chosen_cell({"selection": {"points": []}}) is None


def test_ten_classes_are_a_small_payload(sent: Sent) -> None:
    assert len(sent(confusion(np.random.default_rng(0).integers(0, 1000, (10, 10))))) < 40_000


def test_one_class(sent: Sent) -> None:
    sent(confusion(np.array([[3]])))


@pytest.mark.parametrize("shape", [(0, 0), (2, 3), (4,)])
def test_other_shapes_are_named(shape: tuple[int, ...]) -> None:
    counts: NDArray[np.int64] = np.zeros(shape, np.int64)
    with pytest.raises(InvalidValue, match="counts"):
        confusion_info(counts)


def test_classes_are_named_and_a_name_is_never_read_as_html() -> None:
    figure = confusion(np.array([[3, 1], [0, 2]]), ("<b>A", "a very long name"))
    axis = figure.to_dict()["layout"]["xaxis"]
    assert axis["ticktext"] == ["&lt;b&gt;A", "a very lo…"]
    assert axis["tickvals"] == [0, 1]
    (targets,) = [trace for trace in figure.to_dict()["data"] if trace["type"] == "scatter"]
    assert targets["text"][1] == "true &lt;b&gt;A read as a very long name: 1 image"


def test_many_classes_have_small_cells() -> None:
    heights = [confusion(np.eye(n, dtype=int)).to_dict()["layout"]["height"] for n in (10, 26)]
    assert heights == [460, 632]
