"""MNIST as people may have it on their machine, made and compared without the code under test."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_core.data import datasets
from lstm_core.data.info import Dataset
from lstm_core.errors import DataMissing

IDX_HASHES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


NPZ_KEYS = dict(zip(IDX_HASHES, ("x_train", "y_train", "x_test", "y_test"), strict=True))


def arrays_of(idx_files: dict[str, bytes]) -> dict[str, Any]:
    arrays = {}
    for name, content in idx_files.items():
        shape = struct.unpack_from(f">{content[3]}I", content, 4)
        arrays[NPZ_KEYS[name]] = np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(shape)
    return arrays


def npz(arrays: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def no_connection(address: str) -> Iterator[bytes]:
    raise ConnectionError("the network was not reachable")


def must_not_fetch(address: str) -> Iterator[bytes]:
    raise AssertionError(f"{address} was fetched")


def same(first: Dataset, second: Dataset) -> bool:
    return all(
        np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels)
        for a, b in zip(
            (first.train, first.validation, first.test),
            (second.train, second.validation, second.test),
            strict=True,
        )
    )


def message_of(folder: Path | None, cache: Path) -> str:
    with pytest.raises(DataMissing) as caught:
        datasets.load("mnist", folder=folder, cache=cache, fetch=no_connection)
    return str(caught.value)
