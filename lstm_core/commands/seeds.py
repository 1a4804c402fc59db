"""``train … --seeds 0,1,2``: the same settings once for each seed."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_core.errors import InvalidValue
from lstm_core.runs.jobs import Jobs, Submission
from lstm_core.runs.names import MAX_NAME
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import with_changes

MOST_SEEDS = 100


def seeds_of(text: str) -> list[int]:
    """The seeds that ``--seeds`` names, each once, in order.

    >>> seeds_of("0, 1,7,1")
    [0, 1, 7]

    Raises:
        InvalidValue: there is none, one is no whole number, or there are too many.
    """
    try:
        seeds = list(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError as error:
        raise InvalidValue("--seeds", "whole numbers with commas between, such as 0,1,2", text) from error
    if len(seeds) > MOST_SEEDS:
        raise InvalidValue("--seeds", f"at most {MOST_SEEDS} seeds", len(seeds))
    return seeds


def submit_seeds(jobs: Jobs, settings: HyperParameters, seeds: Sequence[int], name: str) -> list[Submission]:
    """One run a seed, in their order. Raises what `Jobs.submit` raises."""
    wanted = [with_changes(settings, seed=seed) for seed in seeds]
    return [jobs.submit(each, _name(name, each.seed)) for each in wanted]


def _name(name: str, seed: int) -> str:
    """Empty where the settings name it, which says the seed, too."""
    end = f" seed {seed}"
    return f"{name[: MAX_NAME - len(end)].rstrip()}{end}" if name.strip() else ""


def follow_all(jobs: Jobs, submissions: Sequence[Submission], interrupts: Interrupts) -> None:
    """Follow one after the other; Ctrl-C stops the one that trains and takes the others out of the queue."""
    for at, submission in enumerate(submissions):
        follow(jobs, submission.run, interrupts)
        if interrupts.count:
            for later in submissions[at + 1 :]:
                jobs.cancel(later.run)
