"""The live regression without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.lesson import shared_training, waves_demo
from lstm_core.lesson.waves import WaveNetwork, WaveTraining


@pytest.fixture(autouse=True)
def nobody_trained_before(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    monkeypatch.setattr(shared_training, "SHARE", 1.0)  # so that nobody waits for a turn


def opened() -> AppTest:
    def page() -> None:
        from dashboard.lesson.waves_demo import waves_demo

        waves_demo()

    shown = AppTest.from_function(page, default_timeout=180).run()
    assert not shown.exception
    return shown


def lesson(page: AppTest) -> Any:
    return page.session_state[waves_demo._LESSON]


def numbers(page: AppTest) -> str:
    (found,) = [element.proto.body for element in page.get("html") if "Training step" in element.proto.body]
    return found


def press(page: AppTest, label: str) -> None:
    (found,) = [button for button in page.button if button.label == label]
    found.click().run()
    assert not page.exception


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_it_opens_with_an_untrained_network() -> None:
    page = opened()
    assert labels(page) == ["Train", "Start again"]
    assert "0 of 800" in numbers(page)
    assert lesson(page).network.units == (20, 30)


def test_it_trains_in_slices_until_it_is_stopped() -> None:
    page = opened()
    press(page, "Train")
    assert labels(page) == ["Stop", "Start again"]
    taken = lesson(page).network.step
    assert taken > 0
    page.run()
    assert (taken := lesson(page).network.step) > 1
    press(page, "Stop")
    page.run()
    assert labels(page) == ["Train more", "Start again"]
    assert lesson(page).network.step == taken
    assert f"{taken} of 800" in numbers(page)


def test_it_rests_when_done_and_trains_on_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves_demo, "STEPS", 1)
    page = opened()
    press(page, "Train")
    assert labels(page) == ["Train more", "Start again"]
    assert lesson(page).network.step == 1
    press(page, "Train more")
    assert lesson(page).network.step == 2
    assert "2 of 2" in numbers(page)


def test_starting_anew_begins_with_the_same_first_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves_demo, "STEPS", 1)
    page = opened()
    press(page, "Train")
    losses = lesson(page).losses
    press(page, "Start again")
    assert lesson(page).losses == losses


def test_a_changed_field_lays_the_training_aside() -> None:
    page = opened()
    press(page, "Train")
    page.number_input(waves_demo.SEED).set_value(5).run()
    assert not page.exception
    network: WaveNetwork = lesson(page).network
    other = WaveTraining(network.units, seed=5).network()
    assert network.step == 0
    assert np.array_equal(network.head_kernel, other.head_kernel)
    assert labels(page) == ["Train", "Start again"]


@pytest.mark.parametrize("wrong", ["many", "20,", "0", "500", "1, 1, 1, 1, 1"])
def test_layers_that_cannot_be_are_named_and_the_fields_stay(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves_demo, "_STACKS", (*waves_demo._STACKS, wrong))  # AppTest cannot type into it
    page = opened()
    press(page, "Train")
    page.selectbox(waves_demo.UNITS).set_value(wrong).run()
    assert not page.exception
    assert "units" in page.error[0].value
    assert page.selectbox(waves_demo.UNITS).value == wrong
    page.selectbox(waves_demo.UNITS).set_value("10").run()
    assert not page.error
    assert lesson(page).network.units == (10,)


def test_another_wave_is_read_without_training() -> None:
    page = opened()
    before = numbers(page)
    page.slider(waves_demo.FREQUENCY).set_value(2.0).run()
    page.toggle(waves_demo.COLD).set_value(True).run()
    assert not page.exception
    assert numbers(page) != before
    assert lesson(page).network.step == 0


def test_a_training_that_learnt_nothing_is_owned_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves_demo, "STEPS", 1)
    monkeypatch.setattr(waves_demo, "HOPELESS", 0.0)
    page = opened()
    assert not page.info
    press(page, "Train")
    assert "did not learn" in page.info[0].value


def test_a_second_visitor_is_shown_what_the_first_had_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves_demo, "STEPS", 3)
    first = opened()
    press(first, "Train")
    while lesson(first).running:
        first.run()
    monkeypatch.setattr(WaveTraining, "advance", None)  # nothing is trained from now on
    second = opened()
    assert "0 of 3" in numbers(second)
    press(second, "Train")
    assert "3 of 3" in numbers(second)
    assert numbers(second) == numbers(first)
    press(first, "Start again")
    assert numbers(second) == numbers(first)


def test_one_visitor_rests_where_it_stopped_while_another_trains_on() -> None:
    first, second = opened(), opened()
    press(first, "Train")
    press(first, "Stop")
    there = numbers(first)
    press(second, "Train")
    second.run()
    second.run()
    first.run()
    assert numbers(first) == there
    assert lesson(second).network.step > lesson(first).network.step
