"""How the training process shares the processor with others; ``ROW_BY_ROW_PRIORITY`` chooses.

Measured on two cores beside two programs that computed without pause: of the idle class a training took no
step in 8 s; at niceness 10 it took a tenth of its steps, at 5 a quarter. Beside the training alone, 19 of 20
clicks that go through twelve threads and then read a digit took at most 8 to 10 ms with the idle class, 10 to
16 ms at 5. Where Linux groups processes by session, all this holds within a session only, and sessions share
alike.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping

import psutil

from lstm_core.errors import InvalidValue

PRIORITY_VARIABLE = "ROW_BY_ROW_PRIORITY"
PRIORITIES = ("idle", "nice", "normal")
DEFAULT = "nice"
NICENESS = 5


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
