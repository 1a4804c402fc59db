"""One reading with all gates and states, against ``model.predict`` of the same digit.

python -m benchmarks.reading
"""

from __future__ import annotations

import numpy as np

from benchmarks.timing import print_ratio, take_turns
from lstm_core import backend
from lstm_core.datasets import DATASETS
from lstm_core.hyperparameters import hyperparameters
from lstm_core.trace import read, use_one_core

ROUNDS = 50


def main() -> None:
    backend.load()
    from lstm_core.model import build
    from lstm_core.model_weights import weights_from_model

    use_one_core()
    settings = hyperparameters({"units": (256, 256)})
    model = build(settings, DATASETS["mnist"])
    weights = weights_from_model(model, settings)
    image = np.random.default_rng(0).random((28, 28), dtype=np.float32)
    ours, peer = take_turns(
        lambda: read(weights, image), lambda: model.predict(image[None], verbose=0), ROUNDS
    )
    print_ratio("One trace, 28 rows, 2 × 256", "model.predict", ours, peer, wanted=1 / 15)
    print(f"One trace takes {1e3 * ours.median:.2f} ms (wanted ≤ 2 ms).")


if __name__ == "__main__":
    main()
