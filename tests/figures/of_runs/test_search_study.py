"""Optuna's figures in this project's theme: its numbers, our looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import create_trial

from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.figures.of_runs.search_study import (
    FIGURES,
    chosen_trial,
    search_front,
    search_history,
    search_importance,
    search_parallel,
    search_slices,
)

Direction = Literal["maximize", "minimize"]
ACCURACIES = [0.90, 0.95, 0.93, 0.97, 0.91]
RATES = [0.001, 0.004, 0.002, 0.008, 0.015]
UNITS = ["32", "64,64", "32", "64,64", "32"]


@pytest.fixture
def study() -> optuna.Study:
    return with_values([[accuracy] for accuracy in ACCURACIES], ["maximize"])


def with_values(values: list[list[float]], directions: list[Direction]) -> optuna.Study:
    made = optuna.create_study(directions=directions)
    spaces = {
        "learning_rate": FloatDistribution(0.0005, 0.02, log=True),
        "units": CategoricalDistribution(["32", "64,64"]),
    }
    for value, rate, units in zip(values, RATES, UNITS, strict=True):
        parameters = {"learning_rate": rate, "units": units}
        made.add_trial(create_trial(values=value, params=parameters, distributions=spaces))
    return made


def test_the_history_has_every_trial_and_the_best_so_far_in_percent(study: optuna.Study):
    assert search_history(study)["layout"]["xaxis"]["dtick"] == 1, "trials are whole numbers"
    dots, best = search_history(study)["data"]
    assert dots["x"] == [0, 1, 2, 3, 4]
    assert dots["y"] == pytest.approx([90, 95, 93, 97, 91])
    assert best["y"] == pytest.approx([90, 95, 95, 97, 97])


def test_the_history_of_a_search_whose_first_trial_came_to_nothing_begins_with_a_gap(study: optuna.Study):
    failed = optuna.create_study(directions=["maximize"])
    failed.add_trial(create_trial(state=optuna.trial.TrialState.FAIL))
    failed.add_trials(study.trials)
    _, best = search_history(failed)["data"]
    assert best["y"][0] is None
    assert best["y"][1:] == pytest.approx([90, 95, 95, 97, 97])


def test_a_line_goes_through_the_settings_of_each_trial_and_the_best_stands_out(study: optuna.Study):
    figure = search_parallel(study)
    assert len(figure["data"]) == 5
    assert [line["customdata"][0][-1] for line in figure["data"]] == [0, 1, 2, 3, 4]
    colours = [line["line"]["color"] for line in figure["data"]]
    assert colours == [theme.TRAINING] * 3 + [theme.ACCENT] + [theme.TRAINING]
    assert [line["y"][0] for line in figure["data"]] == pytest.approx([0, 5 / 7, 3 / 7, 1, 1 / 7])
    assert figure["layout"]["xaxis"]["ticktext"] == ["validation<br>accuracy", "learning rate", "units"]
    assert "90\N{NO-BREAK SPACE}%" in [note["text"] for note in figure["layout"]["annotations"]]


def test_slices_have_a_panel_a_setting_and_the_numbers_of_the_trials(study: optuna.Study):
    rates, units = search_slices(study)["data"]
    assert rates["x"] == RATES
    assert rates["y"] == pytest.approx([90, 95, 93, 97, 91])
    by_trial = dict(zip(units["customdata"], zip(units["x"], units["y"], strict=True), strict=True))
    assert [by_trial[number][0] for number in range(5)] == UNITS
    assert [by_trial[number][1] for number in range(5)] == pytest.approx([90, 95, 93, 97, 91])
    assert rates["customdata"] == [0, 1, 2, 3, 4]
    assert rates["marker"]["color"].index(theme.ACCENT) == 3


def test_importance_is_optunas(study: optuna.Study):
    wanted = optuna.importance.get_param_importances(study)
    (bars,) = search_importance(study)["data"]
    found = dict(zip(bars["y"], bars["x"], strict=True))
    assert found == pytest.approx({name.replace("_", " "): value for name, value in wanted.items()})


def test_the_front_holds_the_trials_that_none_beats_in_both():
    sizes = [1000.0, 8000.0, 9000.0, 20000.0, 2000.0]
    two = with_values([list(pair) for pair in zip(ACCURACIES, sizes, strict=True)], ["maximize", "minimize"])
    others, front = search_front(two, "parameters")["data"]
    assert sorted(front["customdata"]) == [0, 1, 3, 4]
    assert others["customdata"] == [2]
    at = front["customdata"].index(3)
    assert (front["x"][at], front["y"][at]) == (20000, pytest.approx(97))
    assert len(search_parallel(two)["data"]) == 5


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_one_that_plotly_knows(
    name: str, study: optuna.Study, sent: Callable[[Figure], bytes]
):
    assert sent(FIGURES[name](study))


def test_the_front_is_one_that_plotly_knows(sent: Callable[[Figure], bytes]):
    values = [[accuracy, 10 * accuracy] for accuracy in ACCURACIES]
    assert sent(search_front(with_values(values, ["maximize", "minimize"]), "parameters"))


def test_a_click_names_the_trial_it_hit(study: optuna.Study):
    line = search_parallel(study)["data"][2]
    for customdata in (line["customdata"][1], 2, search_history(study)["data"][0]["customdata"][2]):
        assert chosen_trial({"selection": {"points": [{"customdata": customdata}]}}) == 2
    assert chosen_trial({"selection": {"points": []}}) is None
    assert chosen_trial({"selection": {"points": [{"x": 1}]}}) is None
