"""The gates of an LSTM cell: their order, their words and letters, their ranges. Everyone else looks here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Gate = Literal["input_gate", "forget_gate", "candidate", "output_gate"]
Squash = Literal["sigmoid", "tanh"]


@dataclass(frozen=True)
class GateDescription:
    """What is to be known of a gate, or of the candidate.

    Attributes:
        words: such as "input gate".
        letter: in equations.
        lowest: the least value; the greatest is 1.
    """

    words: str
    letter: str
    lowest: float

    @property
    def title(self) -> str:
        """Words and letter, such as "input gate i"."""
        return f"{self.words} {self.letter}"

    @property
    def squash(self) -> Squash:
        """What makes its value of its sum: σ reaches from 0 to 1, tanh from -1 to 1."""
        return "tanh" if self.lowest < 0 else "sigmoid"


GATES: Mapping[Gate, GateDescription] = MappingProxyType(
    {
        "input_gate": GateDescription("input gate", "i", 0.0),
        "forget_gate": GateDescription("forget gate", "f", 0.0),
        "candidate": GateDescription("candidate", "g", -1.0),
        "output_gate": GateDescription("output gate", "o", 0.0),
    }
)
"""In the order in which Keras packs them side by side."""


def gate_columns(gate: Gate, units: int) -> slice:
    """Which of the ``4 * units`` columns of an LSTM's packed arrays are the gate's."""
    start = list(GATES).index(gate) * units
    return slice(start, start + units)
