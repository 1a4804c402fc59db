"""Tensor shapes, parameters and arithmetic of a network, computed from its hyperparameters alone.

Nothing here builds a model, so the form can show it while a person is still choosing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lstm_core.reading.layer_weights import PACKED
from lstm_core.reading.recurrence import STATES
from lstm_core.settings.hyperparameters import HyperParameters

Shape = tuple[int, ...]

CELL_NAMES: Mapping[str, str] = {"lstm": "LSTM", "gru": "GRU", "rnn": "simple RNN"}
"""What people call the cells."""

SYMBOLS = {"hidden": "h", "cell": "c"}


@dataclass(frozen=True)
class LayerShape:
    """One layer.

    Attributes:
        name: for people.
        output: shape, in the layout's order of batch and rows.
        parameters: numbers that are learnt here; 0 where they are those of a layer below.
        passes: how often one image goes through these parameters.
        state: what a recurrent layer remembers after its last row, by symbol, ``h`` and ``c``; with two
            directions ``h↓``, ``c↓``, ``h↑``, ``c↑``. Each is ``(batch, units)``.
    """

    name: str
    output: Shape
    parameters: int = 0
    passes: int = 1
    state: dict[str, Shape] = field(default_factory=dict)


def layer_shapes(settings: HyperParameters) -> list[LayerShape]:
    """Every layer from the image to the logits, in order."""
    return list(_layers(settings))


def cell_parameters(cell: str, features: int, units: int) -> int:
    """Parameters of one direction of a layer of ``units`` units that reads ``features`` numbers.

    ``n u (m + u + 1)`` with 4 blocks for the LSTM and 1 for the simple RNN; the GRU has 3 and two biases,
    so ``3 u (m + u + 2)``.
    """
    return len(PACKED[cell]) * units * (features + units + (2 if cell == "gru" else 1))


def parameter_count(settings: HyperParameters) -> int:
    """Number of trained parameters; those that layers share count once."""
    return sum(layer.parameters for layer in layer_shapes(settings))


def image_flops(settings: HyperParameters) -> float:
    """Floating-point operations of the matrix products of reading one image.

    Each parameter takes one multiplication and one addition whenever the image goes through it.
    """
    return 2.0 * sum(layer.parameters * layer.passes for layer in layer_shapes(settings))


def step_flops(settings: HyperParameters) -> float:
    """The same of one training step; the backward pass takes twice what the forward pass does."""
    return 3.0 * image_flops(settings) * settings.batch_size


def _layers(settings: HyperParameters) -> Iterator[LayerShape]:
    info = settings.info
    batch, rows = settings.batch_size, info.rows
    time_major = settings.layout == "time-major"

    def sequence(numbers: int) -> Shape:
        return (rows, batch, numbers) if time_major else (batch, rows, numbers)

    features = info.columns
    yield LayerShape("image", (batch, rows, features))
    if time_major:
        yield LayerShape("rows first", sequence(features))
    if settings.input_projection:
        parameters = (features + 1) * settings.input_projection
        features = settings.input_projection
        yield LayerShape("input projection", sequence(features), parameters, rows)

    directions = ("↓", "↑") if settings.direction == "both" else ("",)
    symbols = [SYMBOLS[state] for state in STATES[settings.cell]]
    shared = settings.layer_weights == "shared"
    for number, units in enumerate(settings.units, start=1):
        name = f"{CELL_NAMES[settings.cell]} {number}"
        if settings.initial_state == "trainable":
            for symbol in symbols:
                yield LayerShape(f"{symbol}₀ of layer {number}", (batch, units), features * units)
        if settings.input_dropout:
            yield LayerShape(f"input dropout {number}", sequence(features))
        lent = shared and number > 1
        outputs = units * len(directions)
        yield LayerShape(
            f"{name}, weights of layer 1" if lent else name,
            sequence(outputs),
            0 if lent else len(directions) * cell_parameters(settings.cell, features, units),
            rows * (len(settings.units) if shared else 1),
            {symbol + direction: (batch, units) for direction in directions for symbol in symbols},
        )
        if settings.dropout:
            yield LayerShape(f"dropout {number}", sequence(outputs))
        features = outputs
    yield LayerShape("logits of every row", sequence(info.classes), (features + 1) * info.classes, rows)
