"""One of Keras' recurrent layers, if its settings give the equations of `lstm_core.reading.recurrence`.

That is nearly what Keras takes by itself: tanh and the logistic sigmoid, and a GRU that resets after its
product. With other settings a layer computes something else, and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lstm_core.elsewhere.layer_chain import LayerConfig, inner_layer, is_whole, shown
from lstm_core.reading.weights import MAX_UNITS

CELLS: Mapping[str, str] = MappingProxyType({"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"})
"""Keras' recurrent layers and what this project calls their cells."""


@dataclass(frozen=True)
class RecurrentLayer:
    """One recurrent layer as it is to be read.

    Attributes:
        layer: as the model has it.
        cell: ``lstm``, ``gru`` or ``rnn``.
        units: of one direction.
        use_bias: whether it has a bias; without one it is zero.
        both: whether it reads in both directions.
    """

    layer: LayerConfig
    cell: str
    units: int
    use_bias: bool
    both: bool


def recurrent_layer(layer: LayerConfig) -> RecurrentLayer:
    """Raises `ModelRejected` for settings with which the equations are others."""
    if layer.kind != "Bidirectional":
        return _one_direction(layer, layer, backwards=False, both=False)
    if (mode := layer.config.get("merge_mode")) != "concat":
        raise layer.rejected(f"merges its directions by {shown(mode)}; here they stand side by side (concat)")
    forward = inner_layer(layer, layer.config.get("layer"))
    made = _one_direction(layer, forward, backwards=False, both=True)
    if layer.config.get("backward_layer") is not None:
        backward = inner_layer(layer, layer.config["backward_layer"])
        other = _one_direction(layer, backward, backwards=True, both=True)
        if (other.cell, other.units, other.use_bias) != (made.cell, made.units, made.use_bias):
            raise layer.rejected("has directions of different kinds or sizes; here both are alike")
    return made


def _one_direction(layer: LayerConfig, inner: LayerConfig, *, backwards: bool, both: bool) -> RecurrentLayer:
    cell, config = CELLS.get(inner.kind), inner.config
    if cell is None:
        raise layer.rejected(f"is made of {shown(inner.kind)}; here of LSTM, GRU or SimpleRNN")
    wanted: dict[str, Any] = {"activation": "tanh"}
    if cell != "rnn":
        wanted["recurrent_activation"] = "sigmoid"
    for name, needed in wanted.items():
        if (found := config.get(name)) != needed:
            given = found if isinstance(found, str) else "a function of its own"
            raise layer.rejected(f"has the {name} {shown(given)}; here it is {needed}")
    if cell == "gru" and config.get("reset_after") is not True:
        raise layer.rejected(
            "resets before its product (reset_after=False); here a GRU resets after it, as Keras' own has "
            "done since 2019. Train it with reset_after=True"
        )
    if bool(config.get("go_backwards")) != backwards:
        raise layer.rejected("reads from the bottom up only; here a layer reads from the top down")
    for name, why in (
        ("stateful", "keeps its state from picture to picture; here each begins anew"),
        ("return_state", "also hands on its last state; here only outputs are handed on"),
        ("time_major", "reads with the axes swapped; save it with time_major=False"),
    ):
        if config.get(name):
            raise layer.rejected(why)
    units = config.get("units")
    if not is_whole(units) or not 1 <= units <= MAX_UNITS:
        raise layer.rejected(f"has {shown(units)} units; 1 to {MAX_UNITS:,} are read here")
    return RecurrentLayer(layer, cell, units, config.get("use_bias", True) is not False, both)
