"""How the training process shares the processor with others; ``ROW_BY_ROW_PRIORITY`` chooses."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping

import psutil

from lstm_core.errors import InvalidValue

PRIORITY_VARIABLE = "ROW_BY_ROW_PRIORITY"
PRIORITIES = ("idle", "nice", "normal")
DEFAULT = "nice"
NICENESS = 10


def chosen(environment: Mapping[str, str] = os.environ) -> str:
    """The priority that a person asked for, or `DEFAULT`.

    Raises:
        InvalidValue: the variable holds something else.
    """
    wanted = environment.get(PRIORITY_VARIABLE) or DEFAULT
    if wanted not in PRIORITIES:
        raise InvalidValue(PRIORITY_VARIABLE, f"one of {', '.join(PRIORITIES)}", wanted)
    return wanted


def give_way(priority: str) -> None:
    """Set the priority of this process, before it has other threads.

    ``idle`` runs only when nobody else on the machine wants to; ``nice`` gets a smaller share beside others;
    ``normal`` competes like any program. Where the system refuses, everything stays as it was.
    """
    with contextlib.suppress(OSError, psutil.Error):
        if priority == "normal":
            return
        if os.name == "nt":
            name = "IDLE_PRIORITY_CLASS" if priority == "idle" else "BELOW_NORMAL_PRIORITY_CLASS"
            psutil.Process().nice(getattr(psutil, name))
        elif priority == "idle" and hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        else:
            os.nice(NICENESS)
