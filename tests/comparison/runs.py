"""Runs to compare, with settings and accuracies of one's choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lstm_core.comparison.compared_run import ComparedRun
from lstm_core.runs.names import default_name
from lstm_core.settings.computed import Computed
from lstm_core.settings.validation import with_changes
from tests.pretended import SETTINGS

_OF_THE_RUN = ("state", "tweaked", "brought_in", "computed", "name")
COMPUTED = Computed("tensorflow", "fused", "float32")


def a_compared_run(accuracy: float | None = None, *, run_id: str = "", **changes: Any) -> ComparedRun:
    """A finished run of small settings with ``changes``."""
    more = {
        name: changes.pop(name)
        for name in ("state", "tweaked", "brought_in", "computed", "name")
        if name in changes
    }
    settings = with_changes(SETTINGS, **changes)
    name = more.pop("name", default_name(settings))
    run_id = run_id or f"{name} {accuracy}"
    made = ComparedRun(run_id, name, settings, computed=COMPUTED, accuracy=accuracy)
    return replace(made, **more)
