"""The names of what a training process leaves beside the runs: its lock, its log, how it ended.

Training processes are numbered from 1. The files of the first have the names they had when there was but one,
``worker.log``; those of the others carry their number, ``worker-2.log``. What hands runs to a cluster
(`lstm_core.runs.cluster_start`) is counted among them.
"""

from __future__ import annotations

import re
from pathlib import Path

CLUSTER = 1000
"""The number of what hands runs to a cluster; more than there are ever training processes."""

_NAME = re.compile(r"worker(?:-(\d{1,4}))?\.(?:lock|log|exit)")


def worker_file(root: Path, kind: str, number: int = 1) -> Path:
    """Where the training process ``number`` keeps its ``kind``: ``lock``, ``log`` or ``exit``."""
    if number == CLUSTER:
        return root / f"cluster.{kind}"
    return root / (f"worker.{kind}" if number == 1 else f"worker-{number}.{kind}")


def numbers(root: Path) -> list[int]:
    """Of all training processes there have been, ascending; never empty."""
    found = {1}
    for path in root.glob("worker*"):
        if name := _NAME.fullmatch(path.name):
            found.add(int(name[1] or 1))
    if worker_file(root, "lock", CLUSTER).exists():
        found.add(CLUSTER)
    return sorted(found)
