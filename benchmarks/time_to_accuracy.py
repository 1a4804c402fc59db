"""How long it takes to read 98.58 % of the test images: the preset `quick` and the tutorial's recipe.

Over three seeds. Ours is trained to its end; stock Keras trains two layers of 256 with dropout 0.5 and Adam
at 0.001 for 2,000 steps of 128. Both compile within the time, and read the test images once, at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.contender import answer, contender
from benchmarks.line import Line
from benchmarks.stock_network import stock_network
from benchmarks.timing import Measured
from benchmarks.trained import train
from lstm_core.data import datasets
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

SEEDS = range(3)
ACCURACY = 98.58
WANTED = 1 / 6


def lines(rounds: int) -> Iterator[Line]:
    del rounds  # a training is long, and seeds are what differs
    with contender(__name__, "keras") as keras:
        quick = preset("quick").settings()
        pairs = [(train(with_changes(quick, seed=seed)), keras.ask(seed)) for seed in SEEDS]
    ours, peer = zip(*pairs, strict=True)
    name, recipe = "stock Keras", "the tutorial's recipe"
    yield Line(
        f"training time to {ACCURACY} % test",
        Measured(tuple(each.seconds for each in ours)),
        Measured(tuple(each["seconds"] for each in peer)),
        f"{name}, {recipe}",
        WANTED,
    )
    yield Line(
        "the same with validations and the test",
        Measured(tuple(each.seconds_in_all for each in ours)),
        Measured(tuple(each["seconds"] + each["test_seconds"] for each in peer)),
        f"{name} and the test",
        None,
    )
    yield Line(
        f"its mean test accuracy, seeds {SEEDS[0]} to {SEEDS[-1]}",
        mean_percent([each.accuracy for each in ours]),
        mean_percent([each["accuracy"] for each in peer]),
        recipe,
        ACCURACY,
        of_ours=True,
        at_least=True,
    )


def mean_percent(accuracies: list[float]) -> Measured:
    return Measured((100 * float(np.mean(accuracies)),), "%")


def tutorial() -> Callable[[int], dict[str, float]]:
    """Stock Keras; the number of the round is the seed."""
    import keras

    settings, data = preset("tutorial").settings(), datasets.load("mnist")
    images, labels = data.train.pixels(), data.train.labels
    test = data.test.pixels()

    class Steps(keras.callbacks.Callback):  # type: ignore[misc]
        left = settings.steps

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.left -= 1
            self.model.stop_training = self.left == 0

    def measure(seed: int) -> dict[str, float]:
        keras.utils.set_random_seed(seed)
        model, steps = stock_network(settings, dropout=settings.dropout), Steps()
        began = time.perf_counter()
        model.fit(
            images,
            labels,
            batch_size=settings.batch_size,
            epochs=int(np.ceil(settings.epochs())),
            callbacks=[steps],
            verbose=0,
        )
        trained = time.perf_counter()
        assert steps.left == 0
        read = model.predict(test, batch_size=settings.evaluation_batch_size, verbose=0).argmax(axis=-1)
        tested = time.perf_counter()
        accuracy = float((read == data.test.labels).mean())
        return {"accuracy": accuracy, "seconds": trained - began, "test_seconds": tested - trained}

    return measure


if __name__ == "__main__":
    answer({"keras": tutorial}, sys.argv[1:])
