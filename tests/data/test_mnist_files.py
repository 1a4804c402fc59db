"""MNIST's files are read in every spelling, and what is damaged is named and does no harm."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.data import datasets, mnist_files
from lstm_core.data.info import Dataset
from lstm_core.errors import DataDamaged
from tests.mnist_on_disk import arrays_of, message_of, must_not_fetch, npz, same, write

pytestmark = pytest.mark.usefixtures("no_named_folder")


@pytest.mark.parametrize(
    ("spelling", "zipped"),
    [("{}", False), ("{}.gz", True), ("dotted", False), ("dotted.gz", True), ("{}", True)],
)
def test_four_idx_files_are_read(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path, spelling: str, zipped: bool
) -> None:
    files = {}
    for name, content in idx_files.items():
        dotted = name.replace("-idx", ".idx") + spelling.removeprefix("dotted")
        used = dotted if spelling.startswith("dotted") else spelling.format(name)
        files[used] = gzip.compress(content, 1) if zipped else content
    folder = write(tmp_path / "data", files)
    assert datasets.available("mnist", folder=folder, cache=tmp_path / "cache")
    found = datasets.load("mnist", folder=folder, cache=tmp_path / "cache", fetch=must_not_fetch)
    assert same(found, mnist)
    assert found.notes == ()
    assert not (tmp_path / "cache").exists()


def test_one_changed_pixel_is_noticed(idx_files: dict[str, bytes], tmp_path: Path) -> None:
    arrays = arrays_of(idx_files)
    arrays["x_test"] = arrays["x_test"].copy()
    arrays["x_test"][9_999, 27, 27] ^= 1
    folder = write(tmp_path / "data", {"mnist.npz": npz(arrays)})
    message = message_of(folder, tmp_path / "cache")
    assert "mnist.npz is not MNIST: the SHA-256 of t10k-images differs" in message
    assert "as bright as MNIST's, so some pixels were changed" in message


def test_another_data_set_under_the_name_of_mnist_is_called_what_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    brighter = rng.integers(0, 147, (60_000, 28, 28), np.uint8)  # as bright as Fashion-MNIST in mean
    labels = np.repeat(np.arange(10, dtype=np.uint8), 6_000)
    files = {
        "train-images-idx3-ubyte": header_only(60_000, 28, 28) + brighter.tobytes(),
        "train-labels-idx1-ubyte": header_only(60_000) + labels.tobytes(),
        "t10k-images-idx3-ubyte": header_only(20_800, 28, 28) + bytes(20_800 * 784),
        "t10k-labels-idx1-ubyte": header_only(20_800) + bytes(20_800),
    }
    message = message_of(write(tmp_path / "data", files), tmp_path / "cache")
    assert "the SHA-256 of train-images differs: it is Fashion-MNIST; it can be added" in message
    assert "all classes are equally frequent, as in Fashion-MNIST" in message
    assert "it is an IDX file of 20,800 × 28 × 28, and MNIST has none of that size" in message
    assert "damaged" not in message


def test_a_changed_idx_file_is_noticed_and_the_others_are_not_blamed(
    idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    labels = bytearray(idx_files["t10k-labels-idx1-ubyte"])
    labels[-1] ^= 1
    folder = write(tmp_path / "data", {**idx_files, "t10k-labels-idx1-ubyte": bytes(labels)})
    message = message_of(folder, tmp_path / "cache")
    assert message.count("is not MNIST: the SHA-256 of t10k-labels differs") == 1
    assert "is damaged" not in message
    assert "some files are there, but not t10k-labels-idx1-ubyte." in message


def header_only(*shape: int) -> bytes:
    return struct.pack(f">I{len(shape)}I", 0x800 + len(shape), *shape)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("mnist.npz", b"", "it is empty"),
        ("mnist.npz", b"PK\x03\x04 cut", "its archive is cut short or broken"),
        ("train-labels-idx1-ubyte", header_only(60_000) + b"\0" * 5, "it holds 13 bytes; "),
        ("train-labels-idx1-ubyte", header_only(60_000) + b"\0" * 60_001, "has 60,008"),
        (
            "t10k-labels.idx1-ubyte.gz",
            gzip.compress(b"\0" * 99, mtime=0)[:-6],
            "its compression is cut short",
        ),
        ("t10k-labels.idx1-ubyte.gz", b"\x1f\x8b no gzip", "its compression is cut short or broken"),
        ("t10k-images-idx3-ubyte", header_only(10_000, 8, 8), "it says other sizes than it has"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    folder = write(tmp_path / "data", {name: content})
    message = message_of(folder, tmp_path / "cache")
    assert f"{folder / name} is damaged: " in message
    assert reason in message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>Please log in</html>", "it is a web page; the download may have gone wrong"),
        (b"\x80\x04\x95 numbers", "it is a Python pickle, which can run programs"),
        (gzip.compress(b"\x80\x03 numbers", mtime=0), "it holds a Python pickle, which can run programs"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "it is a MATLAB file (.mat)"),
        (b"\x89HDF\r\n\x1a\n", "it is an HDF5 file"),
        (b"something", "it is neither an .npz archive nor an IDX file"),
        (
            npz({"x_train": np.zeros(3, np.uint8)}),
            "its array x_train is uint8 (3,), and MNIST's uint8 (60000,",
        ),
        (npz({"images": np.zeros(3)}), "it holds no array x_train, but images; it can be added"),
        (gzip.compress(header_only(70_000, 28, 28) + bytes(54_880_000), 1, mtime=0), "more than MNIST holds"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is_and_never_damaged(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    folder = write(tmp_path / "data", {"mnist.npz": content})
    message = message_of(folder, tmp_path / "cache")
    assert f"{folder / 'mnist.npz'} is not MNIST: " in message
    assert reason in message
    assert "damaged" not in message


def test_a_folder_or_an_unreadable_file_in_the_place_of_a_file_is_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "data", {"train-labels-idx1-ubyte": b"secret"})
    (folder / "mnist.npz").mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lstm_core.data.datasets.open_regular", refuse)
    message = message_of(folder, tmp_path / "cache")
    assert "train-labels-idx1-ubyte cannot be read: Permission denied" in message


class Touch:
    """Makes the file ``path`` when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def test_a_pickle_in_the_archive_is_never_opened(tmp_path: Path) -> None:
    trap = np.array([Touch(tmp_path / "sprung")], dtype=object)
    with pytest.raises(DataDamaged, match="it holds Python objects"):
        datasets.import_files({"mnist.npz": npz({"x_train": trap})}, cache=tmp_path / "cache")
    assert not (tmp_path / "sprung").exists()


