"""What a chain of Keras' layers computes, if it is what this project computes.

    (Rescaling, Flatten, Reshape) → (Dense, linear) → LSTM, GRU or SimpleRNN, … → Dense with softmax

with dropout anywhere, which does nothing when a picture is read. A layer whose meaning cannot be kept is
refused by its name, with the reason: a network that reads slightly otherwise would be worse than none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeGuard

from lstm_core.elsewhere.layer_chain import LayerChain, LayerConfig, inner_layer, is_whole, shown
from lstm_core.elsewhere.recurrent_layer import RecurrentLayer, recurrent_layer
from lstm_core.errors import ModelRejected
from lstm_core.reading.weights import MAX_SIDE

_LARGEST = 1e30
"""Of numbers that are computed with; a 32-bit number reaches a little further."""

_ONLY_IN_TRAINING = ("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout")

RESCALED = (
    "The model rescales pixels, which are taken to be from 0 to 255 there; its first layer now reads pixels "
    "from 0 to 1 alike."
)

_WHY_NOT: Mapping[str, str] = MappingProxyType(
    {
        "Lambda": "holds Python code, and none is run from a file",
        "Embedding": "looks up words; here rows of pixels are read",
        "Masking": "leaves rows out; here every row is read",
        "BatchNormalization": "has no place in the networks of this project; merge it into the next layer",
        "LayerNormalization": "has no place in the networks of this project",
        "GlobalAveragePooling1D": "takes the mean over all rows; here every row has an answer of its own",
        "GlobalMaxPooling1D": "takes the largest over all rows; here every row has an answer of its own",
        "RepeatVector": "repeats one vector; here every layer reads the rows of the one below",
        "Permute": "swaps rows and columns; here pictures are read row by row",
    }
)


@dataclass(frozen=True)
class Architecture:
    """A network of the kind that this project reads.

    Attributes:
        rows, columns: of a picture.
        scale, offset: the first layer reads ``scale * pixel + offset`` of pixels in [0, 1].
        projection: the Dense layer before the first cell, if there is one.
        recurrent: bottom to top.
        head: the Dense layer that gives the classes.
        every_row: whether the model answers after every row, or after the last one only.
        dropout: share of a layer's outputs that training set to zero, by the first layer for that.
        notes: what was taken for granted, in sentences.
    """

    rows: int
    columns: int
    scale: float
    offset: float
    projection: LayerConfig | None
    recurrent: tuple[RecurrentLayer, ...]
    head: LayerConfig
    every_row: bool
    dropout: float
    notes: tuple[str, ...]


def architecture(chain: LayerChain) -> Architecture:
    """Raises `ModelRejected` with the layer that does not fit, and why."""
    reader = _Reader(chain.input_shape)
    for layer in chain.layers:
        reader.take(layer)
    return reader.done()


@dataclass
class _Reader:
    """Follows a picture through the layers; ``shape`` is that of the picture until a cell reads it."""

    shape: tuple[Any, ...] | None
    picture: tuple[Any, ...] | None = None
    scale: float = 1.0
    offset: float = 0.0
    rescaled: bool = False
    projection: LayerConfig | None = None
    recurrent: list[RecurrentLayer] = field(default_factory=list)
    sequence: bool = True
    head: LayerConfig | None = None
    ended: bool = False
    dropout: float | None = None
    notes: list[str] = field(default_factory=list)

    def take(self, layer: LayerConfig) -> None:
        self._note_precision(layer)
        match layer.kind:
            case "InputLayer":
                self._input(layer)
            case kind if kind in _ONLY_IN_TRAINING:
                self._dropout(layer)
            case "Rescaling":
                self._rescaling(layer)
            case "Flatten":
                self._flatten(layer)
            case "Reshape":
                self._reshape(layer)
            case "LSTM" | "GRU" | "SimpleRNN" | "Bidirectional":
                self._cells(layer)
            case "Dense":
                self._dense(layer, layer)
            case "TimeDistributed":
                self._dense(layer, inner_layer(layer, layer.config.get("layer")))
            case "Activation" | "Softmax":
                self._activation(layer)
            case kind:
                known = (
                    "can be brought in: only stacks of LSTM, GRU or SimpleRNN with a Dense layer on top are"
                )
                raise layer.rejected(_WHY_NOT.get(kind, f"is not of a kind that {known}"))

    def done(self) -> Architecture:
        if not self.recurrent:
            raise ModelRejected(
                "The model has no LSTM, GRU or SimpleRNN layer, so it reads nothing row by row."
            )
        if self.head is None:
            raise ModelRejected("The model has no Dense layer after its last cell, so it names no class.")
        rows, columns = self.shape or (None, None)
        if rows is None:
            rows = columns
            self.notes.append(
                f"The model leaves open how many rows it reads. It reads {rows}, as many as it has columns."
            )
        return Architecture(
            rows=rows,
            columns=columns,
            scale=self.scale,
            offset=self.offset,
            projection=self.projection,
            recurrent=tuple(self.recurrent),
            head=self.head,
            every_row=self.sequence,
            dropout=self.dropout or 0.0,
            notes=tuple(self.notes),
        )

    def _input(self, layer: LayerConfig) -> None:
        shape = layer.config.get("batch_shape", layer.config.get("batch_input_shape"))
        if self.recurrent or not isinstance(shape, list) or not 2 <= len(shape) <= 5:
            raise layer.rejected("has no shape that can be read")
        if not all(side is None or (is_whole(side) and side > 0) for side in shape):
            raise layer.rejected("has no shape that can be read")
        self.shape = tuple(shape[1:])

    def _dropout(self, layer: LayerConfig) -> None:
        rate = layer.config.get("rate")
        if self.recurrent and self.dropout is None and layer.kind == "Dropout" and _is_number(rate):
            self.dropout = float(rate) if 0 <= rate < 1 else None

    def _rescaling(self, layer: LayerConfig) -> None:
        scale, offset = layer.config.get("scale"), layer.config.get("offset", 0.0)
        if self.recurrent or self.projection:
            raise layer.rejected("stands after a layer that learns; only pixels can be rescaled here")
        if not _is_number(scale) or not _is_number(offset):
            raise layer.rejected("scales pixels by more than one number")
        if not self.rescaled:
            self.rescaled, self.scale = True, 255.0  # who rescales has such pixels; here they are from 0 to 1
            self.notes.append(RESCALED)
        self.scale, self.offset = self.scale * scale, self.offset * scale + offset
        if not math.isfinite(self.scale) or not math.isfinite(self.offset):
            raise layer.rejected("scales pixels beyond all numbers")

    def _flatten(self, layer: LayerConfig) -> None:
        if self.recurrent:
            if self.sequence:
                raise layer.rejected(
                    "puts the outputs of all rows side by side; here the class follows from the last one"
                )
            return
        shape = self._pixels(layer)
        self._remember_picture()
        self.shape = (None if None in shape else math.prod(shape),)

    def _reshape(self, layer: LayerConfig) -> None:
        if self.recurrent or self.projection:
            raise layer.rejected("stands after a layer that learns; only pixels can be reshaped here")
        shape, target = self._pixels(layer), layer.config.get("target_shape")
        if not isinstance(target, list) or not target or not all(is_whole(side) for side in target):
            raise layer.rejected("has no shape that can be read")
        if target.count(-1) == 1 and None not in shape:
            known = math.prod(side for side in target if side != -1)
            if known <= 0 or math.prod(shape) % known:
                raise layer.rejected(f"makes {target} of {list(shape)}, which does not go")
            target = [math.prod(shape) // known if side == -1 else side for side in target]
        if min(target) < 1 or (None not in shape and math.prod(target) != math.prod(shape)):
            raise layer.rejected(f"makes {target} of {list(shape)}, which does not go")
        self._remember_picture()
        self.shape = tuple(target)

    def _remember_picture(self) -> None:
        """The picture's own rows and columns, before they are put side by side; nothing where it is flat."""
        sides = [side for side in self.shape or () if side != 1]
        if self.picture is None and len(sides) > 1:
            self.picture = tuple(sides)

    def _pixels(self, layer: LayerConfig) -> tuple[Any, ...]:
        if self.shape is None:
            raise layer.rejected(
                "reads pictures of an unknown size; give the model an Input and save it again"
            )
        return self.shape

    def _cells(self, layer: LayerConfig) -> None:
        if self.head:
            raise layer.rejected("stands after the Dense layer that names the class")
        if not self.recurrent:
            self._check_picture(layer)
        elif not self.sequence:
            below = shown(self.recurrent[-1].layer.name)
            raise layer.rejected(f"reads no rows: “{below}” below hands on its last row only")
        made = recurrent_layer(layer)
        if self.recurrent and made.cell != self.recurrent[0].cell:
            first = shown(self.recurrent[0].layer.kind)
            raise layer.rejected(
                f"is of another kind than the first, {first}; here all cells are of one kind"
            )
        self.recurrent.append(made)
        inner = inner_layer(layer, layer.config.get("layer")) if made.both else layer
        self.sequence = bool(inner.config.get("return_sequences"))
        if made.both and not self.sequence:
            raise layer.rejected(
                "hands on what it knows after the last row read in each direction, which is the top row of "
                "the backward one. Here a row is answered from what both directions know at that row. Train "
                "it with return_sequences=True"
            )

    def _check_picture(self, layer: LayerConfig) -> None:
        shape = self.shape
        if shape is None and isinstance(given := layer.config.get("batch_input_shape"), list):
            shape = self.shape = tuple(given[1:])
        if shape is None:
            raise layer.rejected(
                "reads pictures of an unknown size; give the model an Input and save it again"
            )
        if len(shape) != 2 or not is_whole(shape[1]) or not (shape[0] is None or is_whole(shape[0])):
            raise layer.rejected(f"reads {list(shape)} instead of rows of pixels")
        if self.picture and self.picture != shape:
            raise layer.rejected(
                f"reads {shape[0]} rows of {shape[1]} numbers, which are no rows of the picture of "
                f"{' × '.join(map(str, self.picture))}"
            )
        for what, side in (("rows", shape[0] or 1), ("columns", shape[1])):
            if not 1 <= side <= MAX_SIDE:
                raise layer.rejected(f"reads {side:,} {what}; 1 to {MAX_SIDE} are read here")

    def _dense(self, outer: LayerConfig, dense: LayerConfig) -> None:
        if dense.kind != "Dense":
            raise outer.rejected(
                f"does the same for every row with a {shown(dense.kind)}; only a Dense can be"
            )
        named = _named(dense.config.get("activation"))
        if self.head:
            raise outer.rejected(
                f"is a second one after the cells, above “{shown(self.head.name)}”; one is read"
            )
        if self.recurrent:
            if named not in ("softmax", "linear"):
                raise outer.rejected(f"ends in {shown(named)}; here classes have probabilities by softmax")
            self.head = replace(outer, config=dense.config)
            self.ended = named == "softmax"
            return
        if self.projection:
            raise outer.rejected(f"is a second one before the cells, after “{shown(self.projection.name)}”")
        if named != "linear":
            raise outer.rejected(f"comes before the cells with {shown(named)}; there it must be linear")
        self._check_picture(outer)
        self.projection = replace(outer, config=dense.config)

    def _activation(self, layer: LayerConfig) -> None:
        named = "softmax" if layer.kind == "Softmax" else _named(layer.config.get("activation"))
        if named == "linear":
            return
        if not self.head:
            raise layer.rejected(f"applies {shown(named)} before the Dense layer that names the class")
        if named != "softmax" or self.ended or layer.config.get("axis", -1) not in (-1, None):
            raise layer.rejected(f"applies {shown(named)} to the classes; here they have one softmax")
        self.ended = True

    def _note_precision(self, layer: LayerConfig) -> None:
        policy = layer.config.get("dtype")
        name = policy.get("config", {}).get("name") if isinstance(policy, dict) else policy
        note = "The model computed in 16 bits; here it is read in 32, so its last digits differ."
        if isinstance(name, str) and "16" in name and note not in self.notes:
            self.notes.append(note)


def _named(activation: Any) -> str:
    """What a function is called; one that is not Keras' own has no name here."""
    if activation is None:
        return "linear"
    return activation if isinstance(activation, str) else "a function of its own"


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
