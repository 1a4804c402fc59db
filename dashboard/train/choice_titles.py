"""The choices among the settings in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lstm_core.data.info import DATASETS
from lstm_core.data.own.kept import Kept
from lstm_core.settings.shapes import CELL_NAMES

TITLES: Mapping[str, Mapping[str, str]] = {
    "dataset": {name: f"{info.title}, {info.rows} × {info.columns}" for name, info in DATASETS.items()},
    "cell": CELL_NAMES,
    "direction": {"forward": "from the top row down", "both": "both ways"},
    "layer_weights": {"separate": "separate for every layer", "shared": "shared by all layers"},
    "initial_state": {"zero": "zero", "trainable": "learnt from the first row"},
    "initializer": {
        "keras": "Keras' own",
        "truncated-normal": "truncated normal, deviation 0.1",
        "xavier": "Xavier as published, ±4·√(6/(in+out))",
        "dl": "“dl”, ±1/√in",
        "he": "He, normal √(2/in)",
        "glorot-bengio": "Glorot & Bengio, ±√(6/(in+out))",
        "packed-glorot": "TensorFlow 1, ±√(6/(in+4·out))",
        "csv": "the first layer's from a CSV file",
    },
    "dense_initializer": {
        "glorot": "Glorot uniform",
        "truncated-normal": "truncated normal",
        "normal": "normal",
    },
    "supervised_rows": {"last": "last row only", "all": "every row"},
    "loss": {"cross-entropy": "cross-entropy", "class-mean": "cross-entropy, mean over classes too"},
    "optimizer": {"adam": "Adam", "rmsprop": "RMSProp", "sgd": "SGD with momentum"},
    "kept_weights": {"last": "of the last step", "best": "of the best validation"},
    "computation": {
        "auto": "the fastest way here",
        "fused": "fused: few large operations, on a CPU or with JAX",
        "keras": "Keras' layer, with cuDNN where it can",
        "cudnn": "Keras' layer, only with cuDNN",
        "unrolled": "unrolled: a Python loop calls the cell",
        "whole-sequence": "whole sequence: one call loops inside",
        "by-hand": "by hand: matmul, sigmoid, tanh on [h, x]",
        "separate-matrices": "by hand, separate matrices: W·x + U·h",
    },
    "layout": {
        "batch-major": "batch-major: batch, rows, numbers",
        "time-major": "time-major: rows, batch, numbers",
    },
    "returned": {
        "outputs": "last of all outputs, outputs[:, -1]",
        "state": "final state's h, state[-1][1]",
    },
    "precision": {
        "auto": "the fastest here",
        "float32": "float32",
        "mixed": "mixed (float16 and float32)",
        "bfloat16": "bfloat16 products, the rest float32",
    },
}
"""By field, then by option; an option that is not here is its own title."""


def dataset_titles(own: Iterable[Kept]) -> dict[str, str]:
    """Every data set to choose from with its title: those that come with the project, then one's own."""
    infos = {**DATASETS, **{kept.name: kept.info for kept in own}}
    return {name: f"{info.title}, {info.rows} × {info.columns}" for name, info in infos.items()}


def choice_in_words(name: str, value: Any) -> str:
    """The value of a field as people say it."""
    if value is None or value == "":
        return "nothing"
    if name == "initial_kernel":
        return f"{str(value)[:8]}…"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return TITLES.get(name, {}).get(value, str(value))
