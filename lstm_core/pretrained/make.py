"""``python -m lstm_core.pretrained.make``: take the snapshots that ship out of the run they come from."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lstm_core.errors import LstmError, WeightsError
from lstm_core.pretrained.shipped import FOLDER, shipped_card, shipped_weights
from lstm_core.pretrained.snapshots import FILE, save_snapshots
from lstm_core.reading.weights import LstmWeights
from lstm_core.runs.run import Run, thinned_out
from lstm_core.runs.store import RunStore, home

KEPT = 11
"""Snapshots in the shipped file, spaced evenly in log(step), besides the last step."""


def snapshots_to_ship(run: Run, kept: int = KEPT) -> dict[int, LstmWeights]:
    """At most ``kept`` snapshots of the run that the shipped weights came from, before its last step.

    Raises:
        WeightsError: the run's weights are not the ones that ship, or a snapshot is missing or damaged.
    """
    ours, theirs = run.weights().arrays(), shipped_weights().arrays()
    if ours.keys() != theirs.keys() or not all(np.array_equal(ours[name], theirs[name]) for name in ours):
        raise WeightsError(f"Run {run.id} is not the one whose weights ship.")
    last = shipped_card().steps
    steps = [*(step for step in run.snapshots() if step < last), last]
    dropped = {*thinned_out(steps, kept + 1), last}
    return {step: run.snapshot(step) for step in steps if step not in dropped}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the shipped file; 0, or 1 when that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m lstm_core.pretrained.make",
        description="Make the file of snapshots that ships, from the run that the shipped weights came from.",
    )
    parser.add_argument("run", help="identifier of the run whose weights ship")
    parser.add_argument("--output", type=Path, default=FOLDER / FILE, help="where to write it")
    chosen = parser.parse_args(arguments)
    try:
        snapshots = snapshots_to_ship(RunStore(home()).get(chosen.run))
        save_snapshots(snapshots, chosen.output)
    except LstmError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    size = chosen.output.stat().st_size
    print(f"{chosen.output}: steps {', '.join(map(str, snapshots))}, {size:,} bytes")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
