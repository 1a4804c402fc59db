from __future__ import annotations

from typing import Any

import pytest

from lstm_core.combinations import LOOPED
from lstm_core.computation import is_time_major, way
from lstm_core.devices import Device
from lstm_core.hyperparameters import hyperparameters

CPU, GPU = Device("cpu", "A processor"), Device("gpu:0", "A card")


@pytest.mark.parametrize(
    ("values", "device", "name", "why"),
    [
        ({}, CPU, "fused", "the fastest on a CPU"),
        ({"cell": "gru"}, CPU, "keras", "knows the LSTM only"),
        ({"direction": "both"}, CPU, "keras", "reads forward only"),
        ({}, GPU, "keras", "cuDNN kernel is used when TensorFlow has CUDA"),
        ({"cell": "gru"}, GPU, "keras", "cuDNN kernel is used"),
        ({"cell": "rnn"}, GPU, "keras", "cuDNN is not used for a simple RNN"),
        ({"computation": "keras"}, CPU, "keras", "as chosen"),
        ({"computation": "by-hand"}, GPU, "by-hand", "as chosen"),
    ],
)
def test_the_way_is_the_chosen_one_or_the_fastest(
    values: dict[str, Any], device: Device, name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    found = way(hyperparameters(values), device)
    assert found.name == name
    assert why in found.why


def test_jax_computes_with_keras_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert way(hyperparameters({}), CPU).name == "keras"


def test_the_fused_way_has_the_rows_first() -> None:
    assert is_time_major(hyperparameters({"computation": "fused"}))
    assert is_time_major(hyperparameters({"computation": LOOPED[0], "layout": "time-major"}))
    assert not is_time_major(hyperparameters({"computation": "keras"}))
