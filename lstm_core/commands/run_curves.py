"""The learning curves of a run as ``runs --json --curves`` writes them."""

from __future__ import annotations

import math
from typing import Any

from lstm_core.comparison.curves import Curve, curves_of
from lstm_core.runs.run import Run
from lstm_core.settings.hyperparameters import HyperParameters


def curves_record(run: Run, settings: HyperParameters) -> dict[str, Any]:
    """``training`` and ``validation``, each lists of ``step``, ``images``, ``seconds``, ``loss`` and
    ``accuracy``; a loss that diverged is null. Raises `StorageError`."""
    events, _ = run.events()
    found = curves_of(events, settings)
    return {"training": _lists(found.training), "validation": _lists(found.validation)}


def _lists(curve: Curve) -> dict[str, list[Any]]:
    return {
        "step": curve.steps,
        "images": curve.images,
        "seconds": [round(seconds, 3) for seconds in curve.seconds],
        "loss": [loss if math.isfinite(loss) else None for loss in curve.loss],
        "accuracy": curve.accuracy,
    }
