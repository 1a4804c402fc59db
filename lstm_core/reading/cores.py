"""How many cores of the CPU this process may use."""

from __future__ import annotations

import math
import os

from lstm_core.reading import control_group


def cores() -> int:
    """Those it may run on; where its container has a quota of their time, no more than that."""
    may_use = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = control_group.processors()
    return may_use if quota is None else max(1, min(may_use, math.ceil(quota)))
