"""The gates of an LSTM cell: their names, their ranges, and what they are called in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Gate = Literal["input_gate", "forget_gate", "candidate", "output_gate"]

LOWEST: Mapping[Gate, float] = {"input_gate": 0.0, "forget_gate": 0.0, "candidate": -1.0, "output_gate": 0.0}
"""The least value of each; the greatest is 1."""

GATE_LABELS: Mapping[Gate, str] = {
    "input_gate": "input gate",
    "forget_gate": "forget gate",
    "candidate": "candidate",
    "output_gate": "output gate",
}
"""In words."""
