from __future__ import annotations

import math

import plotly.graph_objects as go
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.of_runs.overlaid_lines import (
    COLOURS,
    DASHES,
    MOST_POINTS,
    OverlaidLine,
    overlaid_lines,
    overlaid_lines_info,
    style_of,
)
from tests.figures.test_theme import DARK, LIGHT, contrast


def test_info_is_exact() -> None:
    line = OverlaidLine("A seed 0", 0, [1, 2, 3], [0.123456789, math.nan, 2.0])
    (found,) = overlaid_lines_info([line])
    assert found.x == [1.0, 2.0, 3.0]
    assert found.y[0] == 0.123457
    assert math.isnan(found.y[1])


def test_many_points_are_thinned_and_keep_their_peak() -> None:
    values = [0.0] * 5_000
    values[1_234] = 9.0
    (found,) = overlaid_lines_info([OverlaidLine("A", 0, range(5_000), values)])
    assert len(found.x) <= MOST_POINTS
    assert (1234.0, 9.0) in zip(found.x, found.y, strict=True)


def test_seeds_of_the_same_settings_look_alike_and_others_differ() -> None:
    lines = [OverlaidLine(f"{g} {s}", g, [1], [s]) for g in range(2) for s in range(2)]
    figure = go.Figure(overlaid_lines(lines, "steps", "loss").to_dict())
    colours = [trace.line.color for trace in figure.data]
    assert colours == [COLOURS[0]] * 2 + [COLOURS[1]] * 2
    assert figure.layout.hovermode == "x unified"
    assert len({style_of(group) for group in range(18)}) == len(COLOURS) * len(DASHES) == 18


@pytest.mark.parametrize("colour", COLOURS)
def test_lines_stand_out_on_light_and_dark_pages(colour: str) -> None:
    assert min(contrast(colour, LIGHT), contrast(colour, DARK)) >= 3.0


def test_a_line_that_diverged_has_a_gap_and_a_name_is_no_markup() -> None:
    line = OverlaidLine("<b>A</b>", 0, [1, 2], [1.0, math.inf])
    (trace,) = overlaid_lines([line], "steps", "loss", zoomable=True)["data"]
    assert trace["y"] == [1.0, None]
    assert trace["name"] == "&lt;b&gt;A&lt;/b&gt;"


def test_an_empty_line_is_drawn_as_nothing_and_a_crooked_one_refused() -> None:
    assert overlaid_lines([OverlaidLine("A", 0, [], [])], "row", "%", rows=8)["data"][0]["x"] == []
    with pytest.raises(InvalidValue, match="a line of 1 points"):
        overlaid_lines_info([OverlaidLine("A", 0, [1], [])])
