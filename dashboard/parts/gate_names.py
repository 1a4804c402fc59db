"""The gates in words, and as equations write them."""

from __future__ import annotations

from lstm_core.reading.gates import Gate

GATE_NAMES: dict[Gate, tuple[str, str]] = {
    "forget_gate": ("Forget gate f", "f_t"),
    "input_gate": ("Input gate i", "i_t"),
    "candidate": ("Candidate g", "g_t"),
    "output_gate": ("Output gate o", "o_t"),
}
"""In words, and as equations write them."""
