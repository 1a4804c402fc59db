"""How long the smallest recurrent network remembers: one unit that reads one number a row.

With Elman (1990), "Finding Structure in Time", and tanh as is usual today:

    h_t = tanh(w x_t + u h_{t-1} + b)

How much a change of h_t still changes the last h_T is the product of the derivatives between them
(Hochreiter, 1991; Bengio, Simard & Frasconi, 1994):

    ∂h_T / ∂h_t = ∏_{k=t+1}^{T} u (1 - h_k²)

Without tanh every factor is u: the product vanishes for |u| < 1 and explodes for |u| > 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue

Curve = NDArray[np.float64]


def hidden_states(inputs: Curve, *, w: float = 1.0, u: float, b: float = 0.0) -> Curve:
    """Read ``inputs``, ``(rows,)``, from h = 0; ``(rows,)`` float64 in [-1, 1].

    Raises:
        InvalidValue: ``inputs`` is not one-dimensional or is empty.
    """
    if inputs.ndim != 1 or not inputs.size:
        raise InvalidValue("inputs", "of shape (rows,)", inputs.shape)
    hidden = np.zeros(len(inputs))
    h = 0.0
    for t, x in enumerate(inputs):
        h = hidden[t] = np.tanh(w * x + u * h + b)
    return hidden


def influence(factors: Curve) -> Curve:
    """How much of a change after each row is left after the last: ``(rows,)``, the last of them 1.

    Args:
        factors: ``(rows,)``; entry ``k`` is what passing row ``k`` multiplies the change by. The first is
            not used, because nothing came before it.
    """
    return np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


def rnn_factors(hidden: Curve, *, u: float) -> Curve:
    """``(rows,)``: u (1 - h_k²), by which row ``k`` multiplies a change of the state before it."""
    return u * (1.0 - hidden**2)
