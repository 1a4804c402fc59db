from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures import theme
from lstm_core.figures.of_runs.seed_dots import LEAST_SPAN, SeedDotsInfo, SeedGroup, seed_dots, seed_dots_info

TUTORIAL = SeedGroup("tutorial", (0, 1), (0.98, 0.97))
HUANG = SeedGroup("huang-2017", (0, 1, 5), (0.985, 0.986, 0.984), 0.9858)


def test_info_is_exact() -> None:
    assert seed_dots_info([TUTORIAL, HUANG]) == SeedDotsInfo(
        names=["tutorial", "huang-2017"],
        dots=[
            ("tutorial", 0, 98.0),
            ("tutorial", 1, 97.0),
            ("huang-2017", 0, 98.5),
            ("huang-2017", 1, 98.6),
            ("huang-2017", 5, 98.4),
        ],
        means=[97.5, 98.5],
        published=[("huang-2017", 98.58)],
        span=(96.872, 98.728),
    )


def test_the_axis_holds_what_is_published() -> None:
    low, high = seed_dots_info([SeedGroup("far", (0,), (0.9,), 0.99)]).span
    assert low < 90.0
    assert high > 99.0


def test_equal_seeds_do_not_fill_the_axis() -> None:
    low, high = seed_dots_info([SeedGroup("same", (0, 1), (0.98, 0.98))]).span
    assert high - low == pytest.approx(LEAST_SPAN)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_the_axis_ends_near_what_an_accuracy_can_be(accuracy: float) -> None:
    low, high = seed_dots_info([SeedGroup("edge", (0,), (accuracy,))]).span
    assert low >= 0
    assert high <= 100 + LEAST_SPAN


def test_the_figure_shows_seeds_means_and_what_is_published() -> None:
    figure = go.Figure(seed_dots([TUTORIAL, HUANG]).to_dict())
    assert [trace.name for trace in figure.data] == ["one seed", "mean", "published"]
    assert list(figure.data[0].customdata) == [0, 1, 0, 1, 5]
    assert list(figure.layout.yaxis.range) == [1.5, -0.5]  # the first group is at the top


def test_seeds_of_one_accuracy_do_not_hide_each_other() -> None:
    same = SeedGroup("same", range(5), (0.9, 0.9, 0.91, 0.9, 0.9))
    info = seed_dots_info([TUTORIAL, same])
    assert info.lifts == [0, 0, -0.27, -0.09, 0, 0.09, 0.27]
    dots = seed_dots([TUTORIAL, same])["data"][0]
    assert dots["y"] == [0, 0, 0.73, 0.91, 1, 1.09, 1.27]
    many = seed_dots_info([SeedGroup("many", range(40), [0.9] * 40)])
    assert max(many.lifts) == -min(many.lifts) <= 0.3, "however many, they stay within their line"


def test_dots_have_the_colours_of_their_groups_and_then_the_key_has_none_of_them() -> None:
    first, second = replace(TUTORIAL, colour="#3182CE"), replace(HUANG, colour="#E8590C")
    figure = seed_dots([first, second])
    assert figure["data"][0]["marker"]["color"] == ["#3182CE"] * 2 + ["#E8590C"] * 3
    (key,) = figure["layout"]["annotations"]
    assert f'<span style="color:{theme.QUIET}">●</span> one seed' in key["text"]
    (key,) = seed_dots([TUTORIAL])["layout"]["annotations"]
    assert f'<span style="color:{TUTORIAL.colour}">●</span> one seed' in key["text"]


def test_the_key_names_what_is_drawn_and_nothing_else() -> None:
    (key,) = seed_dots([HUANG])["layout"]["annotations"]
    assert all(name in key["text"] for name in ("one seed", "mean", "published"))
    (key,) = seed_dots([TUTORIAL])["layout"]["annotations"]
    assert "mean" in key["text"]
    assert "published" not in key["text"]


@pytest.mark.parametrize("groups", [[], [SeedGroup("none", (), ())], [SeedGroup("odd", (0, 1), (0.9,))]])
def test_what_cannot_be_drawn_is_named(groups: list[SeedGroup]) -> None:
    with pytest.raises(InvalidValue):
        seed_dots(groups)
