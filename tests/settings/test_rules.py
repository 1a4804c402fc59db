"""Rules over several fields: each is broken by some settings, said with its reason, and kept by others."""

from __future__ import annotations

from typing import Any

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.settings.devices import Device
from lstm_core.settings.rules import broken_rules, check_device, combination_rules, device_rules
from lstm_core.settings.validation import hyperparameters, with_valid_fields

CPU = Device("cpu", "A processor")
GPU = Device("gpu:0", "A graphics processor")
KERNEL = "0" * 64

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"dataset": "digits", "batch_size": 1298}, "batch_size", "at most 1297"),
    ({"layer_weights": "shared"}, "layer_weights", "now the first reads 28 and the units are 256, 256"),
    ({"layer_weights": "shared", "units": (28, 30)}, "layer_weights", "the units are 28, 30"),
    ({"layer_weights": "shared", "input_projection": 64}, "layer_weights", "the first reads 64"),
    (
        {"layer_weights": "shared", "units": (28, 28), "direction": "both"},
        "layer_weights",
        "separate, with two directions",
    ),
    (
        {"layer_weights": "shared", "units": (28, 28), "initial_state": "trainable"},
        "layer_weights",
        "separate, with a trainable initial state",
    ),
    ({"initial_state": "trainable", "direction": "both"}, "initial_state", "zero, with two directions"),
    ({"initial_state": "trainable", "cell": "gru"}, "initial_state", "zero, except for the LSTM"),
    ({"computation": "by-hand", "cell": "gru"}, "computation", "unrolled or whole-sequence, except for"),
    ({"computation": "separate-matrices", "cell": "rnn"}, "computation", "except for the LSTM"),
    ({"computation": "unrolled", "direction": "both"}, "computation", "whole-sequence, with two directions"),
    ({"computation": "cudnn", "device": "cpu"}, "computation", "other than cudnn, on a CPU"),
    ({"computation": "cudnn", "cell": "rnn"}, "computation", "cuDNN is not used for"),
    ({"layout": "time-major"}, "layout", "batch-major, unless computed by unrolled, by-hand, separate-"),
    ({"returned": "state", "supervised_rows": "all"}, "returned", "outputs, when every row is supervised"),
    ({"returned": "state", "direction": "both"}, "returned", "outputs, with two directions"),
    ({"initializer": "csv"}, "initial_kernel", "the weights of a CSV file"),
    (
        {"initializer": "csv", "initial_kernel": KERNEL, "cell": "gru"},
        "initializer",
        "other than csv, except",
    ),
    (
        {"initializer": "csv", "initial_kernel": KERNEL, "direction": "both"},
        "initializer",
        "other than csv, with two directions",
    ),
    ({"initial_kernel": KERNEL}, "initial_kernel", "nothing, unless the initialiser is csv"),
]


@pytest.mark.parametrize(("values", "field", "rule"), REFUSED, ids=lambda item: str(item)[:60])
def test_what_does_not_go_together_is_refused_with_the_reason(values: dict[str, Any], field: str, rule: str):
    with pytest.raises(InvalidValue) as caught:
        hyperparameters(values)
    assert caught.value.field == field
    assert rule in caught.value.rule
    assert rule in broken_rules(with_valid_fields(values))[field]


def test_every_rule_is_among_those_refused_here():
    rules = {(field, rule.partition(";")[0]) for field, rule, _ in combination_rules(hyperparameters({}))}
    refused = {
        (field, rule.partition(";")[0])
        for values, _, _ in REFUSED
        for field, rule, broken in combination_rules(with_valid_fields({"dataset": "mnist", **values}))
        if broken
    }
    assert len(refused) == len(rules)


@pytest.mark.parametrize(
    "values",
    [
        {"layer_weights": "shared", "units": (28, 28, 28)},
        {"layer_weights": "shared", "input_projection": 64, "units": (64, 64)},
        {"initial_state": "trainable", "computation": "keras"},
        {"computation": "unrolled", "cell": "gru", "layout": "time-major"},
        {"computation": "whole-sequence", "direction": "both", "cell": "rnn"},
        {"computation": "cudnn", "cell": "gru", "direction": "both"},
        {"initializer": "csv", "initial_kernel": KERNEL, "computation": "by-hand"},
        {"returned": "state", "initial_state": "trainable"},
    ],
)
def test_what_goes_together_is_welcome(values: dict[str, Any]):
    assert not broken_rules(hyperparameters(values))


@pytest.mark.parametrize(
    ("values", "field"), [({"precision": "mixed"}, "precision"), ({"computation": "cudnn"}, "computation")]
)
def test_what_needs_a_gpu_is_refused_on_a_cpu_alone(values: dict[str, Any], field: str):
    settings = hyperparameters(values)
    with pytest.raises(InvalidValue, match=f"`{field}` must be .* on a CPU"):
        check_device(settings, CPU)
    check_device(settings, GPU)
    assert [name for name, _, broken in device_rules(settings, CPU) if broken] == [field]


def test_the_fused_way_is_refused_on_a_gpu_with_tensorflow(monkeypatch: pytest.MonkeyPatch):
    settings = hyperparameters({"computation": "fused"})
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    check_device(settings, CPU)
    with pytest.raises(InvalidValue, match="other than fused, on a GPU with TensorFlow; got 'fused'"):
        check_device(settings, GPU)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    for device in (CPU, GPU):
        check_device(settings, device)


def test_cudnn_in_16_bits_is_refused_with_jax(monkeypatch: pytest.MonkeyPatch):
    settings = hyperparameters({"computation": "cudnn", "precision": "mixed"})
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    check_device(settings, GPU)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(InvalidValue, match="`precision` must be auto or float32, when JAX calls cuDNN"):
        check_device(settings, GPU)
