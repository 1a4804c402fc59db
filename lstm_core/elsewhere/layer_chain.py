"""The configuration that Keras stores with a model, as the layers a picture passes one after the other.

Keras writes JSON: of a ``Sequential`` the list of its layers, of a functional model a graph, in one form
since Keras 3 and in another one before. Only JSON is read here. Nothing of it is run, and a layer that is not
Keras' own is refused by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from lstm_core.errors import ModelRejected
from lstm_core.runs.names import shown_name

MOST_BYTES = 2**22
"""Of a configuration; that of sixteen layers has 2**16."""

MOST_LAYERS = 200

_SHOWN = 60
"""Characters of a name from a file that a message repeats."""


@dataclass(frozen=True)
class LayerConfig:
    """One layer of the chain.

    Attributes:
        name: as the model has it.
        kind: the class of Keras, such as ``LSTM``.
        config: its settings, as Keras stored them.
        stored_as: what a ``.keras`` file calls it among its weights.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    stored_as: str = ""

    def rejected(self, why: str) -> ModelRejected:
        """The error for a layer that does not fit; ``why`` follows its name and kind."""
        return ModelRejected(f"The layer “{shown(self.name)}” ({shown(self.kind)}) {why}.")


@dataclass(frozen=True)
class LayerChain:
    """The layers in the order in which a picture passes them.

    Attributes:
        layers: the first may be an ``InputLayer``.
        input_shape: of one picture, if the model says so beside its layers; a side may be None.
    """

    layers: tuple[LayerConfig, ...]
    input_shape: tuple[Any, ...] | None = None


def shown(text: object, most: int = _SHOWN) -> str:
    """What comes from a file, such as a name, as a message repeats it: one line of ``most`` characters."""
    line = shown_name(str(text))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_whole(value: Any) -> TypeGuard[int]:
    """Whether a value from the configuration is a whole number that can be computed with."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def layer_chain(text: bytes) -> LayerChain:
    """The layers of a model, from its configuration.

    Raises:
        ModelRejected: it is no configuration of Keras, or no single chain of Keras' own layers.
    """
    try:
        model = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelRejected("The model's configuration is damaged: it is incomplete or not JSON.") from error
    kind, config, name = _entry(model, "The model")
    if kind == "Sequential":
        entries = _layers(config)
        shape = config.get("build_input_shape")
        return LayerChain(
            tuple(_layer(entry, entries) for entry in entries),
            tuple(shape[1:]) if isinstance(shape, list) else None,
        )
    if kind in ("Functional", "Model"):
        return LayerChain(tuple(_connected(config)))
    raise ModelRejected(
        f"The model “{shown(name)}” is of the class {shown(kind)}, whose code is not in the file. A "
        "Sequential or functional model of stock layers can be brought in."
    )


def _entry(value: Any, what: str) -> tuple[str, dict[str, Any], str]:
    """Class, settings and name of what Keras stored as ``value``."""
    if not isinstance(value, dict):
        raise ModelRejected(f"{what} has no configuration that can be read.")
    kind, config = value.get("class_name"), value.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict):
        raise ModelRejected(f"{what} has no configuration that can be read.")
    return kind, config, str(config.get("name") or value.get("name") or "")


def _layers(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = config.get("layers")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ModelRejected("The model's configuration lists no layers.")
    if not 0 < len(entries) <= MOST_LAYERS:
        raise ModelRejected(f"The model has {len(entries):,} layers; 1 to {MOST_LAYERS} are read.")
    return entries


def _layer(entry: dict[str, Any], entries: list[dict[str, Any]]) -> LayerConfig:
    return _read_layer(entry, _stored_as(entry, entries))


def inner_layer(outer: LayerConfig, value: Any) -> LayerConfig:
    """The layer that a wrapper such as ``Bidirectional`` holds. Raises `ModelRejected`."""
    if not isinstance(value, dict):
        raise outer.rejected("holds no layer that can be read")
    return _read_layer(value, "")


def _read_layer(entry: dict[str, Any], stored_as: str) -> LayerConfig:
    kind, config, name = _entry(entry, "A layer")
    layer = LayerConfig(name, kind, config, stored_as)
    module, registered = entry.get("module"), entry.get("registered_name")
    own = isinstance(module, str) and module != "keras" and not module.startswith("keras.")
    if own or (registered is not None and registered != kind):
        raise layer.rejected(
            "is not one of Keras' own: its code is not in the file, and none is run from one"
        )
    return layer


def _stored_as(entry: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    """Keras counts the layers of each class: ``lstm``, ``lstm_1`` and so on."""
    kind = str(entry.get("class_name"))
    before = 0
    for other in entries:
        if other is entry:
            break
        before += other.get("class_name") == kind
    words = {"SimpleRNN": "simple_rnn", "TimeDistributed": "time_distributed"}.get(kind, kind.lower())
    return f"{words}_{before}" if before else words


def _connected(config: Mapping[str, Any]) -> Iterator[LayerConfig]:
    """The layers of a functional model from its input to its output, followed back from there."""
    entries = _layers(config)
    by_name = {_entry(entry, "A layer")[2]: entry for entry in entries}
    outputs = _ends(config.get("output_layers"))
    if len(outputs) != 1 or len(_ends(config.get("input_layers"))) != 1:
        raise ModelRejected("The model has several inputs or outputs; one of each can be brought in.")
    chain: list[LayerConfig] = []
    (name, node) = outputs[0]
    while True:
        entry = by_name.get(name)
        if entry is None or len(chain) > MOST_LAYERS:
            raise ModelRejected(f"The model's layers are connected wrongly, at “{shown(name)}”.")
        layer = _layer(entry, entries)
        chain.append(layer)
        if layer.kind == "InputLayer":
            return iter(chain[::-1])
        name, node = _source(layer, entry.get("inbound_nodes"), node)


def _ends(value: Any) -> list[tuple[str, int]]:
    """Layer and node of each input or output: one triple, or a list of triples."""
    triples = [value] if isinstance(value, list) and value and isinstance(value[0], str) else value
    if not isinstance(triples, list):
        return []
    return [found for triple in triples if (found := _history(triple))]


def _history(value: Any) -> tuple[str, int] | None:
    """Layer and node that a tensor comes from."""
    if (
        isinstance(value, list)
        and len(value) >= 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    ):
        return value[0], value[1]
    return None


def _source(layer: LayerConfig, nodes: Any, number: int) -> tuple[str, int]:
    """Where the one thing that a layer reads comes from."""
    if not isinstance(nodes, list) or not 0 <= number < len(nodes):
        raise layer.rejected("is not connected to anything")
    found = list(_tensors(nodes[number]))
    if len(found) != 1:
        raise layer.rejected(f"reads {len(found)} things; here a layer reads what the one before it hands on")
    return found[0]


def _tensors(node: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Every tensor that a node reads, in Keras 3's form or in the one before."""
    if depth > 20:
        return
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__" and isinstance(inner := node.get("config"), dict):
            if history := _history(inner.get("keras_history")):
                yield history
            return
        for value in node.values():
            yield from _tensors(value, depth + 1)
    elif isinstance(node, list):
        if history := _history(node):
            yield history
            node = node[2:]  # then what the layer was called with
        for value in node:
            yield from _tensors(value, depth + 1)
