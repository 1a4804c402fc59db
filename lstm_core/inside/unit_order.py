"""Orders of a layer's units to lay them side by side in: how alike they answer, how much they matter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_core.errors import InvalidValue
from lstm_core.inside.backpropagation import backpropagate
from lstm_core.reading.trace import LayerTrace, Trace
from lstm_core.reading.weights import LstmWeights

Order = NDArray[np.intp]
"""``(units,)``: every unit, counted from 0, once."""


def by_similarity(hidden: NDArray[np.floating[Any]]) -> Order:
    """Units whose hidden states run alike over the rows stand next to each other.

    The leaves, from left to right, of the tree that average linkage makes of the curves' Euclidean distances
    (Sokal & Michener, 1958, "A Statistical Method for Evaluating Systematic Relationships").

    Args:
        hidden: ``(rows, units)``, a layer's hidden state after every row.

    Raises:
        InvalidValue: ``hidden`` has another number of axes, is empty, or is not finite.
    """
    if hidden.ndim != 2 or not hidden.size or not np.isfinite(hidden).all():
        raise InvalidValue("hidden", "of shape (rows, units) and finite", hidden.shape)
    if hidden.shape[1] == 1:
        return np.zeros(1, np.intp)
    from scipy.cluster import hierarchy

    tree = hierarchy.linkage(hidden.T.astype(np.float64), "average")
    return np.asarray(hierarchy.leaves_list(tree), np.intp)


def by_influence(influence: NDArray[np.floating[Any]]) -> Order:
    """The most influential unit first; of equal ones the first stored. ``influence`` is ``(units,)``."""
    return np.argsort(-np.abs(influence), kind="stable")


def influences(
    weights: LstmWeights, image: NDArray[np.float32], trace: Trace, label: int
) -> tuple[NDArray[np.float32], ...]:
    """What each unit does for the final logit of one class, to first order.

    If every hidden value h_t of a unit were scaled by 1 − ε, at all rows, the final logit z of class
    ``label`` would fall by ε times

        Σ_t h_t ∂z / ∂h_t

    with the whole derivatives through time and through the layers above. Silencing the unit altogether is
    ε = 1, of which this is the linear estimate (the criterion of Molchanov et al., 2017, "Pruning
    Convolutional Neural Networks for Resource Efficient Inference", equation 7, with its sign). For a unit of
    the top layer that acts on nothing but the last row's logit it is exact.

    Args:
        weights: a plain stack of LSTM layers that start at zero.
        image: ``(rows, columns)`` float32, what was read.
        trace: the reading.
        label: the class, from 0.

    Returns:
        per layer, bottom to top, ``(units,)`` float32; positive speaks for the class.

    Raises:
        InvalidValue: there is no such class, or a layer is no LSTM that reads forward.
    """
    if not 0 <= label < weights.classes:
        raise InvalidValue("label", f"between 0 and {weights.classes - 1}", label)
    layers = [layer for layer in trace.layers if isinstance(layer, LayerTrace)]
    last = np.zeros_like(layers[-1].hidden)
    last[-1] = weights.head_kernel[:, label]
    found = backpropagate(weights.layers, image, layers, last)
    return tuple(
        (gradients.hidden * layer.hidden).sum(axis=0)
        for gradients, layer in zip(found.layers, layers, strict=True)
    )
