"""Memory for many images in one batch."""

from __future__ import annotations

import subprocess
from typing import Any

import numpy as np
import pytest

from lstm_core.data.info import DATASETS
from lstm_core.errors import DeviceUnavailable, InvalidValue, RunError
from lstm_core.evidence import memory_of_a_batch
from lstm_core.evidence.memory_of_a_batch import MOST_IMAGES, measure, random_lstm, resident_growth
from lstm_core.settings.devices import Device
from lstm_core.settings.presets import preset

CPU = Device("cpu", "A processor")
MIB = 2**20


def test_growth_sees_memory_that_is_given_back() -> None:
    def take_and_give_back() -> None:
        np.ones(64 * MIB, np.uint8).sum()

    growth = resident_growth(take_and_give_back)
    assert 60 * MIB < growth < 80 * MIB


def test_doing_nothing_takes_next_to_nothing() -> None:
    resident_growth(lambda: None)
    assert resident_growth(lambda: None) < 4 * MIB


def test_what_fails_while_it_is_measured_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        resident_growth(lambda: 1 / 0)


def test_the_random_lstm_has_the_shapes_of_the_tutorials() -> None:
    weights, settings = random_lstm(), preset("huang-2017").settings()
    info = DATASETS[settings.dataset]
    assert (weights.units, weights.rows, weights.columns) == (settings.units, info.rows, info.columns)


def test_memory_of_the_lstm_is_measured_in_a_process_of_its_own() -> None:
    measured = measure("lstm", 500, CPU)
    assert 0 < measured.extra_bytes < 300 * MIB
    assert set(measured.versions) == {"python", "numpy"}


@pytest.mark.slow
def test_memory_of_the_cnn_grows_with_its_activations() -> None:
    measured = measure("cnn", 2000, CPU)
    assert measured.extra_bytes > 2000 * 28 * 28 * 32 * 4  # what the first convolution gives
    assert {"keras", "tensorflow"} <= set(measured.versions)


@pytest.mark.parametrize("network", memory_of_a_batch.NETWORKS)
def test_a_gpu_that_is_not_there_is_refused_before_a_process_starts(
    monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    monkeypatch.setattr(memory_of_a_batch, "list_devices", lambda: [CPU])
    monkeypatch.setattr(subprocess, "run", None)
    with pytest.raises(DeviceUnavailable, match=r"no device 'gpu:0'.*cpu \(A processor\)"):
        measure(network, 10, Device("gpu:0", "A GPU"))


@pytest.mark.slow
def test_a_gpu_that_the_framework_cannot_use_is_refused_by_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gpu = Device("gpu:99", "A GPU")  # more than any machine has
    monkeypatch.setattr(memory_of_a_batch, "list_devices", lambda: [gpu, CPU])
    with pytest.raises(DeviceUnavailable, match="no device 'gpu:99'"):
        measure("cnn", 10, gpu)


@pytest.mark.parametrize(("network", "images"), [("gru", 10), ("lstm", 0), ("lstm", MOST_IMAGES + 1)])
def test_what_cannot_be_measured_is_named(network: str, images: int) -> None:
    with pytest.raises(InvalidValue):
        measure(network, images, CPU)


@pytest.mark.parametrize(
    ("code", "errors", "said"),
    [(-9, "", "was ended by signal 9"), (1, "Traceback\nMemoryError: no\n", "failed: MemoryError: no")],
)
def test_a_process_that_fails_is_said(
    monkeypatch: pytest.MonkeyPatch, code: int, errors: str, said: str
) -> None:
    def run(*arguments: Any, **named: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], code, "", errors)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(RunError, match=said):
        measure("cnn", 10, CPU)
