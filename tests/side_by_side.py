"""How workers that run tests side by side share them, with pytest-xdist's ``--dist loadfile``.

Each takes whole files, whose tests share networks and compiled graphs. What drives the browser goes to two
workers, each with one server and one Chromium, for which it waits most of the time.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

BROWSER = "tests/browser/"
OF_ONE_DIGIT = ("test_accessibility", "inside/", "test_learn")
"""How files begin that go to the first of the two: about half of the time."""


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc]
    """One file after the other to whoever is free; the folder of the browser counts as two files."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith(BROWSER):
            return file
        return BROWSER + ("1" if _of_one_digit(file) else "2")


def longest_first(items: list[pytest.Item]) -> None:
    """Put the browser first, then files that train, so that nobody is left with them at the end.

    Of the browser's, those of one digit come first: some look at a home in which nothing was trained.
    """
    trains = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item: pytest.Item) -> tuple[bool, ...]:
        where = item.nodeid
        return not where.startswith(BROWSER), not _of_one_digit(where), item.path not in trains

    items.sort(key=place)


def _of_one_digit(nodeid: str) -> bool:
    return nodeid.removeprefix(BROWSER).startswith(OF_ONE_DIGIT)
