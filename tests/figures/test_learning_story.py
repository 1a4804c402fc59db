from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.learning_story import learning_story_figure, learning_story_info

IMAGE = np.array([[0.0, 1.0], [0.25, 0.5]], np.float32)
STEPS = (1, 40, 1200)
PROBABILITIES = np.array(
    [[[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], [[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]], [[0, 1, 0], [0, 0.99, 0.01]]],
    np.float32,
)


def test_info_is_exact() -> None:
    info = learning_story_info(IMAGE, STEPS, PROBABILITIES, 1)
    assert info.steps == [1, 40, 1200]
    assert info.ink == [[0, 100], [25, 50]]
    assert info.class_percents == [[50.0, 30.0, 100.0], [30.0, 80.0, 99.0]]
    assert info.percents[1] == [[50.0, 30.0, 20.0], [10.0, 80.0, 10.0]]
    assert info.verdicts == [0, 1, 1]
    assert info.settled_at_row == [None, None, 1]
    assert info.settled == ["did not settle", "did not settle", "settled at row 1"]
    assert (info.rows, info.classes) == (2, 3)


@pytest.mark.parametrize("narrow", [False, True])
def test_it_rests_at_the_last_step(narrow: bool, sent: Callable[[Figure], bytes]) -> None:
    figure = learning_story_figure(IMAGE, STEPS, PROBABILITIES, 1, narrow=narrow)
    sent(figure)
    image, class_percents, settled, reading = figure["data"]
    assert image["z"] == [[0, 100], [25, 50]]
    assert class_percents["z"] == [[50.0, 30.0, 100.0], [30.0, 80.0, 99.0]]
    assert (settled["x"], settled["y"], settled["text"]) == ([0, 1, 2], [2, 2, 1], ["0", "1", "1"])
    assert len(set(settled["marker"]["color"])) == 2
    assert settled["marker"]["symbol"] == ["square", "square", "circle"]
    assert reading["z"] == [[0.0, 100.0, 0.0], [0.0, 99.0, 1.0]]
    assert figure["layout"]["sliders"][0]["active"] == 2
    assert "step 1,200: reads as 1, settled at row 1" in figure["layout"]["annotations"][1]["text"]
    assert figure["layout"]["xaxis2"]["ticktext"] == ["1", "40", "1.2k"]


def test_every_step_has_a_frame_with_its_reading() -> None:
    figure = learning_story_figure(IMAGE, STEPS, PROBABILITIES, 1)
    assert [frame["name"] for frame in figure["frames"]] == ["1", "40", "1200"]
    assert [step["label"] for step in figure["layout"]["sliders"][0]["steps"]] == ["1", "40", "1200"]
    first = figure["frames"][0]
    assert first["traces"] == [3]
    assert first["data"][0]["z"] == [[20.0, 50.0, 30.0], [60.0, 30.0, 10.0]]
    assert "reads as 0, did not settle" in first["layout"]["annotations"][1]["text"]
    assert first["layout"]["shapes"][0]["x0"] == -0.5
    assert [frame["layout"]["shapes"][1]["visible"] for frame in figure["frames"]] == [False, False, True]
    back, forward = first["layout"]["updatemenus"][0]["buttons"][2:]
    assert (back["args"][0], forward["args"][0]) == (["1"], ["40"])


def test_many_snapshots_are_small_and_their_ticks_few(
    probabilities: Callable[..., NDArray[np.float32]], sent: Callable[[Figure], bytes]
) -> None:
    steps = tuple(range(400, 10_000, 400))
    every = np.stack([probabilities()] * len(steps))
    figure = learning_story_figure(np.zeros((28, 28)), steps, every, 3)
    assert len(sent(figure)) < 200_000
    assert len(figure["layout"]["xaxis2"]["tickvals"]) <= 9


def test_a_single_snapshot_is_a_story_too(sent: Callable[[Figure], bytes]) -> None:
    sent(learning_story_figure(IMAGE, STEPS[:1], PROBABILITIES[:1], 0))


@pytest.mark.parametrize(
    ("image", "steps", "probabilities", "label", "named"),
    [
        (IMAGE[0], STEPS, PROBABILITIES, 1, "image"),
        (IMAGE, (), PROBABILITIES[:0], 1, "steps"),
        (IMAGE, (1, 1, 2), PROBABILITIES, 1, "steps"),
        (IMAGE, STEPS[:2], PROBABILITIES, 1, "probabilities"),
        (IMAGE, STEPS, PROBABILITIES[:, :1], 1, "probabilities"),
        (IMAGE, STEPS, PROBABILITIES, 3, "label"),
        (IMAGE, STEPS, PROBABILITIES, -1, "label"),
    ],
)
def test_bad_arguments_are_named(image: Any, steps: Any, probabilities: Any, label: int, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        learning_story_info(image, steps, probabilities, label)
