"""Weights, their file, and their way into Keras and back."""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.errors import WeightsError
from lstm_core.weights import (
    LayerWeights,
    LstmWeights,
    load_weights,
    put_weights,
    save_weights,
    weights_from_model,
)
from tests.networks import random_weights, same_weights
from tests.seeded import seeded


def test_the_file_keeps_every_bit(tmp_path: Path):
    weights = random_weights((5, 3, 7), rows=11)
    save_weights(weights, tmp_path / "w.npz")
    assert same_weights(load_weights(tmp_path / "w.npz"), weights)


def test_float16_halves_the_size_and_rounds(tmp_path: Path):
    weights = random_weights((64, 64))
    save_weights(weights, tmp_path / "whole.npz")
    save_weights(weights, tmp_path / "half.npz", dtype=np.float16)
    loaded = load_weights(tmp_path / "half.npz")
    assert (tmp_path / "half.npz").stat().st_size < 0.55 * (tmp_path / "whole.npz").stat().st_size
    for name, array in loaded.arrays().items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, weights.arrays()[name], rtol=1e-3, atol=1e-7)


def test_sizes_are_known_from_the_arrays():
    weights = random_weights((5, 3), columns=8, rows=4, classes=6)
    assert (weights.units, weights.columns, weights.rows, weights.classes) == ((5, 3), 8, 4, 6)
    assert weights.parameters == 4 * 5 * (8 + 5 + 1) + 4 * 3 * (5 + 3 + 1) + 4 * 6


def wrong(**changes: Any) -> dict[str, Any]:
    weights = random_weights((5, 3))
    fields = {name: getattr(weights, name) for name in ("layers", "head_kernel", "head_bias", "rows")}
    return fields | changes


F32 = np.float32
LAYER = LayerWeights(np.zeros((8, 20), F32), np.zeros((5, 20), F32), np.zeros(20, F32))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers": ()}, "no LSTM layer"),
        ({"rows": 0}, "images of 0 rows"),
        ({"layers": (LAYER,)}, r"head kernel has shape \(3, 10\); expected \(5, 10\)"),
        ({"head_bias": np.zeros(9, F32)}, r"head kernel has shape \(3, 10\); expected \(3, 9\)"),
        ({"head_bias": np.zeros((10, 1), F32)}, r"head_bias has shape \(10, 1\); expected 1 axes"),
        ({"head_kernel": np.zeros(3, F32)}, r"head_kernel has shape \(3,\); expected 2 axes"),
        (
            {"layers": (replace(LAYER, kernel=np.zeros((8, 19), F32)),)},
            r"kernel of layer 1 has shape \(8, 19\); expected \(8, 20\)",
        ),
        (
            {"layers": (LAYER, replace(LAYER, kernel=np.zeros((4, 20), F32)))},
            r"kernel of layer 2 has shape \(4, 20\); expected \(5, 20\)",
        ),
        (
            {"layers": (replace(LAYER, bias=np.zeros(5, F32)),)},
            r"bias of layer 1 has shape \(5,\); expected \(20,\)",
        ),
        (
            {"layers": (replace(LAYER, recurrent_kernel=np.zeros((5, 5), F32)),)},
            r"recurrent kernel of layer 1 has shape \(5, 5\); expected \(5, 20\)",
        ),
        ({"head_bias": np.full(10, np.nan, F32)}, "not finite"),
        ({"head_bias": np.full(10, np.inf, F32)}, "not finite"),
    ],
)
def test_arrays_that_do_not_fit_are_told_with_both_shapes(changes: dict[str, Any], message: str):
    with pytest.raises(WeightsError, match=message):
        LstmWeights(**wrong(**changes))


