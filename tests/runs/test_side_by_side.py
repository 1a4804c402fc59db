"""How many trainings go on at the same time, and which go together."""

from __future__ import annotations

import dataclasses

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.runs import side_by_side
from lstm_core.runs.side_by_side import MOST_BY_DEFAULT, Training, places
from lstm_core.settings.available import Memory
from lstm_core.settings.devices import Device
from lstm_core.settings.memory import need
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

CPU = Device("cpu", "A processor")
GPUS = [Device("gpu:0", "A card"), Device("gpu:1", "A card"), CPU]
DIGITS = preset("digits").settings()
QUICK = preset("quick").settings()


def by(*workers: int, settings=DIGITS) -> list[Training]:
    return [Training(settings, worker) for worker in workers]


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lstm_core.settings.available.memory", lambda: Memory(10**12, 10**12))


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 2), (4, 4), (64, MOST_BY_DEFAULT)])
def test_a_cpu_has_a_process_for_each_core_and_no_more_than_four(
    monkeypatch: pytest.MonkeyPatch, cores: int, workers: int
):
    monkeypatch.setattr(side_by_side, "cores", lambda: cores)
    assert places([CPU], {}).workers == workers


def test_each_gpu_has_a_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(side_by_side, "cores", lambda: 64)
    assert places(GPUS, {}).workers == 2
    assert places(GPUS[1:], {}).workers == 1


def test_a_person_says_how_many():
    assert places(GPUS, {"ROW_BY_ROW_WORKERS": "3"}).workers == 3
    assert places([CPU], {"ROW_BY_ROW_WORKERS": " "}).chosen is False


@pytest.mark.parametrize("text", ["0", "65", "-1", "two", "1.5", "²"])
def test_a_number_that_is_none_is_refused(text: str):
    with pytest.raises(InvalidValue, match="`ROW_BY_ROW_WORKERS` must be a whole number from 1 to 64; got"):
        places([CPU], {"ROW_BY_ROW_WORKERS": text})


def test_small_networks_go_together_and_large_ones_alone():
    default = dataclasses.replace(places([CPU], {}), workers=4)
    (small,), (large,) = by(3), by(3, settings=QUICK)
    assert default.goes_beside(large, [])
    assert default.goes_beside(small, by(1, 2))
    assert not default.goes_beside(large, by(1))
    assert not default.goes_beside(small, by(1, settings=QUICK))
    chosen = places([CPU], {"ROW_BY_ROW_WORKERS": "2"})
    assert chosen.goes_beside(large, by(1))


def test_as_many_of_one_kind_go_together_as_there_are_places_that_suit_it():
    assert dataclasses.replace(places([CPU], {}), workers=4).together(DIGITS) == 4
    assert dataclasses.replace(places([CPU], {}), workers=4).together(QUICK) == 1
    assert places([CPU], {"ROW_BY_ROW_WORKERS": "3"}).together(QUICK) == 3
    assert places(GPUS, {}).together(QUICK) == 2
    assert places(GPUS, {}).together(with_changes(QUICK, device="gpu:1")) == 1


def test_what_does_not_fit_into_memory_together_waits(monkeypatch: pytest.MonkeyPatch):
    one = need(DIGITS, CPU).memory
    chosen = places([CPU], {"ROW_BY_ROW_WORKERS": "3"})
    (third,) = by(3)
    monkeypatch.setattr("lstm_core.settings.available.memory", lambda: Memory(3 * one - 1, 0))
    assert chosen.goes_beside(third, by(1))
    assert not chosen.goes_beside(third, by(1, 2))
    assert chosen.goes_beside(third, [])
    assert chosen.together(DIGITS) == 2


def test_every_process_takes_a_gpu_of_its_own():
    two = places(GPUS, {})
    (second,) = by(2)
    (named,) = by(2, settings=with_changes(DIGITS, device="gpu:0"))
    assert two.device_of(second) == GPUS[1]
    assert two.goes_beside(second, by(1, settings=QUICK))
    assert not two.goes_beside(named, by(1))
    assert not two.goes_beside(by(1)[0], [named])
    assert two.goes_beside(named, by(2))  # which has the other GPU
    four = places(GPUS, {"ROW_BY_ROW_WORKERS": "4"})
    assert four.goes_beside(by(3)[0], by(1, 2))
    assert not four.goes_beside(named, by(1, 3))


def test_a_device_that_is_not_there_is_left_to_be_told():
    (nowhere,) = by(2, settings=with_changes(DIGITS, device="gpu:7"))
    assert places(GPUS, {}).goes_beside(nowhere, by(1))
