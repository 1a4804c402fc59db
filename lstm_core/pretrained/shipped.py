"""The weights that ship with the project, and their card: how they were trained and how well they read."""

from __future__ import annotations

from pathlib import Path

from lstm_core.errors import WeightsError
from lstm_core.reading.card import Card
from lstm_core.reading.weights import LstmWeights, load_weights

FOLDER = Path(__file__).parent


def shipped_weights() -> LstmWeights:
    """The network the Draw page reads with at first. Raises `WeightsError` when its file is damaged."""
    return load_weights(FOLDER / "mnist.npz")


def shipped_card() -> Card:
    """Raises `WeightsError` when the card is damaged."""
    try:
        return Card.model_validate_json((FOLDER / "mnist.json").read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsError(f"The card of the shipped weights cannot be read: {error}") from error
