"""Which snapshots of a training are dropped when there are too many."""

from __future__ import annotations


def thinned_out(steps: list[int], keep: int) -> list[int]:
    """Those of ``steps`` (ascending) to drop so that ``keep`` remain, evenly in log(step).

    The first and the last always stay; the one whose neighbours are closest in ratio goes first.
    """
    kept = list(steps)
    dropped = []
    while len(kept) > max(keep, 2):
        ratios = [(kept[i + 1] + 1) / (kept[i - 1] + 1) for i in range(1, len(kept) - 1)]
        dropped.append(kept.pop(1 + ratios.index(min(ratios))))
    return dropped
