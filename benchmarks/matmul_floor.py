"""The matrix products that a training step of a stack of LSTM layers cannot do without, and nothing else.

Each is measured as the fastest that TensorFlow, NumPy or torch manages on all cores, or on the GPU, as far as
they are installed. Counted are, of every layer: its inputs' products of all rows at once, the recurrent
products row by row, forward and backward, the gradients of its weights as one product over all rows, and the
gradient to the layer below. The first row has no state before it, and nobody asks for the image's gradient.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np

from benchmarks.contender import ContenderFailed, answer, contender
from benchmarks.timing import Measure
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters

LEAST_CALLS = 5


class Product(NamedTuple):
    """``(m, k) · (k, n)``, so many times a step."""

    m: int
    k: int
    n: int
    times: int

    @property
    def multiply_adds(self) -> int:
        return self.m * self.k * self.n * self.times


def products(settings: HyperParameters, rows: int) -> list[Product]:
    """Of one training step with the loss on the last row."""
    info, batch = settings.info, settings.batch_size
    found, features = [], info.columns
    for number, units in enumerate(settings.units):
        gates = 4 * units
        found += [
            Product(rows * batch, features, gates, 1),
            Product(batch, units, gates, rows - 1),
            Product(batch, gates, units, rows - 1),
            Product(features + units, rows * batch, gates, 1),
        ]
        if number:
            found.append(Product(rows * batch, gates, features, 1))
        features = units
    found.append(Product(batch, features, info.classes, 1))
    found.append(Product(features, batch, info.classes, 1))
    found.append(Product(batch, info.classes, features, 1))
    return found


@contextmanager
def measured(rows: int = 28, dtype: str = "float32", **fields: object) -> Iterator[Measure]:
    """What measures the floor of one step, in seconds, while the block lasts.

    Args:
        dtype: that the products are computed in.
        fields: of the hyperparameters that differ from their defaults.
    """
    with ExitStack() as running:
        libraries = []
        for name in LIBRARIES:
            try:
                library = contender(__name__, name, rows=rows, dtype=dtype, **fields)
                libraries.append(running.enter_context(library))
            except ContenderFailed:
                continue  # not installed, or it cannot compute in this precision

        def measure(number: int) -> float:
            taken = [library.ask(number) for library in libraries]
            return math.fsum(min(times) for times in zip(*taken, strict=True))

        yield measure


def _tensorflow(dtype: str) -> tuple[Callable[[int, int], Any], Callable[[Any, Any], Any]]:
    import tensorflow as tf

    def matrix(*shape: int) -> Any:
        return tf.cast(tf.random.normal(shape), dtype)

    return matrix, tf.linalg.matmul


def _numpy(dtype: str) -> tuple[Callable[[int, int], Any], Callable[[Any, Any], Any]]:
    if dtype != "float32":
        raise SystemExit("NumPy multiplies matrices fast in 32 and 64 bits only")
    random = np.random.default_rng(0)

    def matrix(*shape: int) -> Any:
        return random.normal(size=shape).astype(dtype)

    return matrix, np.matmul


def _torch(dtype: str) -> tuple[Callable[[int, int], Any], Callable[[Any, Any], Any]]:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"

    def matrix(*shape: int) -> Any:
        return torch.randn(shape, device=device).to(getattr(torch, dtype))

    return matrix, torch.matmul


LIBRARIES = {"tensorflow": _tensorflow, "numpy": _numpy, "torch": _torch}


def seconds_of_products(library: str, rows: str, dtype: str, **fields: str) -> Callable[[int], list[float]]:
    """The seconds that a library takes for each of `products`, all its times in a step together."""
    settings = hyperparameters(fields)
    matrix, matmul = LIBRARIES[library](dtype)
    operands = [(matrix(p.m, p.k), matrix(p.k, p.n), p.times) for p in products(settings, int(rows))]

    def seconds(left: Any, right: Any, times: int) -> float:
        calls = max(times, LEAST_CALLS)
        _wait(matmul(left, right))
        began = time.perf_counter()
        for _ in range(calls):
            result = matmul(left, right)
        _wait(result)
        return (time.perf_counter() - began) * times / calls

    def measure(_: int) -> list[float]:
        return [seconds(*each) for each in operands]

    measure(0)
    return measure


def _wait(result: Any) -> None:
    """Until it is computed, which a GPU does in its own time."""
    float(result[0, 0])


if __name__ == "__main__":

    def maker(library: str) -> Callable[..., Callable[[int], list[float]]]:
        return lambda **settings: seconds_of_products(library, **settings)

    answer({library: maker(library) for library in LIBRARIES}, sys.argv[1:])
