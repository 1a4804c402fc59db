"""What each ingredient of the preset `quick` brings: the same training without it, over three seeds.

    python -m benchmarks.ablations [NAME…]

Held against each other on the validation images, where the recipe was chosen; the test images are for
`benchmarks.time_to_accuracy` alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from typing import Any

from benchmarks.time_to_accuracy import SEEDS
from benchmarks.trained import train
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

WITHOUT: dict[str, dict[str, Any]] = {
    "whole": {},
    "float32 products": {"precision": "float32"},
    "the tutorial's dropout, 0.5": {"dropout": 0.5},
    "a constant learning rate of 0.001": {"schedule": "constant", "learning_rate": 0.001},
    "a constant learning rate, as high": {"schedule": "constant"},
    "no clipping": {"clip_norm": 0.0},
    "half the steps": {"steps": 400},
    "the last row supervised only": {"supervised_rows": "last"},
}
"""What is changed, by its name."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ablations", description=__doc__.split("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {'; '.join(WITHOUT)}; default: all")
    names = parser.parse_args().names or list(WITHOUT)
    if unknown := set(names) - set(WITHOUT):
        parser.error(f"no such change: {', '.join(sorted(unknown))}")
    print(
        "| changed | validation accuracy, % | each seed | training, s |\n| --- | --- | --- | --- |",
        flush=True,
    )
    for name in names:
        settings = with_changes(preset("quick").settings(), **WITHOUT[name])
        found = [train(with_changes(settings, seed=seed)) for seed in SEEDS]
        accuracies = [100 * each.validation_accuracy for each in found]
        each_seed = ", ".join(f"{accuracy:.2f}" for accuracy in accuracies)
        taken = statistics.median(each.seconds for each in found)
        print(f"| {name} | {statistics.mean(accuracies):.2f} | {each_seed} | {taken:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
