"""A card: what stands beside exported weights so that a stranger can trust and remake them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Card(BaseModel):
    """Where weights come from.

    Attributes:
        command: trains the same model again.
        test_accuracy: share of the test images read rightly after the last row.
        validation_accuracy: the same of the validation images, by which the recipe was chosen.
        seconds: of training on ``device``.
        date: of the end of training, ISO 8601.
        tweaked: a person changed settings while it trained, so ``command`` trains another model.
    """

    model_config = ConfigDict(frozen=True)

    command: str
    hyperparameters: dict[str, Any]
    seed: int
    test_accuracy: float
    validation_accuracy: float | None
    steps: int
    seconds: float
    device: str
    date: str
    versions: dict[str, str]
    tweaked: bool = False
