"""One reading with all gates and states, against ``model.predict`` of the same digit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.contender import answer, contender
from benchmarks.line import Line
from benchmarks.stock_network import stock_network
from benchmarks.timing import in_turns, seconds
from lstm_core.evidence.memory_of_a_batch import LSTM_PRESET
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read, use_one_core
from lstm_core.settings.presets import preset

WANTED = 1 / 30
READINGS = 100
"""Whose mean is taken, in a round. The first after the other's turn are a tenth slower than the rest."""


def lines(rounds: int) -> Iterator[Line]:
    with contender(__name__, "ours") as ours, contender(__name__, "predict") as peer:
        yield Line("one trace, 28 rows, 2 × 256", *in_turns(rounds, ours.ask, peer.ask), "predict", WANTED)


def trace() -> Callable[[int], float]:
    """As the dashboard reads: NumPy, one core."""
    use_one_core()
    weights, image = shipped_weights(), _image()
    return _mean_seconds(lambda: read(weights, image))


def predict() -> Callable[[int], float]:
    model, image = stock_network(preset(LSTM_PRESET).settings()), _image()
    return _mean_seconds(lambda: model.predict(image[None], verbose=0))


def _image() -> np.ndarray:
    return np.random.default_rng(0).random((28, 28), dtype=np.float32)


def _mean_seconds(action: Callable[[], object]) -> Callable[[int], float]:
    action()
    return lambda _: seconds(lambda: [action() for _ in range(READINGS)]) / READINGS


if __name__ == "__main__":
    answer({"ours": trace, "predict": predict}, sys.argv[1:])
