"""Reading 10,000 images with the trainer's own evaluation, against stock Keras' ``predict``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.contender import answer, contender
from benchmarks.line import Line
from benchmarks.stock_network import stock_network
from benchmarks.timing import in_turns, seconds
from lstm_core.data.info import Dataset, Split
from lstm_core.settings.validation import hyperparameters

IMAGES = 10_000
PREDICT_BATCH = 512
WANTED = 0.6


def lines(rounds: int) -> Iterator[Line]:
    with contender(__name__, "ours") as ours, contender(__name__, "predict") as peer:
        taken = in_turns(rounds, ours.ask, peer.ask)
    peer_name = f"predict in batches of {PREDICT_BATCH}"
    yield Line(f"{IMAGES:,} images evaluated", *taken, peer_name, WANTED)


def trainer() -> Callable[[int], float]:
    from lstm_core.settings.devices import choose
    from lstm_core.training import backend

    backend.load()
    from lstm_core.training.trainer import Trainer

    settings, split = hyperparameters({}), _split()
    device = choose(settings.device, backend.usable_devices())
    made = Trainer(settings, Dataset(settings.info, split, split, split), device)
    made.evaluate(split)
    return lambda _: seconds(lambda: made.evaluate(split))


def predict() -> Callable[[int], float]:
    model, images = stock_network(hyperparameters({})), _split().pixels()

    def evaluate() -> object:
        return model.predict(images, batch_size=PREDICT_BATCH, verbose=0)

    evaluate()
    return lambda _: seconds(evaluate)


def _split() -> Split:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (IMAGES, 28, 28), dtype=np.uint8)
    return Split(images, random.integers(0, 10, IMAGES, dtype=np.uint8))


if __name__ == "__main__":
    answer({"ours": trainer, "predict": predict}, sys.argv[1:])
