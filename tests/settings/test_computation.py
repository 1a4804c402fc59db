from __future__ import annotations

from typing import Any

import pytest

from lstm_core.settings.computation import (
    Choice,
    choose_computation,
    choose_precision,
    is_time_major,
    may_use_cudnn,
    resolve,
)
from lstm_core.settings.devices import Device
from lstm_core.settings.rules import LOOPED
from lstm_core.settings.validation import hyperparameters, with_changes

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
    found = choose_computation(hyperparameters(values), device)
    assert found.name == name
    assert why in found.why


@pytest.mark.parametrize(
    ("values", "device", "has_it", "name", "why"),
    [
        ({}, CPU, True, "bfloat16", "multiplies it fastest"),
        ({}, CPU, False, "float32", "has no bfloat16"),
        ({"cell": "gru"}, CPU, True, "float32", "only TensorFlow's fused way"),
        ({"computation": "by-hand"}, CPU, True, "float32", "only TensorFlow's fused way"),
        ({}, GPU, True, "float32", "a GPU is fast in it"),
        ({"precision": "float32"}, CPU, True, "float32", "as chosen"),
        ({"precision": "bfloat16"}, CPU, False, "bfloat16", "as chosen"),
    ],
)
def test_the_precision_is_the_chosen_one_or_the_fastest(
    values: dict[str, Any], device: Device, has_it: bool, name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: has_it)
    found = choose_precision(hyperparameters(values), device)
    assert found.name == name
    assert why in found.why


OBSTACLE = "OSError: no library"


@pytest.mark.parametrize(
    ("values", "why"), [({}, "the fastest on a CPU"), ({"computation": "fused"}, "as chosen")]
)
def test_without_compiled_operations_the_fused_way_is_of_plain_ones(
    values: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    settings = hyperparameters(values)
    found = choose_computation(settings, CPU, OBSTACLE)
    assert str(found) == f"fused: {why}, of TensorFlow's plain operations here ({OBSTACLE})"
    assert choose_precision(settings, CPU).name == "bfloat16"
    assert choose_precision(settings, CPU, OBSTACLE).name == "float32"
    resolved = resolve(settings, CPU, OBSTACLE)
    assert (resolved.computation, resolved.precision) == ("fused", "float32")
    in_16_bits = with_changes(settings, precision="bfloat16")
    assert choose_precision(in_16_bits, CPU, OBSTACLE) == Choice("bfloat16", "as chosen")


@pytest.mark.parametrize(
    ("library", "values", "device"),
    [
        ("tensorflow", {"cell": "gru"}, CPU),
        ("tensorflow", {"computation": "by-hand"}, CPU),
        ("tensorflow", {}, GPU),
        ("jax", {"computation": "fused"}, CPU),
        ("jax", {}, GPU),
    ],
)
def test_what_compiles_nothing_for_tensorflow_minds_no_obstacle(
    library: str, values: dict[str, Any], device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", library)
    settings = hyperparameters(values)
    for choose in (choose_computation, choose_precision):
        assert choose(settings, device, OBSTACLE) == choose(settings, device)


def test_what_is_resolved_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    settings = hyperparameters({"units": (3,)})
    expected = with_changes(settings, computation="fused", precision="bfloat16", device="cpu")
    assert resolve(settings, CPU) == expected


def test_jax_computes_in_its_fused_way_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr("lstm_core.settings.computation.computes_in_bfloat16", lambda: True)
    settings = hyperparameters({})
    assert choose_computation(settings, GPU) == Choice("fused", "with JAX the fastest on a GPU")
    assert choose_computation(with_changes(settings, cell="gru"), GPU).name == "keras"
    assert choose_computation(settings, CPU) == Choice(
        "keras", "with JAX the fused way is faster on a GPU only"
    )
    for chosen in (settings, with_changes(settings, computation="fused")):
        assert {choose_precision(chosen, device).name for device in (CPU, GPU)} == {"float32"}


@pytest.mark.parametrize(
    ("backend", "values", "device", "may"),
    [
        ("tensorflow", {"precision": "mixed"}, GPU, True),
        ("jax", {}, GPU, True),
        ("jax", {"precision": "mixed"}, GPU, False),
        ("jax", {}, CPU, False),
    ],
)
def test_keras_may_call_cudnn_where_it_can(
    backend: str, values: dict[str, Any], device: Device, may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", backend)
    assert may_use_cudnn(resolve(hyperparameters({"cell": "gru", **values}), device)) == may


def test_the_fused_way_has_the_rows_first() -> None:
    assert is_time_major(hyperparameters({"computation": "fused"}))
    assert is_time_major(hyperparameters({"computation": LOOPED[0], "layout": "time-major"}))
    assert not is_time_major(hyperparameters({"computation": "keras"}))
