from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.evolution import evolution, evolution_info
from lstm_core.figures.figure import Figure

Probabilities = Callable[..., NDArray[np.float32]]
Sent = Callable[[Figure], bytes]

IMAGE = np.array([[0.0, 1.0, 0.5], [0.25, 0.004, 0.996]], np.float32)
TWO_ROWS = np.array([[0.5, 0.25, 0.25, 0.0], [0.004, 0.12345, 0.0, 0.87255]], np.float32)


def grey_image(rows: int, columns: int) -> NDArray[np.float32]:
    return np.random.default_rng(2).random((rows, columns), np.float32)


def test_info_is_exact() -> None:
    info = evolution_info(IMAGE, TWO_ROWS, 2)
    assert info.ink == [[0, 100, 50], [25, 0, 100]]
    assert info.percents == [[50.0, 25.0, 25.0, 0.0], [0.4, 12.35, 0.0, 87.26]]
    assert info.winners == [0, 3]
    assert (info.rows, info.columns, info.classes, info.settled_at_row) == (2, 3, 4, 2)


@pytest.mark.parametrize(
    ("image", "probabilities", "settled", "named"),
    [
        (IMAGE[0], TWO_ROWS, 1, "image"),
        (IMAGE[:0], TWO_ROWS[:0], 1, "image"),
        (IMAGE, TWO_ROWS[:1], 1, "probabilities"),
        (IMAGE, TWO_ROWS[:, :0], 1, "probabilities"),
        (IMAGE, TWO_ROWS[:, 0], 1, "probabilities"),
        (IMAGE, TWO_ROWS, 0, "settled_at_row"),
        (IMAGE, TWO_ROWS, 3, "settled_at_row"),
    ],
)
def test_arrays_that_do_not_fit_are_named(
    image: NDArray[np.float32], probabilities: NDArray[np.float32], settled: int, named: str
) -> None:
    with pytest.raises(InvalidValue, match=named):
        evolution_info(image, probabilities, settled)


@pytest.mark.parametrize("narrow", [False, True])
def test_28_rows_are_28_frames_and_a_small_payload(
    probabilities: Probabilities, sent: Sent, narrow: bool
) -> None:
    figure = evolution(grey_image(28, 28), probabilities(28), 17, narrow=narrow)
    assert [frame["name"] for frame in figure["frames"]] == [str(row) for row in range(1, 29)]
    assert len(sent(figure)) < 80_000


@pytest.mark.parametrize(("rows", "columns", "classes"), [(8, 8, 10), (28, 28, 1), (1, 5, 3), (28, 28, 47)])
def test_any_number_of_rows_columns_and_classes(
    probabilities: Probabilities, sent: Sent, rows: int, columns: int, classes: int
) -> None:
    figure = evolution(grey_image(rows, columns), probabilities(rows, classes), 1)
    sent(figure)
    image, heatmap, losers, winner = figure["data"]
    assert (len(image["z"]), len(image["z"][0])) == (rows, columns)
    assert (len(heatmap["z"]), len(heatmap["z"][0])) == (rows, classes)
    assert sorted(losers["y"] + winner["y"]) == list(range(classes))
    assert len(winner["y"]) == 1
    assert len(figure["frames"]) == rows


def test_frames_carry_only_bars_marks_and_buttons(probabilities: Probabilities) -> None:
    figure = evolution(grey_image(8, 8), probabilities(8), 3)
    for frame in figure["frames"]:
        assert frame["traces"] == [2, 3]
        assert [set(trace) for trace in frame["data"]] == [{"type", "x", "y", "text"}] * 2
        assert set(frame["layout"]) == {"shapes", "updatemenus"}


def test_bars_of_a_frame_show_its_row() -> None:
    first, second = (frame["data"] for frame in evolution(IMAGE, TWO_ROWS, 2)["frames"])
    losers, winner = first
    assert (losers["y"], losers["x"], losers["text"]) == ([1, 2, 3], [25.0, 25.0, 0.0], ["25 %", "25 %", ""])
    assert (winner["y"], winner["x"], winner["text"]) == ([0], [50.0], ["50 %"])
    losers, winner = second
    assert (losers["y"], losers["x"], losers["text"]) == ([0, 1, 2], [0.4, 12.35, 0.0], ["", "12 %", ""])
    assert (winner["y"], winner["x"], winner["text"]) == ([3], [87.26], ["87 %"])


