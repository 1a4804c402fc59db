"""``python -m lstm_core.pretrained.make``: train the network that ships and write all its files.

These are its weights, its card, snapshots of its training, and what is familiar to it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_core.data import datasets
from lstm_core.errors import LstmError, RunError
from lstm_core.files import write_text
from lstm_core.inside import familiarity
from lstm_core.pretrained.shipped import CARD, FAMILIAR, FOLDER, WEIGHTS
from lstm_core.pretrained.snapshots import FILE, save_snapshots
from lstm_core.reading.card import Card
from lstm_core.reading.weights import LstmWeights, save_weights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.thinning import thinned_out
from lstm_core.runs.train import train
from lstm_core.settings.presets import preset

RECIPE = "reference"
"""The preset that it is trained with."""

KEPT = 11
"""Snapshots in the shipped file, spaced evenly in log(step), besides the last step."""


def snapshots_to_ship(run: Run, kept: int = KEPT) -> dict[int, LstmWeights]:
    """At most ``kept`` snapshots of ``run`` before its last step.

    Raises:
        WeightsError: a snapshot is missing or damaged.
    """
    last = run.status.step
    steps = [*(step for step in run.snapshots() if step < last), last]
    dropped = {*thinned_out(steps, kept + 1), last}
    return {step: run.snapshot(step) for step in steps if step not in dropped}


def ship(run: Run, folder: Path) -> Card:
    """Write everything that ships of the network that ``run`` has learnt into ``folder``; its card.

    Raises:
        DataMissing: the images that it was trained with, among which the familiar is measured, are not there.
        RunError: the run did not finish, or settings were changed while it trained.
        StorageError: the disk is full or the folder cannot be written.
        WeightsError: weights or snapshots of the run cannot be read.
    """
    if (state := run.status.state) != "finished":
        raise RunError(f"The training of {run.name} is {state}; what ships must have finished.")
    card, weights, snapshots = card_of(run), run.weights(), snapshots_to_ship(run)
    if card.tweaked:
        raise RunError(f"Settings of {run.name} were changed while it trained; start again.")
    settings = run.hyperparameters
    data = datasets.load(settings.dataset)
    familiar = familiarity.learn(weights, data.train, data.validation, settings.augmentation)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(weights, folder / WEIGHTS)
    save_snapshots(snapshots, folder / FILE)
    familiarity.save(familiar, folder / FAMILIAR)
    write_text(folder / CARD, card.model_dump_json(indent=2) + "\n")
    return card


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write them; 0, or 1 when that cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m lstm_core.pretrained.make",
        description=f"Train the network that ships with the preset {RECIPE} and write its weights, its card, "
        "snapshots of its training, and what is familiar to it. What was trained before is taken from its "
        "run.",
    )
    parser.add_argument("run", nargs="?", help="identifier of a run to ship; by default it is trained")
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder to write them to")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.run:
            run = RunStore(home()).get(chosen.run)
        else:
            run = train(preset(RECIPE).settings(), "The network that ships")
        card = ship(run, chosen.output)
    except LstmError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    sizes = ", ".join(
        f"{name} {(chosen.output / name).stat().st_size:,} bytes" for name in (WEIGHTS, CARD, FILE, FAMILIAR)
    )
    print(f"test accuracy {card.test_accuracy:.4f}, {card.seconds:.0f} s; {sizes}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
