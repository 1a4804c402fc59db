"""Array files from strangers: what is declared is checked before it is believed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.array_files import MOST_MEMBERS, DamagedArrays, declared, read_npy, read_npz


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def header(shape: tuple[int, ...], descr: Any = "<f4") -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})
    return file.getvalue()


def written_by_hand(text: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.asfortranarray(np.ones((3, 2), np.float16)),
        np.int64(7),
        np.array("lstm"),
        np.zeros((0, 4)),
        np.array([True, False]),
    ],
)
def test_what_numpy_wrote_comes_back(tmp_path: Path, array: Any):
    (tmp_path / "a.npy").write_bytes(npy(np.asarray(array)))
    np.savez(tmp_path / "a.npz", array=array)
    np.savez_compressed(tmp_path / "b.npz", array=array)
    with (tmp_path / "a.npy").open("rb") as file:
        found = [read_npy(file)]
    for name in ("a.npz", "b.npz"):
        with (tmp_path / name).open("rb") as file:
            found.append(read_npz(file)["array"])
    for back in found:
        assert back.dtype == np.asarray(array).dtype
        np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a header cannot be read"),
        (b"hello", "a header cannot be read"),
        (header((10**9, 30)), "120,000,000,000 bytes is declared; 0 are there"),
        (npy(np.zeros(3)) + b"x", "24 bytes is declared; 25 are there"),
        (npy(np.zeros(3))[:-1], "24 bytes is declared; 23 are there"),
        (npy(np.array([object()])), "type object"),
        (header((10**12,), "|V0"), "of type"),
        (header((10**12,), "<U0"), "of type"),
        (written_by_hand(b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4)}\n"), "the shape"),
        (written_by_hand(b"-" * 9_000 + b"1\n"), "a header cannot be read"),
        (written_by_hand(b"(" * 9_000), "a header cannot be read"),
    ],
)
def test_what_declares_another_array_than_it_has_is_damaged(tmp_path: Path, content: bytes, message: str):
    (tmp_path / "a.npy").write_bytes(content)
    with (tmp_path / "a.npy").open("rb") as file, pytest.raises(DamagedArrays, match=message):
        read_npy(file)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content)
    with (tmp_path / "a.npz").open("rb") as file, pytest.raises(DamagedArrays, match=message):
        read_npz(file)


@pytest.mark.parametrize(
    ("method", "names", "message"),
    [
        (zipfile.ZIP_LZMA, ["a.npy"], "in a way that NumPy does not use"),
        (zipfile.ZIP_BZIP2, ["a.npy"], "in a way that NumPy does not use"),
        (zipfile.ZIP_STORED, ["a.txt"], "something else than arrays"),
        (zipfile.ZIP_STORED, [f"{number}.npy" for number in range(MOST_MEMBERS + 1)], "members"),
    ],
)
def test_an_archive_that_numpy_would_not_write_is_damaged(
    tmp_path: Path, method: int, names: list[str], message: str
):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", method) as archive:
        for name in names:
            archive.writestr(name, npy(np.zeros(3)))
    with (tmp_path / "a.npz").open("rb") as file, pytest.raises(DamagedArrays, match=message):
        read_npz(file)


def test_a_header_says_shape_type_and_its_own_size():
    content = npy(np.zeros((2, 5), np.float32))
    assert declared(io.BytesIO(content)) == ((2, 5), np.dtype("<f4"), len(content) - 40)
