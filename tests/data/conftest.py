"""MNIST as files, for the tests that look for it, unpack it and download it."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from lstm_core.data import datasets
from lstm_core.data.info import Dataset
from tests.mnist_on_disk import arrays_of, npz


@pytest.fixture(autouse=True)
def no_named_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(datasets.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(datasets, "usual_places", list)


@pytest.fixture(scope="module")
def idx_files(mnist: Dataset) -> dict[str, bytes]:
    """The four files as LeCun published them, uncompressed, packed here without the code under test."""
    whole = {
        "train-images-idx3-ubyte": np.concatenate([mnist.validation.images, mnist.train.images]),
        "train-labels-idx1-ubyte": np.concatenate([mnist.validation.labels, mnist.train.labels]),
        "t10k-images-idx3-ubyte": mnist.test.images,
        "t10k-labels-idx1-ubyte": mnist.test.labels,
    }
    return {
        name: struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()
        for name, array in whole.items()
    }


@pytest.fixture(scope="module")
def archive(idx_files: dict[str, bytes]) -> bytes:
    """An uncompressed ``mnist.npz``."""
    return npz(arrays_of(idx_files))
