from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.figures.figure import Figure
from lstm_core.figures.learning_curves import MOST_POINTS
from lstm_core.figures.waves import LEAST_LOSS, waves, waves_info
from lstm_core.lesson.waves import Wave, WaveTraining

Sent = Callable[[Figure], bytes]


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


WAVE = Wave(array(0, 1), array(0.0, 0.5), array(1.0, 0.866025), array(0.123456, -0.2))


def test_info_is_exact() -> None:
    info = waves_info(WAVE, [0.5, 0.04321987], 100)
    assert info.time == [0, 1]
    assert info.input == [0.0, 0.5]
    assert info.truth == [1.0, 0.866]
    assert info.prediction == [0.1235, -0.2]
    assert info.steps == [1, 2]
    assert info.losses == [0.5, 0.04322]
    assert info.last_step == 100
    assert info.powers == (-3, 0)


def test_the_axis_of_losses_grows_by_whole_powers_of_ten() -> None:
    assert waves_info(WAVE, [3.0, 2e-5], 10).powers == (-5, 1)
    assert waves_info(WAVE, [], 10).powers == (-3, 0)


def test_a_loss_of_zero_can_be_drawn() -> None:
    assert waves_info(WAVE, [0.0], 10).losses == [LEAST_LOSS]


def test_the_axis_of_steps_grows_when_a_training_goes_further() -> None:
    assert waves_info(WAVE, [1.0] * 12, 10).last_step == 12


def test_a_long_training_is_thinned_without_losing_its_lowest_and_highest_error() -> None:
    losses = np.random.default_rng(0).uniform(0.01, 1, 5000)
    info = waves_info(WAVE, losses.tolist(), 5000)
    assert len(info.steps) == len(info.losses) <= MOST_POINTS
    assert (info.steps[0], info.steps[-1]) == (1, 5000)
    assert min(info.losses) == pytest.approx(losses.min(), rel=1e-3)
    assert max(info.losses) == pytest.approx(losses.max(), rel=1e-3)


def test_a_training_of_no_steps_is_refused() -> None:
    with pytest.raises(InvalidValue, match="total_steps"):
        waves_info(WAVE, [], 0)


def test_figure_before_and_after_training(sent: Sent) -> None:
    training = WaveTraining((4,))
    sent(waves(training.network().predict(), training.losses, total_steps=20))
    training.advance(3)
    figure = waves(training.network().predict(), training.losses, total_steps=20)
    assert len(sent(figure)) < 20_000
    sine, cosine, prediction, loss = figure["data"]
    assert sine["name"] == "sine" and sine["y"][0] == 0
    assert cosine["name"] == "cosine" and cosine["y"][0] == 1
    assert prediction["name"] == "prediction" and len(prediction["y"]) == 200
    assert loss["x"] == [1, 2, 3]
    assert figure["layout"]["xaxis2"]["range"] == [0, 20]
    assert figure["layout"]["yaxis2"]["type"] == "log"


def test_the_axes_stand_still_while_it_trains() -> None:
    training = WaveTraining((4,))
    before = waves(training.network().predict(), [], total_steps=20)["layout"]
    training.advance(5)
    assert waves(training.network().predict(), training.losses, total_steps=20)["layout"] == before
