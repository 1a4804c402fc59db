"""Adam in NumPy: Kingma & Ba (2015), "Adam: A Method for Stochastic Optimization", algorithm 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7
"""As in Keras; the paper suggests 1e-8, TensorFlow 1 took that."""


class Adam:
    """An optimiser of arrays that are changed in place.

    Per array, with its gradient g at step t = 1, 2, …, and the learning rate α:

        m ← β₁ m + (1 − β₁) g                       first moment
        v ← β₂ v + (1 − β₂) g²                      second moment
        θ ← θ − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)

    The last line is the paper's faster order of computing, section 2, as TensorFlow and Keras have it.

    Args:
        parameters: what is learnt; float arrays of any shape.
        learning_rate: α, above 0; may be changed between steps.
    """

    def __init__(self, parameters: Sequence[Array], learning_rate: float) -> None:
        self.parameters = tuple(parameters)
        self.learning_rate = learning_rate
        self.steps = 0
        self._first = [np.zeros_like(array) for array in self.parameters]
        self._second = [np.zeros_like(array) for array in self.parameters]

    def step(self, gradients: Sequence[Array]) -> None:
        """Take one step against ``gradients``, which have the shapes of the parameters, in their order."""
        self.steps += 1
        length = self.learning_rate * (1 - BETA_2**self.steps) ** 0.5 / (1 - BETA_1**self.steps)
        moments = zip(self.parameters, gradients, self._first, self._second, strict=True)
        for parameter, gradient, first, second in moments:
            first += (1 - BETA_1) * (gradient - first)
            second += (1 - BETA_2) * (gradient**2 - second)
            parameter -= length * first / (np.sqrt(second) + EPSILON)
