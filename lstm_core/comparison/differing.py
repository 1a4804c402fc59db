"""Which settings differ between runs, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.run_key import shapes_result, without_effect

SEED = "seed"


def differing_settings(settings: Sequence[HyperParameters]) -> dict[str, tuple[Any, ...]]:
    """The fields that differ, in the order of the form, each with one value a run.

    A value without effect, such as the momentum of Adam, is None and makes no difference. Neither does a
    setting that does not shape the trained model, such as the device. The seed comes last.
    """
    unused = [without_effect(each) for each in settings]
    found = {}
    for name in FIELDS:
        if not any(shapes_result(name, each) for each in settings):
            continue
        values = tuple(
            None if name in idle else getattr(each, name) for each, idle in zip(settings, unused, strict=True)
        )
        if len({value for value in values if value is not None}) > 1:
            found[name] = values
    if SEED in found:
        found[SEED] = found.pop(SEED)
    return found
