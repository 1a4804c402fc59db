"""How workers that run tests side by side share them, with pytest-xdist's ``--dist loadfile``.

Each takes whole files, whose tests share networks and compiled graphs. All that drives the browser goes to
one worker, which has one server and one Chromium, and mostly waits for them while the others compute.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

BROWSER = "tests/browser/"


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc]
    """One file after the other to whoever is free; the folder of the browser counts as one file."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def longest_first(items: list[pytest.Item]) -> None:
    """Put the browser first, then files that train, so that nobody is left with them at the end."""
    trains = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.nodeid.startswith(BROWSER), item.path not in trains))
