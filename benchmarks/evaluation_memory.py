"""Reading 10,000 images in one batch: its memory, and its time against Keras's ``predict``.

python -m benchmarks.evaluation_memory

Both are of two layers of 256 units. Memory is measured in a fresh process, see `lstm_core.memory`.
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import print_ratio, take_turns
from lstm_core import backend, memory
from lstm_core.datasets import DATASETS, Split
from lstm_core.devices import Device
from lstm_core.evaluation import evaluate, numpy_reader
from lstm_core.presets import preset

IMAGES = 10_000
PREDICT_BATCH = 512
ROUNDS = 3

WANTED_MIB = 150
TUTORIAL_MIB = 725
"""Of GPU memory, as huang-2017 states it for the same network and as many images."""


def main() -> None:
    taken = memory.measure("lstm", IMAGES, Device("cpu", "")).extra_bytes / 2**20
    verdict = "reached" if taken <= WANTED_MIB else "NOT reached"
    print(
        f"{IMAGES:,} images in one batch: the tutorial {TUTORIAL_MIB} MiB of GPU memory, "
        f"ours {taken:.0f} MiB, ratio {taken / TUTORIAL_MIB:.3f} (wanted ≤ {WANTED_MIB} MiB: {verdict})"
    )

    backend.load()
    from lstm_core.model import build
    from lstm_core.model_weights import put_weights

    settings = preset(memory.LSTM_PRESET).settings()
    weights = memory.random_lstm()
    model = build(settings, DATASETS[settings.dataset])
    put_weights(weights, model, settings)
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (IMAGES, 28, 28), dtype=np.uint8)
    split = Split(pixels, random.integers(0, 10, IMAGES, dtype=np.uint8))
    images = split.pixels()
    ours, peer = take_turns(
        lambda: evaluate(numpy_reader(weights), split, IMAGES),
        lambda: model.predict(images, batch_size=PREDICT_BATCH, verbose=0),
        ROUNDS,
    )
    print_ratio(f"{IMAGES:,} images", f"predict in batches of {PREDICT_BATCH}", ours, peer, wanted=1)


if __name__ == "__main__":
    main()