def saved(tmp_path: Path) -> Path:
    save_weights(random_weights((3,)), tmp_path / "w.npz")
    return tmp_path / "w.npz"


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(WeightsError, match=r"There is no weights file w\.npz"):
        load_weights(tmp_path / "w.npz")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told(tmp_path: Path, share: float):
    path = saved(tmp_path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(WeightsError, match=r"w\.npz is damaged"):
        load_weights(path)


def test_a_file_with_pickled_objects_is_refused_and_nothing_runs(tmp_path: Path):
    class Trap:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "it ran",)

    path = tmp_path / "w.npz"
    np.savez(path, head_bias=np.array([Trap()], dtype=object), rows=np.int64(8))
    with pytest.raises(WeightsError, match=r"w\.npz is damaged"):
        load_weights(path)
    assert not (tmp_path / "it ran").exists()


@pytest.mark.parametrize("damage", ["npy", "text", "folder", "member", "words", "rows", "gap", "scalar"])
def test_files_of_another_kind_are_told(tmp_path: Path, damage: str):
    path = saved(tmp_path)
    with np.load(path) as file:
        arrays = dict(file)
    if damage == "npy":
        with path.open("wb") as whole:
            np.save(whole, np.zeros(3))
    elif damage == "text":
        path.write_text("not weights")
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage == "member":
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("readme.txt", "hello")
    else:
        if damage == "words":
            arrays["head_bias"] = np.array(["a"] * 10)
        elif damage == "rows":
            arrays["rows"] = np.array([1, 2])
        elif damage == "gap":
            arrays["layer1_recurrent_kernel"] = np.zeros((3, 12))
        else:
            arrays["layer0_kernel"] = np.float32(1)
        np.savez(path, **arrays)
    with pytest.raises(WeightsError, match=r"w\.npz is damaged"):
        load_weights(path)


def test_an_array_that_lacks_is_named(tmp_path: Path):
    path = saved(tmp_path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files if name != "layer0_bias"}
    np.savez(path, **arrays)
    with pytest.raises(WeightsError, match="it has no array 'layer0_bias'"):
        load_weights(path)


def test_a_header_that_claims_a_huge_array_is_told(tmp_path: Path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 2**20)}
    )
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("head_bias.npy", header.getvalue())
    with pytest.raises(WeightsError, match=r"w\.npz is damaged"):
        load_weights(tmp_path / "w.npz")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_any_flipped_bytes_are_told_or_harmless(tmp_path_factory: pytest.TempPathFactory, method: int):
    folder = tmp_path_factory.mktemp("flipped")
    path = saved(folder)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    good = path.read_bytes()

    @seeded
    @given(st.integers(0, len(good) - 1), st.binary(min_size=1, max_size=8))
    def flip(at: int, noise: bytes) -> None:
        path.write_bytes(good[:at] + noise + good[at + len(noise) :])
        with contextlib.suppress(WeightsError):
            load_weights(path)

    flip()


@pytest.mark.parametrize("units", [(3,), (5, 2), (2, 3, 4, 5)])
def test_weights_go_into_a_model_and_come_back(units: tuple[int, ...]):
    from lstm_core.datasets import DATASETS
    from lstm_core.hyperparameters import hyperparameters
    from lstm_core.model import build

    model = build(hyperparameters({"units": units, "dataset": "digits"}), DATASETS["digits"])
    weights = random_weights(units)
    put_weights(weights, model)
    assert same_weights(weights_from_model(model), weights)


@pytest.mark.parametrize("units", [(3, 3), (4,), (3, 2, 2)])
def test_a_model_of_another_shape_is_refused_and_left_alone(units: tuple[int, ...]):
    from lstm_core.datasets import DATASETS
    from lstm_core.hyperparameters import hyperparameters
    from lstm_core.model import build

    model = build(hyperparameters({"units": (3, 2), "dataset": "digits"}), DATASETS["digits"])
    before = weights_from_model(model)
    with pytest.raises(WeightsError) as caught:
        put_weights(random_weights(units), model)
    assert str(list(units)) in str(caught.value)
    assert "(8, 12)" in str(caught.value)
    assert same_weights(weights_from_model(model), before)
