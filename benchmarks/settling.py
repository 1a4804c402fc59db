"""What a settled verdict is worth, by the margin that is asked of it: how late it comes, and how it stands.

    python -m benchmarks.settling [--count 2000] [--seed 0]

Reads test digits of MNIST with the network that ships. For every rule each digit settles at the first row,
at the earliest its first with ink, from which the verdict keeps the rule to the last row. Then

* *never*: digits that do not settle;
* *median* and *99 %*: the row by which so many of those that settle have done so;
* *too soon*: the class that kept the rule first was not the verdict in the end. Whoever reads along cannot
  know the rest, so that is how often the rule would mislead;
* *blank rest*, *another's rest*: the rows after the settled one are replaced by paper, or by those of
  another test digit, and the label changes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from lstm_core.arrays import FloatArray
from lstm_core.data import datasets
from lstm_core.pretrained.shipped import shipped_weights
from lstm_core.reading.trace import read_batch

Keeps = Callable[[FloatArray], NDArray[np.bool_]]
"""Of ``(…, classes)`` probabilities, whether the most probable class keeps a rule."""


def times_the_next(least: float) -> Keeps:
    """``least`` times as probable as the next class: a logit margin of its logarithm."""

    def keeps(probabilities: FloatArray) -> NDArray[np.bool_]:
        ranked = np.sort(probabilities, axis=-1)
        kept: NDArray[np.bool_] = ranked[..., -1] >= least * ranked[..., -2]
        return kept

    return keeps


def at_least(probability: float) -> Keeps:
    def keeps(probabilities: FloatArray) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = probabilities.max(axis=-1) >= probability
        return kept

    return keeps


RULES: Mapping[str, Keeps] = {
    **{f"{least:g} × the next": times_the_next(least) for least in (1, 1.5, 2, 3, 5, 10, 20, 100)},
    **{f"p ≥ {share:g}": at_least(share) for share in (0.5, 0.7, 0.9, 0.99)},
}


def measure(count: int, seed: int) -> None:
    """Print a line for every rule."""
    weights = shipped_weights()
    test = datasets.load("mnist").test
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(test), count, replace=False)
    images = np.divide(test.images[chosen], 255, dtype=np.float32)
    others = np.divide(test.images[rng.choice(len(test), count, replace=False)], 255, dtype=np.float32)
    probabilities = read_batch(weights, images)
    looks_like = probabilities.argmax(axis=2)
    final = looks_like[:, -1]
    rows = images.shape[1]

    def labels(read: FloatArray) -> NDArray[np.int64]:
        found: NDArray[np.int64] = read_batch(weights, read)[:, -1].argmax(axis=1)
        return found

    at = np.arange(rows)
    first_ink = (images > 0).any(axis=2).argmax(axis=1)
    inked = at >= first_ink[:, None]
    print(f"{count} test digits, seed {seed}; {np.mean(first_ink) + 1:.1f} is the mean first row with ink")
    print("| rule | never | median | 99 % | too soon | blank rest | another's rest |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for name, keeps in RULES.items():
        kept = keeps(probabilities) & inked
        holds = np.logical_and.accumulate((kept & (looks_like == final[:, None]))[:, ::-1], axis=1)[:, ::-1]
        settles = holds[:, -1]
        settled = holds.argmax(axis=1)
        ever = kept.any(axis=1)
        soonest = kept.argmax(axis=1)
        lost = (looks_like[np.arange(count), soonest] != final)[ever].mean()
        by = settled[settles] + 1
        unread = (at > settled[:, None])[..., None]
        overturned = [
            (labels(np.where(unread, rest, images)) != final)[settles].mean()
            for rest in (np.float32(0), others)
        ]
        print(
            f"| {name} | {np.mean(~settles):.1%} | {np.median(by):.0f} | {np.quantile(by, 0.99):.0f} "
            f"| {lost:.1%} | {overturned[0]:.1%} | {overturned[1]:.1%} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="test digits")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of digits")
    options = parser.parse_args()
    measure(options.count, options.seed)


if __name__ == "__main__":
    main()
