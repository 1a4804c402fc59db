"""Weights and their file."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.arrays import FloatArray
from lstm_core.errors import StorageError, WeightsError
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.weights import MAX_LAYERS, MAX_SIDE, MAX_UNITS, LstmWeights, load_weights, save_weights
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
        ({"layers": ()}, "no recurrent layer"),
        ({"rows": 0}, "images of 0 rows"),
        ({"layers": (LAYER,)}, r"head kernel has shape \(3, 10\); expected \(5, 10\)"),
        ({"head_bias": np.zeros(9, F32)}, r"head kernel has shape \(3, 10\); expected \(3, 9\)"),
        ({"head_bias": np.zeros((10, 1), F32)}, r"head bias has shape \(10, 1\); expected \(10,\)"),
        ({"head_kernel": np.zeros(3, F32)}, r"head kernel has shape \(3,\); expected \(3, 10\)"),
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
        (
            {"head_kernel": np.zeros((0, 10), F32)},
            r"head_kernel has shape \(0, 10\); expected axes, none of them empty",
        ),
        ({"head_bias": np.full(10, np.nan, F32)}, "not finite"),
        ({"head_bias": np.full(10, np.inf, F32)}, "not finite"),
    ],
)
def test_arrays_that_do_not_fit_are_told_with_both_shapes(changes: dict[str, Any], message: str):
    with pytest.raises(WeightsError, match=message):
        LstmWeights(**wrong(**changes))


KINDS: list[dict[str, Any]] = [
    {},
    {"cell": "gru"},
    {"cell": "rnn"},
    {"both": True},
    {"cell": "gru", "both": True},
    {"initial": True},
    {"projection": 6},
    {"cell": "rnn", "both": True, "projection": 6},
    {"initial": True, "projection": 4},
]
"""Of networks, as `random_weights` takes them."""


@seeded
@given(
    kind=st.sampled_from(KINDS),
    units=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    columns=st.integers(1, 9),
    rows=st.integers(1, 30),
)
def test_every_kind_of_network_comes_back_from_its_file(
    tmp_path_factory: pytest.TempPathFactory, kind: dict[str, Any], units: list[int], columns: int, rows: int
):
    weights = random_weights(tuple(units), columns=columns, rows=rows, **kind)
    path = tmp_path_factory.mktemp("round") / "w.npz"
    save_weights(weights, path)
    loaded = load_weights(path)
    assert same_weights(loaded, weights)
    assert (loaded.units, loaded.columns, loaded.rows) == (tuple(units), columns, rows)
    assert loaded.parameters == weights.parameters


def test_the_file_of_an_lstm_read_forward_is_as_it_always_was(tmp_path: Path):
    save_weights(random_weights((3,)), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        assert file.files == [
            "layer0_kernel",
            "layer0_recurrent_kernel",
            "layer0_bias",
            "head_kernel",
            "head_bias",
            "rows",
        ]


def test_names_of_the_arrays_that_came_later(tmp_path: Path):
    def later(**kind: Any) -> set[str]:
        save_weights(random_weights((3,), **kind), tmp_path / "w.npz")
        with np.load(tmp_path / "w.npz") as file:
            return {*file.files} - set(random_weights((3,)).arrays()) - {"rows"}

    assert later(cell="gru") == {"cell"}
    assert later(initial=True) == {"layer0_initial_hidden", "layer0_initial_cell"}
    assert later(projection=2) == {"projection_kernel", "projection_bias"}
    assert later(both=True) == {
        "layer0_backward_kernel",
        "layer0_backward_recurrent_kernel",
        "layer0_backward_bias",
    }


def test_arrays_that_layers_share_count_once_until_they_are_in_a_file(tmp_path: Path):
    layer = random_weights((8,)).layers[0]
    head = np.zeros((8, 10), F32), np.zeros(10, F32)
    shared = LstmWeights((layer, layer, layer), *head, rows=8)
    assert shared.parameters == 4 * 8 * (8 + 8 + 1) + 90
    save_weights(shared, tmp_path / "w.npz")
    assert load_weights(tmp_path / "w.npz").parameters == 3 * 4 * 8 * (8 + 8 + 1) + 90


@pytest.mark.parametrize(
    ("cell", "both", "parameters"),
    [
        ("lstm", False, 4 * 5 * (8 + 5 + 1) + 4 * 3 * (5 + 3 + 1) + 40),
        ("gru", False, 3 * 5 * (8 + 5 + 2) + 3 * 3 * (5 + 3 + 2) + 40),
        ("rnn", False, 5 * (8 + 5 + 1) + 3 * (5 + 3 + 1) + 40),
        ("lstm", True, 2 * 4 * 5 * (8 + 5 + 1) + 2 * 4 * 3 * (10 + 3 + 1) + 70),
    ],
)
def test_sizes_of_other_cells_and_of_two_directions(cell: str, both: bool, parameters: int):
    weights = random_weights((5, 3), cell=cell, both=both)
    assert (weights.cell, weights.units, weights.columns) == (cell, (5, 3), 8)
    assert [layer.outputs for layer in weights.layers] == ([10, 6] if both else [5, 3])
    assert weights.parameters == parameters


def zeros(*shape: int) -> FloatArray:
    return np.zeros(shape, F32)


GRU = random_weights((5,), cell="gru").layers[0]
BOTH = random_weights((5,), both=True).layers[0]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            replace(LAYER, initial_hidden=zeros(8, 4), initial_cell=zeros(8, 5)),
            r"initial hidden of layer 1 has shape \(8, 4\); expected \(8, 5\)",
        ),
        (
            replace(LAYER, initial_hidden=zeros(8, 5), initial_cell=zeros(5, 5)),
            r"initial cell of layer 1 has shape \(5, 5\); expected \(8, 5\)",
        ),
        (replace(LAYER, initial_cell=zeros(8, 5)), "layer 1 has only its cell; expected both"),
        (
            replace(GRU, initial_hidden=zeros(8, 5), initial_cell=zeros(8, 5)),
            "only an LSTM read forward has that",
        ),
        (
            replace(BOTH, initial_hidden=zeros(8, 5), initial_cell=zeros(8, 5)),
            "only an LSTM read forward has that",
        ),
        (replace(GRU, bias=zeros(15)), r"bias of layer 1 has shape \(15,\); expected \(2, 15\)"),
        (replace(GRU, cell="lstm"), r"kernel of layer 1 has shape \(8, 15\); expected \(8, 20\)"),
        (replace(LAYER, cell="lstn"), "cell of layer 1 is 'lstn'; expected one of lstm, gru, rnn"),
        (
            replace(LAYER, backward=replace(LAYER, kernel=zeros(7, 20))),
            r"kernel of layer 1, backward has shape \(7, 20\); expected \(8, 20\)",
        ),
        (
            replace(LAYER, backward=random_weights((4,)).layers[0]),
            "backward direction of layer 1 is lstm of 4 units with 3 arrays; expected lstm of 5 units with 3",
        ),
        (replace(LAYER, backward=GRU), "is gru of 5 units with 3 arrays; expected lstm of 5 units"),
        (replace(LAYER, backward=BOTH), "is lstm of 5 units with 6 arrays; expected lstm of 5 units with 3"),
    ],
)
def test_layers_that_do_not_fit_are_told(layer: LayerWeights, message: str):
    with pytest.raises(WeightsError, match=message):
        LstmWeights((layer,), zeros(layer.outputs, 10), zeros(10), rows=8)


def test_layers_of_different_kinds_are_told():
    plain, other = LAYER, replace(LAYER, kernel=zeros(5, 20))
    with pytest.raises(WeightsError, match="Layer 2 is made of 'gru' and layer 1 of 'lstm'"):
        LstmWeights((plain, replace(other, cell="gru")), zeros(5, 10), zeros(10), rows=8)
    learnt = replace(other, initial_hidden=zeros(5, 5), initial_cell=zeros(5, 5))
    with pytest.raises(WeightsError, match="Of layers 1 and 2, only one has an initial state"):
        LstmWeights((plain, learnt), zeros(5, 10), zeros(10), rows=8)


@pytest.mark.parametrize(
    ("kernel", "bias", "message"),
    [
        (zeros(9, 8), None, "needs both a kernel and a bias"),
        (None, zeros(8), "needs both a kernel and a bias"),
        (zeros(9, 7), zeros(8), r"projection kernel has shape \(9, 7\); expected \(9, 8\)"),
        (zeros(9, 8), zeros(8, 1), r"projection bias has shape \(8, 1\); expected \(8,\)"),
        (zeros(9, 7), zeros(7), r"kernel of layer 1 has shape \(8, 20\); expected \(7, 20\)"),
    ],
)
def test_a_projection_that_does_not_fit_is_told(
    kernel: FloatArray | None, bias: FloatArray | None, message: str
):
    with pytest.raises(WeightsError, match=message):
        LstmWeights((LAYER,), zeros(5, 10), zeros(10), 8, kernel, bias)


@pytest.mark.parametrize(
    ("kind", "damage", "message"),
    [
        ({"cell": "gru"}, {"cell": None}, r"kernel of layer 1 has shape \(8, 9\); expected \(8, 12\)"),
        ({"cell": "gru"}, {"cell": np.array("gry")}, "cell of layer 1 is 'gry'"),
        ({"cell": "gru"}, {"cell": np.array(["gru"])}, "cell of layer 1"),
        ({"cell": "gru"}, {"cell": np.float32(3)}, "cell of layer 1 is '3.0'"),
        ({"both": True}, {"layer0_backward_bias": None}, "no array 'layer0_backward_bias'"),
        ({"both": True}, {"layer0_backward_kernel": zeros(1, 2)}, r"layer 1, backward has shape \(1, 2\)"),
        ({"initial": True}, {"layer0_initial_cell": None}, "layer 1 has only its hidden"),
        ({"initial": True}, {"layer0_initial_cell": np.full((8, 3), np.nan)}, "not finite"),
        ({"projection": 4}, {"projection_bias": None}, "needs both a kernel and a bias"),
        ({"projection": 4}, {"projection_kernel": np.array("a")}, "projection_kernel is of type <U1"),
        ({}, {"layer1_initial_cell": zeros(3, 3)}, "belong to no part of the network: layer1_initial_cell"),
    ],
)
def test_damaged_arrays_that_came_later_are_told(
    tmp_path: Path, kind: dict[str, Any], damage: dict[str, Any], message: str
):
    path = tmp_path / "w.npz"
    save_weights(random_weights((3,), **kind), path)
    with np.load(path) as file:
        arrays = {name: array for name, array in ({**file} | damage).items() if array is not None}
    np.savez(path, **arrays)
    with pytest.raises(WeightsError, match=rf"w\.npz is damaged: .*{message}"):
        load_weights(path)


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


@pytest.mark.parametrize("rows", [0, -1, MAX_SIDE + 1, 10**9, 2**62])
def test_rows_that_no_reading_could_hold_are_told(tmp_path: Path, rows: int):
    path = saved(tmp_path)
    with np.load(path) as file:
        arrays = {**file, "rows": np.int64(rows)}
    np.savez(path, **arrays)
    with pytest.raises(WeightsError, match=rf"images of {rows} rows; expected 1 to {MAX_SIDE}"):
        load_weights(path)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ({"units": (2,), "columns": MAX_SIDE + 1}, f"{MAX_SIDE + 1} columns"),
        ({"units": (2,), "classes": MAX_SIDE + 1}, f"{MAX_SIDE + 1} classes"),
        ({"units": (MAX_UNITS + 1,)}, "1,025 units in its largest layer"),
        ({"units": (1,) * (MAX_LAYERS + 1)}, f"{MAX_LAYERS + 1} layers"),
    ],
)
def test_a_network_larger_than_settings_allow_is_told(network: dict[str, Any], message: str):
    with pytest.raises(WeightsError, match=message):
        random_weights(**network)


@pytest.mark.parametrize("member", ["head_bias.npy", "layer0_kernel.npy"])
def test_what_unpacks_to_far_more_than_the_file_takes_little_memory(tmp_path: Path, member: str):
    path = saved(tmp_path)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (25_000_000,)}
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as file:
        file.write(header.getvalue())
        for _ in range(100):
            file.write(bytes(1_000_000))
    tracemalloc.start()
    with pytest.raises(WeightsError, match=r"w\.npz is damaged: it unpacks to"):
        load_weights(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**23


@pytest.mark.parametrize("error", [OSError(errno.EIO, os.strerror(errno.EIO)), MemoryError()])
def test_what_cannot_be_read_at_this_moment_is_not_called_damaged(
    tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_: Any, **__: Any) -> None:
        raise error

    path = saved(tmp_path)
    monkeypatch.setattr("numpy.lib.format.read_array", fails)
    with pytest.raises(StorageError, match=r"w\.npz cannot be read at this moment"):
        load_weights(path)


def test_a_pipe_in_the_place_of_weights_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "w.npz")
    with pytest.raises(StorageError, match="a pipe or a device"):
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


def test_fingerprints_tell_networks_apart():
    assert random_weights((4,)).fingerprint == random_weights((4,)).fingerprint
    assert random_weights((4,)).fingerprint != random_weights((4,), seed=1).fingerprint
    assert random_weights((4,)).fingerprint != random_weights((4,), rows=9).fingerprint


@pytest.mark.parametrize(
    "unusual", [{"cell": "gru"}, {"both": True}, {"initial": True}, {"projection": 3}], ids=str
)
def test_only_lstm_layers_that_read_forward_from_zero_are_plain(unusual: dict[str, Any]):
    assert random_weights((4, 3)).is_plain
    assert not random_weights((4, 3), **unusual).is_plain
