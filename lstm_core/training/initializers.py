"""Where the first weights come from: the named initialisers of the tutorials, with their formulas.

For the cells, `in` counts what one gate reads, row and hidden state together (``features + units``), and
`out` what it gives (``units``); kernel and recurrent kernel are drawn alike, as the two parts of one matrix
on [h, x]. Biases start at zero, the forget gate's at ``forget_bias``.

    truncated-normal  deviation 0.1, drawn again beyond two deviations (Huang, 2017)
    xavier            uniform ±4·√(6/(in + out)): four times Glorot & Bengio's limit, as the Theano tutorials
                      advise for the logistic sigmoid (deeplearning.net, "Multilayer Perceptron")
    dl                uniform ±1/√in: the "commonly used heuristic" of Glorot & Bengio (2010), equation 1
    he                normal of deviation √(2/in): He et al. (2015), "Delving Deep into Rectifiers"
    glorot-bengio     uniform ±√(6/(in + out)): Glorot & Bengio (2010), equation 16, the normalised one
    packed-glorot     uniform ±√(6/(in + 4·out)): the same over all four gates, TensorFlow 1's default

`keras` is Keras' own: Glorot uniform over the packed kernel, and orthogonal recurrent kernels (Saxe et al.,
2014). `csv` brings the first layer's from a file, and the layers above start as with `keras`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.settings.first_weights import shape_of
from lstm_core.settings.hyperparameters import HyperParameters

TRUNCATED_DEVIATION = 0.1


@dataclass(frozen=True)
class Distribution:
    """What first weights are drawn from, with mean zero.

    Attributes:
        kind: ``truncated-normal`` draws again what lies beyond two deviations, so that 0.88 of the
            deviation is left.
        width: the limit of ``uniform`` on either side, the standard deviation of the others; positive.
    """

    kind: Literal["uniform", "normal", "truncated-normal"]
    width: float


def cell_distribution(settings: HyperParameters, features: int, units: int) -> Distribution | None:
    """Of the kernels of one cell; ``None`` for Keras' own.

    Args:
        settings: name the initialiser.
        features: numbers the cell reads at every row.
        units: of the cell.
    """
    return _named(settings.initializer, features + units, units)


def initial_state_distribution(settings: HyperParameters, previous: int, units: int) -> Distribution | None:
    """Of the matrices ``(previous, units)`` that make a trainable initial state; ``None`` for Keras' own."""
    return _named(settings.initializer, previous, units)


def dense_distribution(settings: HyperParameters) -> Distribution | None:
    """Of the head and the input projection; ``None`` for Glorot uniform, which is Keras' own."""
    if settings.dense_initializer == "glorot":
        return None
    return Distribution(settings.dense_initializer, settings.dense_stddev)


def fitting_kernel(settings: HyperParameters, initial_kernel: FloatArray | None) -> FloatArray:
    """The weights brought for the first layer, if they are there and fit it.

    Raises:
        InvalidValue: there are none, or they have another shape; both shapes are named.
    """
    found = None if initial_kernel is None else initial_kernel.shape
    wanted = shape_of(settings)
    if initial_kernel is None or found != wanted:
        raise InvalidValue("initial_kernel", f"of shape {wanted}", found)
    return initial_kernel


def _named(name: str, inward: int, outward: int) -> Distribution | None:
    glorot = math.sqrt(6 / (inward + outward))
    return {
        "truncated-normal": Distribution("truncated-normal", TRUNCATED_DEVIATION),
        "xavier": Distribution("uniform", 4 * glorot),
        "dl": Distribution("uniform", 1 / math.sqrt(inward)),
        "he": Distribution("normal", math.sqrt(2 / inward)),
        "glorot-bengio": Distribution("uniform", glorot),
        "packed-glorot": Distribution("uniform", math.sqrt(6 / (inward + 4 * outward))),
    }.get(name)
