"""Names of runs: those people give, and those that settings suggest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lstm_core.errors import InvalidValue
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.presets import PRESETS
from lstm_core.settings.run_key import run_key
from lstm_core.settings.validation import with_changes

MAX_NAME = 80


def checked_name(name: str) -> str:
    """``name`` with single spaces. Raises `InvalidValue` when it is empty, long or cannot be shown."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidValue("name", f"1 to {MAX_NAME} characters long", name)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise InvalidValue("name", "made of characters that can be shown", name)
    return name


def default_name(settings: HyperParameters) -> str:
    """Such as ``mnist 256-256 adam`` and what is unusual, or a published preset's; and a seed but 0."""
    key = run_key(with_changes(settings, seed=0))
    published = [
        found.name for found in PRESETS.values() if found.source and run_key(found.settings()) == key
    ]
    seed = [f"seed {settings.seed}"] if settings.seed else []
    units = "-".join(map(str, settings.units))
    words = published or [settings.dataset, units, settings.optimizer, *_unusual(settings)]
    return " ".join([*words, *seed])[:MAX_NAME].rstrip()


def _unusual(settings: HyperParameters) -> Iterator[str]:
    """Words for what makes it another network than the usual one, or computed in another way."""
    if settings.cell != "lstm":
        yield settings.cell
    if settings.direction == "both":
        yield "both ways"
    if settings.layer_weights == "shared":
        yield "shared"
    if settings.input_projection:
        yield f"projected {settings.input_projection}"
    if settings.initial_state == "trainable":
        yield "learnt start"
    if settings.initializer != "keras":
        yield settings.initializer
    if settings.computation != "auto":
        yield settings.computation.replace("-", " ")
    if settings.supervised_rows == "all":
        yield "every row"
    if settings.augmentation != "none":
        yield settings.augmentation
