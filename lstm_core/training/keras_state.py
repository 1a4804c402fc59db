"""What Keras keeps for a whole process, set for a while: seeds of first weights, and types of layers."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def layers_with(policy: str, seed: int | None = None) -> Iterator[None]:
    """Layers made in the block compute in ``policy``; afterwards everything is as it was.

    Args:
        policy: Keras' name for the types, such as ``float32`` or ``mixed_bfloat16``.
        seed: first weights in the block follow from it as they do from `keras.utils.set_random_seed`: Keras
            takes the seed of each initialiser that has none from Python's own generator.
    """
    before, generator = keras.config.dtype_policy(), random.getstate()
    keras.config.set_dtype_policy(policy)
    if seed is not None:
        random.seed(seed)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
        random.setstate(generator)
