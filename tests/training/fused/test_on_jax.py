"""The LSTM for JAX. That it computes what all other ways do is among the tests of `training.cells`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import jax.numpy as jnp
from jax.test_util import check_grads

from lstm_core.training.fused.on_jax import ROWS_AT_ONCE, fused_lstm

ROWS, BATCH, FEATURES, UNITS = ROWS_AT_ONCE + 1, 3, 5, 6


def arguments(*, state: bool, dtype: Any = np.float32, rows: int = ROWS) -> list[Any]:
    random = np.random.default_rng(8)
    shapes = [(rows, BATCH, FEATURES), (FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]
    shapes += [(BATCH, UNITS)] * (2 if state else 0)
    return [jnp.asarray(random.normal(size=shape) / 2, dtype) for shape in shapes]


def value(*given: Any) -> Any:
    hidden, cell = fused_lstm(*given)
    return (hidden.astype(jnp.float32) ** 2).sum() + cell.astype(jnp.float32).sum()


@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize("rows", [1, ROWS])
def test_the_gradient_is_that_of_finite_differences(rows: int, state: bool) -> None:
    with jax.enable_x64(True):
        given = arguments(state=state, dtype=np.float64, rows=rows)
        check_grads(fused_lstm, given, order=1, modes=["rev"], atol=1e-7, rtol=1e-7, eps=1e-5)


def test_starting_from_nothing_is_starting_from_zeros() -> None:
    given, zeros = arguments(state=False), [jnp.zeros((BATCH, UNITS))] * 2
    for one, other in zip(fused_lstm(*given), fused_lstm(*given, *zeros), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", [jnp.float16, jnp.bfloat16])
def test_products_in_16_bits_come_near_the_gradient_of_float32(kind: Any) -> None:
    exact = arguments(state=True)
    near = [array.astype(kind) for array in exact]
    assert {part.dtype for part in fused_lstm(*near)} == {jnp.dtype(kind)}
    every = tuple(range(len(exact)))
    for one, other in zip(jax.grad(value, every)(*near), jax.grad(value, every)(*exact), strict=True):
        assert one.dtype == kind
        assert np.linalg.norm(one.astype(np.float32) - other) < 0.03 * np.linalg.norm(other)


OF_OTHERS = "fused and learnt or cross_entropy or descent or nobody_waits or same_seed_trains and sgd"
"""Some of the tests of `training.cells` and `training.trainer`; with JAX, all of them take minutes."""


QUICKLY_COMPILED = {"XLA_FLAGS": "--xla_backend_optimization_level=0"}
"""For a handful of images compiling takes most of the time, so it is done plainly."""


@pytest.mark.slow
def test_what_other_tests_say_holds_with_jax() -> None:
    folder = Path(__file__).parents[1]
    tests = [folder / "test_cells.py", folder / "test_trainer.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", OF_OTHERS, *tests],
        cwd=folder.parents[1],
        env={**os.environ, "KERAS_BACKEND": "jax", **QUICKLY_COMPILED},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "8 passed" in done.stdout, done.stdout[-300:]
