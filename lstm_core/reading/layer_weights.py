"""The weights of one recurrent layer as plain NumPy arrays.

What the packed arrays hold side by side, and in which order, is stated here once, in `PACKED`, of the LSTM
from `reading.gates`; everyone else uses names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lstm_core.arrays import FloatArray
from lstm_core.errors import WeightsError
from lstm_core.reading.gates import GATES

PACKED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lstm": tuple(GATES),
        "gru": ("update_gate", "reset_gate", "candidate"),
        "rnn": ("hidden",),
    }
)
"""What kernels and biases of each cell hold side by side, ``units`` columns each, in Keras's order."""


@dataclass(frozen=True)
class LayerWeights:
    """One layer of ``units`` units reading vectors of ``features`` numbers; ``n`` is ``len(PACKED[cell])``.

    Attributes:
        kernel: ``(features, n * units)`` float32, applied to the input of a row.
        recurrent_kernel: ``(units, n * units)`` float32, applied to the previous hidden state.
        bias: ``(n * units,)`` float32; of a GRU ``(2, n * units)``, of the input's product and of the hidden
            state's, which is Keras's ``reset_after=True``.
        cell: ``lstm``, ``gru`` or ``rnn``.
        initial_hidden, initial_cell: ``(features, units)`` float32, of an LSTM read forward. Before the first
            row :math:`h_0 = \tanh(p H)` and :math:`c_0 = \tanh(p C)`, where ``p`` is the first row as the
            lowest layer reads it, and above it the :math:`h_0` of the layer below. ``None`` is zero.
        backward: of the direction that reads from the bottom up, of the same cell and sizes. The layer hands
            on ``[forward, backward]`` at every row.
    """

    kernel: FloatArray
    recurrent_kernel: FloatArray
    bias: FloatArray
    cell: str = "lstm"
    initial_hidden: FloatArray | None = None
    initial_cell: FloatArray | None = None
    backward: LayerWeights | None = None

    @property
    def units(self) -> int:
        """Of one direction."""
        return self.recurrent_kernel.shape[0]

    @property
    def features(self) -> int:
        return self.kernel.shape[0]

    @property
    def outputs(self) -> int:
        """Numbers handed on at every row: the units of both directions."""
        return self.units * (2 if self.backward else 1)

    def arrays(self) -> dict[str, FloatArray]:
        """Every array under its name within the layer."""
        named = {"kernel": self.kernel, "recurrent_kernel": self.recurrent_kernel, "bias": self.bias}
        if self.initial_hidden is not None:
            named["initial_hidden"] = self.initial_hidden
        if self.initial_cell is not None:
            named["initial_cell"] = self.initial_cell
        if self.backward:
            named |= {f"backward_{name}": array for name, array in self.backward.arrays().items()}
        return named


def check_layer(name: str, layer: LayerWeights, features: int) -> None:
    """Raises `WeightsError` for arrays that do not make up a layer that reads ``features`` numbers."""
    if layer.cell not in PACKED:
        raise WeightsError(f"The cell of {name} is {layer.cell!r}; expected one of {', '.join(PACKED)}.")
    packed = len(PACKED[layer.cell]) * layer.units
    expect_shape(f"kernel of {name}", layer.kernel, (features, packed))
    expect_shape(f"recurrent kernel of {name}", layer.recurrent_kernel, (layer.units, packed))
    expect_shape(f"bias of {name}", layer.bias, (2, packed) if layer.cell == "gru" else (packed,))
    initial = {"hidden": layer.initial_hidden, "cell": layer.initial_cell}
    given = {state: array for state, array in initial.items() if array is not None}
    for state, array in given.items():
        expect_shape(f"initial {state} of {name}", array, (features, layer.units))
    if len(given) == 1:
        raise WeightsError(f"The initial state of {name} has only its {', '.join(given)}; expected both.")
    if given and (layer.cell != "lstm" or layer.backward):
        raise WeightsError(f"The initial state of {name} is learnt; only an LSTM read forward has that.")
    if backward := layer.backward:
        if backward.cell != layer.cell or backward.units != layer.units or len(backward.arrays()) != 3:
            raise WeightsError(
                f"The backward direction of {name} is {backward.cell} of {backward.units} units with "
                f"{len(backward.arrays())} arrays; expected {layer.cell} of {layer.units} units with 3."
            )
        check_layer(f"{name}, backward", backward, features)


def expect_shape(name: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    """Raises `WeightsError` for an array of another shape."""
    if array.shape != shape:
        raise WeightsError(f"The {name} has shape {array.shape}; expected {shape}.")
