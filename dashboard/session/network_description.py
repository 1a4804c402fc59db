"""A trained network in words: what it is made of, and what its early rows are worth."""

from __future__ import annotations

from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.shapes import CELL_NAMES


def shape_in_words(settings: HyperParameters) -> str:
    """Such as "LSTM 2 × 256", "GRU 128 → 64" or "LSTM 3 × 128, both directions, shared weights"."""
    units = settings.units
    if len(units) > 1 and len(set(units)) == 1:
        size = f"{len(units)}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{units[0]}"
    else:
        size = " → ".join(map(str, units))
    unusual = [
        (settings.input_projection, f"rows projected to {settings.input_projection}"),
        (settings.direction == "both", "both directions"),
        (settings.layer_weights == "shared", "shared weights"),
        (settings.initial_state == "trainable", "learnt initial state"),
    ]
    cell = CELL_NAMES[settings.cell]
    name = f"{cell[0].upper()}{cell[1:]} {size}"
    return ", ".join([name, *(words for holds, words in unusual if holds)])


def caution(settings: HyperParameters, rows: int) -> str:
    """What to beware of in the probabilities after each of ``rows`` rows, or nothing."""
    if settings.direction == "both":
        return (
            "This network reads in both directions: at every row it also knows the rows below, so its "
            "probabilities there are no guess made from above."
        )
    if settings.supervised_rows == "last":
        return (
            f"This network was trained only on its verdict after row {rows}. What it says before that is "
            "extrapolation."
        )
    return ""
