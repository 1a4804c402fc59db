from __future__ import annotations

from typing import Any

import pytest

from lstm_core.combinations import LOOPED
from lstm_core.computation import is_time_major, precision, resolved, way
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


@pytest.mark.parametrize(
    ("values", "device", "has_it", "name", "why"),
    [
        ({}, CPU, True, "bfloat16", "multiplies it fastest"),
        ({}, CPU, False, "float32", "has no bfloat16"),
        ({"cell": "gru"}, CPU, True, "float32", "only the fused way"),
        ({"computation": "by-hand"}, CPU, True, "float32", "only the fused way"),
        ({}, GPU, True, "float32", "a GPU is fast in it"),
        ({"precision": "float32"}, CPU, True, "float32", "as chosen"),
        ({"precision": "bfloat16"}, CPU, False, "bfloat16", "as chosen"),
    ],
)
def test_the_precision_is_the_chosen_one_or_the_fastest(
    values: dict[str, Any], device: Device, has_it: bool, name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr("lstm_core.computation.computes_in_bfloat16", lambda: has_it)
    found = precision(hyperparameters(values), device)
    assert found.name == name
    assert why in found.why


def test_what_is_resolved_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lstm_core.computation.computes_in_bfloat16", lambda: True)
    settings = hyperparameters({"units": (3,)})
    assert resolved(settings, CPU) == settings.changed(computation="fused", precision="bfloat16")


def test_jax_computes_with_keras_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert way(hyperparameters({}), CPU).name == "keras"


def test_the_fused_way_has_the_rows_first() -> None:
    assert is_time_major(hyperparameters({"computation": "fused"}))
    assert is_time_major(hyperparameters({"computation": LOOPED[0], "layout": "time-major"}))
    assert not is_time_major(hyperparameters({"computation": "keras"}))