def test_the_winner_alone_stands_out(probabilities: Probabilities) -> None:
    figure = evolution(grey_image(8, 8), probabilities(8), 3)
    losers, winner = figure["data"][2:]
    assert (losers["marker"], winner["marker"]) == ({"color": theme.QUIET}, {"color": theme.ACCENT})
    assert losers["width"] == winner["width"] < 1
    assert figure["layout"]["barmode"] == "overlay"


def test_rests_at_the_last_row(probabilities: Probabilities) -> None:
    figure = evolution(grey_image(8, 8), probabilities(8), 3)
    last = figure["frames"][-1]
    for bars, after in zip(figure["data"][2:], last["data"], strict=True):
        assert {part: bars[part] for part in after} == after
    assert figure["layout"]["shapes"] == last["layout"]["shapes"]
    assert figure["layout"]["updatemenus"] == last["layout"]["updatemenus"]
    assert figure["layout"]["sliders"][0]["active"] == 7


def test_step_buttons_lead_to_the_neighbouring_rows(probabilities: Probabilities) -> None:
    figure = evolution(grey_image(3, 3), probabilities(3), 1)
    targets = []
    for frame in figure["frames"]:
        buttons = {button["label"]: button["args"] for button in frame["layout"]["updatemenus"][0]["buttons"]}
        assert list(buttons) == ["▶ Play", "Pause", "‹ Back", "Next ›"]
        assert buttons["▶ Play"][0] == {"1": ["2", "3"], "2": ["3"], "3": ["1", "2", "3"]}[frame["name"]]
        assert buttons["Pause"][0] == [None]
        targets.append((buttons["‹ Back"][0], buttons["Next ›"][0]))
    assert targets == [(["1"], ["2"]), (["1"], ["3"]), (["2"], ["3"])]


def test_slider_has_one_step_a_row(probabilities: Probabilities) -> None:
    steps = evolution(grey_image(8, 8), probabilities(8), 3)["layout"]["sliders"][0]["steps"]
    assert [(step["label"], step["args"][0]) for step in steps] == [(str(r), [str(r)]) for r in range(1, 9)]


def test_every_animation_jumps_without_transition(probabilities: Probabilities) -> None:
    layout = evolution(grey_image(8, 8), probabilities(8), 3)["layout"]
    for part in (*layout["sliders"][0]["steps"], *layout["updatemenus"][0]["buttons"]):
        assert part["args"][1].get("transition", {"duration": 0}) == {"duration": 0}


def test_unread_rows_are_veiled_and_the_current_one_framed(probabilities: Probabilities) -> None:
    shapes = evolution(grey_image(8, 8), probabilities(8), 3)["frames"][4]["layout"]["shapes"]
    over_image, over_heatmap = shapes[:3], shapes[3:]
    for x, (veil, settled, cursor) in (("x domain", over_image), ("x2 domain", over_heatmap)):
        assert {shape["xref"] for shape in (veil, settled, cursor)} == {x}
        assert (veil["y0"], veil["y1"]) == (5.5, 8.5)
        assert (cursor["y0"], cursor["y1"]) == (4.5, 5.5)
        assert (settled["y0"], settled["y1"]) == (2.5, 2.5)


def test_heatmap_rows_stand_beside_the_rows_of_the_image(probabilities: Probabilities) -> None:
    figure = evolution(grey_image(28, 28), probabilities(28), 17)
    image, heatmap, *_ = figure["data"]
    assert image.get("yaxis", "y") == heatmap.get("yaxis", "y") == "y"
    assert image["y0"] == heatmap["y0"] == 1
    assert figure["layout"]["yaxis"]["range"] == [28.5, 0.5]
    assert figure["layout"]["xaxis"]["scaleanchor"] == "y"


@pytest.mark.parametrize("narrow", [False, True])
def test_says_where_the_verdict_settled(probabilities: Probabilities, narrow: bool) -> None:
    (caption,) = evolution(grey_image(28, 28), probabilities(28), 17, narrow=narrow)["layout"]["annotations"]
    assert "settled at row 17" in caption["text"].replace("<br>", " ")


def test_hover_names_row_class_and_percent(probabilities: Probabilities) -> None:
    _, heatmap, *bars = evolution(grey_image(8, 8), probabilities(8), 3)["data"]
    assert heatmap["hovertemplate"] == "row %{y} · class %{x} · %{z:.1f} %<extra></extra>"
    assert [part["hovertemplate"] for part in bars] == ["class %{y} · %{x:.1f} %<extra></extra>"] * 2


def test_narrow_puts_the_bars_below(probabilities: Probabilities) -> None:
    layout = evolution(grey_image(8, 8), probabilities(8), 3, narrow=True)["layout"]
    assert layout["yaxis3"]["domain"][1] < layout["yaxis"]["domain"][0]
