"""A reading under interventions: the image as they leave it, and the network with what they hold.

They stack in their order: a later one finds the image as the earlier ones left it, and where two hold the
same gate or hidden state of the same unit, the later one counts. Everything that is not held answers
truthfully: later rows and the layers above read on from the changed states by the equations of
`lstm_core.reading.recurrence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue
from lstm_core.inside.interventions import (
    EVERY_LAYER,
    MAX_INTERVENTIONS,
    ClampGate,
    Force,
    Intervention,
    OnImage,
    OnLayer,
    Silence,
    Start,
    Units,
)
from lstm_core.reading.gates import GATES, gate_columns
from lstm_core.reading.layer_weights import LayerWeights
from lstm_core.reading.layers import read_layer
from lstm_core.reading.recurrence import State
from lstm_core.reading.trace import LayerTrace, Trace, read, softmax
from lstm_core.reading.weights import LstmWeights


def changed_image(
    weights: LstmWeights, image: FloatArray, interventions: Sequence[Intervention]
) -> FloatArray:
    """What is read of ``image``, ``(rows, columns)`` float32 in [0, 1], and whether all can be done.

    Computes no reading, so it is the way to check interventions.

    Raises:
        InvalidValue: there are more than `MAX_INTERVENTIONS`, or one names a layer, unit or row that does
            not exist, or the image is not left as wide as the network reads.
    """
    if len(interventions) > MAX_INTERVENTIONS:
        raise InvalidValue("interventions", f"at most {MAX_INTERVENTIONS} together", len(interventions))
    for intervention in interventions:
        if isinstance(intervention, OnImage):
            image = intervention.change(image)
        else:
            _check_layer(weights, intervention)
    if image.shape[1] != weights.columns:
        raise InvalidValue("image", f"of shape (rows, {weights.columns}) when it is read", image.shape)
    return image


def intervene(
    weights: LstmWeights, image: FloatArray, interventions: Sequence[Intervention]
) -> tuple[FloatArray, Trace]:
    """Read ``image`` under ``interventions``.

    Args:
        weights: the network; for interventions on its layers a plain stack of LSTM layers.
        image: ``(rows, columns)`` float32 in [0, 1].
        interventions: in the order in which they are made. With none, or none on a layer, the reading is
            `lstm_core.reading.trace.read` of the changed image.

    Returns:
        The image as read, ``(rows read, columns)`` float32, and its `Trace`. The trace holds what was held:
        a clamped gate shows its value, a forced unit its hidden state.

    Raises:
        InvalidValue: see `changed_image`; or the network is no plain stack of LSTM layers.
    """
    image_read = changed_image(weights, image, interventions)
    on_layers = [done for done in interventions if not isinstance(done, OnImage)]
    if not on_layers:
        return image_read, read(weights, image_read)
    layers: list[LayerTrace] = []
    x = np.ascontiguousarray(image_read, dtype=np.float32)
    for number, layer in enumerate(weights.layers, start=1):
        held = [intervention for intervention in on_layers if intervention.layer in (number, EVERY_LAYER)]
        found = read_layer(layer, x, _start(layer, held), partial(_hold, held=held))
        layers.append(LayerTrace(**found))
        x = layers[-1].hidden
    logits = x @ weights.head_kernel + weights.head_bias
    return image_read, Trace(softmax(logits), logits, tuple(layers))


def _start(layer: LayerWeights, held: Sequence[OnLayer]) -> State | None:
    starts = [start for start in held if isinstance(start, Start)]
    if not starts:
        return None
    shape = (layer.units,)
    return np.full(shape, starts[-1].hidden, np.float32), np.full(shape, starts[-1].cell, np.float32)


def _hold(gates: FloatArray, before: State | None, after: State, held: Sequence[OnLayer]) -> None:
    """Put what is held into the packed ``gates`` and the state ``after`` of one row, in place."""
    hidden, cell = after
    units = len(hidden)
    for clamp in held:
        if isinstance(clamp, ClampGate):
            gates[gate_columns(clamp.gate, units)][_which(clamp.units)] = clamp.value
    if any(isinstance(clamp, ClampGate) for clamp in held):
        input_gate, forget_gate, candidate, output_gate = (gates[gate_columns(gate, units)] for gate in GATES)
        np.multiply(input_gate, candidate, out=cell)
        if before:
            cell += forget_gate * before[1]
        np.tanh(cell, out=hidden)
        hidden *= output_gate
    for shown in held:
        if isinstance(shown, Silence | Force):
            hidden[_which(shown.units)] = shown.value if isinstance(shown, Force) else 0.0


def _which(units: Units) -> slice | list[int]:
    return [unit - 1 for unit in units] if units else slice(None)


def _check_layer(weights: LstmWeights, intervention: OnLayer) -> None:
    if not weights.is_plain:
        raise InvalidValue("weights", "a plain stack of LSTM layers, to change one of them", weights.cell)
    depth = len(weights.layers)
    if intervention.layer > depth:
        rule = f"between 1 and {depth}, as the network has no more" if depth > 1 else "1, the only one"
        raise InvalidValue("layer", rule, intervention.layer)
    if isinstance(intervention, Start) or not intervention.units:
        return
    for number, layer in enumerate(weights.layers, start=1):
        if intervention.layer in (number, EVERY_LAYER) and intervention.units[-1] > layer.units:
            rule = f"between 1 and {layer.units}, as layer {number} has no more"
            raise InvalidValue("units", rule, intervention.units[-1])
