"""``python -m lstm_core.pretrained.make``: train the network that ships and write all its files.

These are its weights, its card, snapshots of its training, and what is familiar to it. It learns in two
trainings: `FIRST` with every form of handwriting, then `FURTHER`, at a smaller rate, with fewer of the rare
ones, which gives back what they cost of MNIST's own digits.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_core.data import datasets
from lstm_core.data.augmentation.recipes import Kind
from lstm_core.errors import LstmError, RunError
from lstm_core.files import write_text
from lstm_core.inside import familiarity
from lstm_core.pretrained.shipped import CARD, FAMILIAR, FOLDER, WEIGHTS
from lstm_core.pretrained.snapshots import FILE, save_snapshots
from lstm_core.reading.card import Card
from lstm_core.reading.weights import LstmWeights, save_weights
from lstm_core.runs.card_of_run import card_of
from lstm_core.runs.further import go_on
from lstm_core.runs.jobs import Jobs
from lstm_core.runs.parent import Parent
from lstm_core.runs.progress_bar import Interrupts, follow
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore, home
from lstm_core.runs.taught import teaching_of
from lstm_core.runs.thinning import thinned_out
from lstm_core.runs.train import train
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

COMMAND = "python -m lstm_core.pretrained.make"

RECIPE = "reference"
"""The preset that it is trained with, but for `FIRST`."""

FORMS: Kind = "handwriting-3"
"""The augmentation of the first training, with all forms of handwriting that it learns."""

FIRST = {"augmentation": FORMS, "steps": 12_000, "seed": 1}
FURTHER = {"augmentation": "handwriting-2", "learning_rate": 0.001, "steps": 2_500}
"""What the second training has otherwise than the first."""

KEPT = 11
"""Snapshots in the shipped file, spaced evenly in log(step), besides the last step."""


def trainings(run: Run) -> list[Run]:
    """``run`` and before it those that it went on from, the first of them first.

    Raises:
        RunError: one of them was deleted.
        RunDamaged: one of them cannot be read.
    """
    teaching = teaching_of(run)
    before = trainings(RunStore(home()).get(teaching.parent)) if teaching and teaching.parent else []
    return [*before, run]


def snapshots_to_ship(run: Run, kept: int = KEPT) -> dict[int, LstmWeights]:
    """At most ``kept`` snapshots of ``run`` and those it went on from, before its last step.

    Steps are counted from the beginning of the first of them.

    Raises:
        RunError: as `trainings`.
        WeightsError: a snapshot is missing or damaged.
    """
    taken, found = 0, dict[int, tuple[Run, int]]()
    for training in trainings(run):
        last = training.status.step
        found |= {taken + step: (training, step) for step in training.snapshots() if step <= last}
        taken += last
    dropped = {*thinned_out([*(step for step in sorted(found) if step < taken), taken], kept + 1), taken}
    return {step: of.snapshot(at) for step, (of, at) in sorted(found.items()) if step not in dropped}


def card_to_ship(run: Run) -> Card:
    """The card of ``run``; steps and seconds are those of all its `trainings`. Raises `RunError`."""
    card, all_of_it = card_of(run), trainings(run)
    if len(all_of_it) == 1:
        return card
    changed = {
        "command": COMMAND,
        "steps": sum(training.status.step for training in all_of_it),
        "seconds": round(sum(training.status.seconds for training in all_of_it), 1),
        "tweaked": any(training.status.tweaked for training in all_of_it),
    }
    return card.model_copy(update=changed)


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
    card, weights, snapshots = card_to_ship(run), run.weights(), snapshots_to_ship(run)
    if card.tweaked:
        raise RunError(f"Settings of {run.name} were changed while it trained; start again.")
    data = datasets.load(run.hyperparameters.dataset)
    # What was learnt first has not become strange by what was learnt then.
    forms = trainings(run)[0].hyperparameters.augmentation
    familiar = familiarity.learn(weights, data.train, data.validation, forms)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(weights, folder / WEIGHTS)
    save_snapshots(snapshots, folder / FILE)
    familiarity.save(familiar, folder / FAMILIAR)
    write_text(folder / CARD, card.model_dump_json(indent=2) + "\n")
    return card


def trained() -> Run:
    """The network that ships, after both trainings; what was trained before is taken from its run.

    Raises:
        InvalidValue, RunError, StorageError, WeightsError: as `lstm_core.runs.train.train`.
    """
    first = train(with_changes(preset(RECIPE).settings(), **FIRST), "The network that ships, at first")
    jobs = Jobs(RunStore(home()))
    with Interrupts() as interrupts:
        run = go_on(jobs, FURTHER, Parent.of(first), name="The network that ships").run
        follow(jobs, run, interrupts)
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write them; 0, or 1 when that cannot be done."""
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description=f"Train the network that ships, with the preset {RECIPE} and more forms of handwriting, "
        "and write its weights, its card, snapshots of its training, and what is familiar to it. What was "
        "trained before is taken from its runs.",
    )
    parser.add_argument("run", nargs="?", help="identifier of a run to ship; by default it is trained")
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder to write them to")
    chosen = parser.parse_args(arguments)
    try:
        run = RunStore(home()).get(chosen.run) if chosen.run else trained()
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
