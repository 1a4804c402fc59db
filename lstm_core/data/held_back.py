"""Which of a person's drawings are kept back, to measure with what the others taught."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 3
"""Drawings of a class, of which one is kept back; of fewer none is."""

SHARE = 5
"""One in so many is kept back, and at least one."""


def held_back(labels: NDArray[np.integer], seed: int = 0) -> NDArray[np.bool_]:
    """``(n,)``: whether each drawing is kept back, at random among those of its class.

    Args:
        labels: ``(n,)`` what the drawings show.
        seed: ≥ 0.
    """
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        at = rng.permutation(np.flatnonzero(labels == label))
        if len(at) >= FEWEST:
            chosen[at[: max(1, len(at) // SHARE)]] = True
    return chosen
