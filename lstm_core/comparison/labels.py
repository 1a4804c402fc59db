"""Short labels: a letter for the settings, and the seed where there are several.

The names that runs have by themselves often do not tell them apart: they say nothing of a learning rate.
"""

from __future__ import annotations

from collections.abc import Sequence

from lstm_core.comparison.seed_groups import SeedGroup

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(number: int) -> str:
    """Of a group by its number, from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(number, len(_LETTERS))
    return (letter(before - 1) if before else "") + _LETTERS[last]


def run_labels(groups: Sequence[SeedGroup]) -> dict[str, str]:
    """The label of every run by its identifier: ``A``, or ``A seed 3`` where ``A`` has several seeds."""
    return {
        run.id: letter(number) if len(group.runs) == 1 else f"{letter(number)} seed {run.settings.seed}"
        for number, group in enumerate(groups)
        for run in group.runs
    }
