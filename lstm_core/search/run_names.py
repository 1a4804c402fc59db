"""What the runs of a search are called, by which it knows its own."""

from __future__ import annotations

import re


def trial_name(search: str, number: int) -> str:
    """Of the run of a trial."""
    return f"{search} trial {number}"


def seed_name(search: str, seed: int) -> str:
    """Of the run that trains a winner again."""
    return f"{search} winner, seed {seed}"


def is_of(search: str, name: str) -> bool:
    """Whether the search began the run of that name; one that a person began is neither stopped nor
    thinned."""
    return bool(re.fullmatch(rf"{re.escape(search)} (?:trial|winner, seed) \d+", name))
