"""The weights that ship with the project, their card (how they were trained and how well they read), and what
is familiar to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lstm_core.errors import WeightsError
from lstm_core.reading.card import Card
from lstm_core.reading.weights import LstmWeights, load_weights

if TYPE_CHECKING:
    from lstm_core.inside.familiarity import FamiliarityModel

FOLDER = Path(__file__).parent

WEIGHTS, CARD, FAMILIAR = "mnist.npz", "mnist.json", "familiar.npz"


def shipped_weights() -> LstmWeights:
    """The network the Draw page reads with at first. Raises `WeightsError` when its file is damaged."""
    return load_weights(FOLDER / WEIGHTS)


def shipped_card() -> Card:
    """Raises `WeightsError` when the card is damaged."""
    try:
        return Card.model_validate_json((FOLDER / CARD).read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsError(f"The card of the shipped weights cannot be read: {error}") from error


def shipped_familiarity(weights: LstmWeights) -> FamiliarityModel:
    """What is familiar to the shipped ``weights``.

    Raises:
        WeightsError: the file is damaged, or of other weights.
    """
    from lstm_core.inside.familiarity import load_for

    return load_for(weights, FOLDER / FAMILIAR)
