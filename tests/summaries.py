"""Summaries of experiments with accuracies of one's choice."""

from __future__ import annotations

from typing import Any

from lstm_core.evidence.results import TrainingResult
from lstm_core.evidence.summaries import Summary


def side(name: str, *accuracies: float, units: tuple[int, ...] = (28,), **more: Any) -> Summary:
    origin: dict[str, Any] = {"command": "", "device": "A processor", "versions": {}, "date": "2026-11-29"}
    return Summary(
        name,
        None,
        tuple(
            TrainingResult(
                preset="tutorial",
                varied={"units": list(units)},
                seed=seed,
                key="",
                steps=1,
                accuracy=accuracy,
                seconds=1,
                **origin,
                **more,
            )
            for seed, accuracy in enumerate(accuracies)
        ),
    )
