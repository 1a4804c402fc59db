"""``python -m lstm_core.pretrained.make_familiar``: measure again what is familiar to the networks that ship.

Nothing is trained: means, spread and threshold follow from the weights and from MNIST.
"""

from __future__ import annotations

import sys

from lstm_core.data import datasets
from lstm_core.errors import LstmError
from lstm_core.inside import familiarity
from lstm_core.pretrained.make import FORMS
from lstm_core.pretrained.shipped import FAMILIAR, FOLDER, shipped_weights
from lstm_core.pretrained.small_networks import SMALL_NETWORKS, familiar_file, small_card, small_weights
from lstm_core.settings.validation import hyperparameters


def main() -> int:
    """Write a file for each network; 0, or 1 when that cannot be done."""
    try:
        data = datasets.load("mnist")
        networks = [(shipped_weights(), FORMS, FOLDER / FAMILIAR)]
        for name in SMALL_NETWORKS:
            forms = hyperparameters(small_card(name).hyperparameters).augmentation
            networks.append((small_weights(name), forms, familiar_file(name)))
        for weights, forms, path in networks:
            familiarity.save(familiarity.learn(weights, data.train, data.validation, forms), path)
            print(f"{path.name}: {path.stat().st_size:,} bytes")  # noqa: T201
    except LstmError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
