"""The priority of the training process, set in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lstm_core.errors import InvalidValue
from lstm_core.training import priority

linux = pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="needs Linux")


def test_nice_is_the_default_and_others_are_refused():
    assert priority.chosen({}) == priority.chosen({priority.PRIORITY_VARIABLE: ""}) == "nice"
    assert priority.chosen({priority.PRIORITY_VARIABLE: "idle"}) == "idle"
    with pytest.raises(
        InvalidValue, match="`ROW_BY_ROW_PRIORITY` must be one of idle, nice, normal; got 'low'"
    ):
        priority.chosen({priority.PRIORITY_VARIABLE: "low"})


@linux
@pytest.mark.parametrize(
    ("name", "idle", "niceness"),
    [("idle", True, 0), ("nice", False, priority.NICENESS), ("normal", False, 0)],
)
def test_the_priority_is_taken(name: str, idle: bool, niceness: int):
    code = (
        "import os\n"
        "from lstm_core.training import priority\n"
        "before = os.nice(0)\n"
        f"priority.give_way({name!r})\n"
        "print(os.sched_getscheduler(0) == os.SCHED_IDLE, os.nice(0) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(idle), str(niceness)]
