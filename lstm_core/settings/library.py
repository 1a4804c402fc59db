"""Which library computes, TensorFlow or JAX; known without importing either."""

from __future__ import annotations

import os

TITLES = {"tensorflow": "TensorFlow", "jax": "JAX"}


def name() -> str:
    """``tensorflow`` or ``jax``."""
    return os.environ.get("KERAS_BACKEND", "tensorflow")
