"""What differs between TensorFlow and JAX."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from lstm_core.errors import InvalidValue
from lstm_core.settings import library
from lstm_core.training import backend

CPU_MEMORY_AT_LEAST = 10_000_000


def test_the_default_is_tensorflow_with_memory_growth(monkeypatch: pytest.MonkeyPatch):
    assert library.name() in library.TITLES
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"


def test_another_backend_is_refused_by_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(InvalidValue, match="`KERAS_BACKEND` must be one of tensorflow, jax; got 'torch'"):
        backend.load()


def test_nothing_is_loaded_only_because_it_is_installed_and_all_of_it_can_be_loaded_later():
    pytest.importorskip("keras")
    program = (
        "import sys\nfrom lstm_core.training import backend\nbackend.load()\n"
        "print(sorted({*backend.UNUSED} & sys.modules.keys()))\n"
        "import pandas\nprint(pandas.Series([7]).sum())"
    )
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "7"]


def test_the_processor_is_the_last_device_and_can_be_computed_on():
    keras = pytest.importorskip("keras")
    backend.load()
    device = backend.usable_devices()[-1]
    assert device.name == "cpu"
    with backend.device_scope(device):
        variable = keras.Variable(np.ones(3, np.float32))
        assert float(keras.ops.sum(variable)) == 3
    assert backend.peak_memory(device) > CPU_MEMORY_AT_LEAST


def test_versions_name_what_computes():
    pytest.importorskip("keras")
    assert {"python", "backend", "keras", "numpy", library.name()} <= backend.versions().keys()


def test_models_are_let_go():
    import gc
    import weakref

    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    seen = weakref.ref(model)
    del model
    backend.clear_models()
    gc.collect()
    assert seen() is None


def test_what_is_loaded_is_kept_and_models_made_later_are_let_go():
    import gc

    pytest.importorskip("keras")
    before = gc.get_freeze_count()
    try:
        backend.keep_what_is_loaded()
        assert gc.get_freeze_count() > max(before, 100_000)
        test_models_are_let_go()
    finally:
        gc.unfreeze()