def test_an_array_that_claims_to_be_huge_takes_no_memory(tmp_path: Path) -> None:
    header = io.BytesIO()
    description = {"descr": "|u1", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(header, description)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("x_train.npy", header.getvalue())
    with pytest.raises(DataDamaged, match=r"uint8 \(1000000000000,\), and MNIST"):
        datasets.import_files({"mnist.npz": content.getvalue()}, cache=tmp_path / "cache")


def zeros_in_zip(size: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x_train.npy", b"\0" * size)
    return content.getvalue()


@pytest.mark.parametrize("bomb", [lambda size: gzip.compress(b"\0" * size, 1), zeros_in_zip])
def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path, bomb: Any) -> None:
    size = 2**28
    content = bomb(size)
    tracemalloc.start()
    try:
        with pytest.raises(DataDamaged):
            datasets.import_files({"train-images-idx3-ubyte.gz": content}, cache=tmp_path / "cache")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size // 2


def test_a_file_larger_than_mnist_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist_files, "MAX_IMPORT_BYTES", 1000)
    folder = write(tmp_path / "data", {"mnist.npz": b"PK" + b"\0" * 5000})
    assert "mnist.npz is not MNIST: it is larger than MNIST can be" in message_of(folder, tmp_path / "cache")


@pytest.mark.parametrize(
    "content",
    [
        npz({"x_train": np.zeros((60_000, 28, 2), np.uint8)[:, :, :0]}),
        zeros_in_zip(300),
        gzip.compress(header_only(10_000) + bytes(10_000), mtime=0),
        header_only(10_000, 28, 28) + b"cut",
    ],
    ids=["npz", "zip", "gzip", "idx"],
)
def test_whatever_bytes_are_changed_the_file_is_damaged_and_nothing_else_happens(
    content: bytes, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        changed = bytearray(content)
        for position in rng.integers(0, len(content), size=3):
            changed[position] = rng.integers(256)
        with pytest.raises(DataDamaged):
            datasets.import_files({"file": bytes(changed)}, cache=tmp_path)
