"""Tensor shapes, parameters and arithmetic of a network, computed from its hyperparameters alone.

Nothing here builds a model, so the form can show it while a person is still choosing.
"""

from __future__ import annotations

from dataclasses import dataclass

from lstm_core.datasets import DATASETS
from lstm_core.hyperparameters import HyperParameters


@dataclass(frozen=True)
class LayerShape:
    """One layer: its output shape with the batch first, and its number of trained parameters."""

    name: str
    output: tuple[int, ...]
    parameters: int


def layer_shapes(settings: HyperParameters) -> list[LayerShape]:
    """Every layer from the image to the logits, in order.

    An LSTM layer of ``n`` units reading ``m`` numbers has ``4 n (m + n + 1)`` parameters.
    """
    info = DATASETS[settings.dataset]
    batch, rows = settings.batch_size, info.rows
    layers = [LayerShape("image", (batch, rows, info.columns), 0)]
    features = info.columns
    for number, units in enumerate(settings.units, start=1):
        parameters = 4 * units * (features + units + 1)
        layers.append(LayerShape(f"LSTM {number}", (batch, rows, units), parameters))
        layers.append(LayerShape(f"dropout {number}", (batch, rows, units), 0))
        features = units
    head = (features + 1) * info.classes
    layers.append(LayerShape("logits of every row", (batch, rows, info.classes), head))
    return layers


def parameter_count(settings: HyperParameters) -> int:
    """Number of trained parameters."""
    return sum(layer.parameters for layer in layer_shapes(settings))


def step_flops(settings: HyperParameters) -> float:
    """Floating-point operations of one training step's matrix products.

    Each weight takes one multiplication and one addition per row and image in the forward pass, and
    twice that in the backward pass.
    """
    rows = DATASETS[settings.dataset].rows
    return 6.0 * parameter_count(settings) * rows * settings.batch_size
