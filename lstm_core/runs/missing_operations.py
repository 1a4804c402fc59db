"""What keeps TensorFlow from the fused way's compiled operations here, for those who never load TensorFlow.

Nobody knows it but a process that has tried (`lstm_core.training.fused.row_operations`), and the dashboard
must not: looking into TensorFlow's library would load it, and finding a function's name there is no proof
that TensorFlow takes the operation. So the training process, which tries anyway when it warms up or first
computes in the fused way, leaves a note among the runs. Before that, nothing is known to be in the way.
"""

from __future__ import annotations

import json
from pathlib import Path

from lstm_core.files import write_text

_FILE = "fused_operations.json"


def note_obstacle(root: Path, obstacle: str) -> None:
    """Keep what a training process for ``root`` found, for `noted_obstacle`. Raises `StorageError`."""
    write_text(root / _FILE, json.dumps({"obstacle": obstacle}))


def noted_obstacle(root: Path) -> str:
    """What the latest training process found, in words; empty when it found nothing, or there was none."""
    try:
        found = json.loads((root / _FILE).read_bytes())["obstacle"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""
