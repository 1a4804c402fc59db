"""The winner of a search in words that are true of its numbers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from lstm_core.reading.percents import PERCENT, accuracy
from lstm_core.search.plan import Winner

_SPREAD = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"


def winner_in_words(winner: Winner) -> str:
    """What was searched, what the winner reached, and what its settings reach over fresh seeds."""
    among = "the only trial" if winner.searched == 1 else f"searched among {winner.searched} trials"
    seeds = "1 fresh seed" if len(winner.seeds) == 1 else f"{len(winner.seeds)} fresh seeds"
    return (
        f"Trial {winner.trial}, {among} by validation accuracy alone, reached {accuracy(winner.validation)} "
        f"of the validation images. Trained again with {seeds}, its settings reach "
        f"{mean_in_words(winner.validations)} of them, and {mean_in_words(winner.accuracies)} of the test "
        "images, which had no part in the choice."
    )


def mean_accuracy(winner: Winner) -> float:
    """On the test images over the fresh seeds, in [0, 1]."""
    return statistics.fmean(winner.accuracies)


def mean_in_words(shares: Sequence[float]) -> str:
    r"""The mean of accuracies in [0, 1], and the sample deviation where there are several.

    >>> mean_in_words((0.98, 0.99)), mean_in_words((0.98,))
    ('98.50\xa0±\xa00.71\xa0%', '98.00\xa0%')
    """
    if len(shares) == 1:
        return accuracy(shares[0])
    mean, deviation = 100 * statistics.fmean(shares), 100 * statistics.stdev(shares)
    return f"{mean:.2f}{_SPREAD}{deviation:.2f}{PERCENT}"
